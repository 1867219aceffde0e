"""Ids of the demo country: the same for the same row in every run, and growing, so that inserts append.

A UUIDv8 (RFC 9562, 5.8): a fixed time before any living command, the table's tag, then area and number. Nothing in an
id depends on chance, so that a test or a guide can name a row.
"""

from collections.abc import Iterator
from itertools import count, repeat
from typing import Literal
from uuid import UUID

from server_stub.seed.shape import COLUMNS

_TIME = 0x019B_76DA_A800
"""The first moment of 2026 in milliseconds, as in a UUIDv7: history sorts before what desks do."""
_VERSION = 8 << 12
_VARIANT = 0b10 << 62
_AREA_SHIFT = 40
COMMAND = "command"
_LATER = ("complaint_category", "wrap_up_code", "pause_reason", "call_queue")
"""Tables that came later: their tags follow, so that every other row keeps the id that it always had."""
_FIRST = (table for table in COLUMNS if table not in _LATER)
_TAGS = {name: tag for tag, name in enumerate((*_FIRST, COMMAND, *_LATER), 1)}


def row_id(table: str, area: int, n: int) -> bytes:
    """Return the id of the `n`-th row of a table in an area (0 for what belongs to no area), from 1."""
    return _prefix(table) + (_start(area) + n).to_bytes(8, "big")


def id_stream(table: str, area: int = 0) -> Iterator[bytes]:
    """Return the ids of a table's rows in an area, in their order."""
    # Chained maps, since there are millions: no Python code runs per id.
    order: repeat[Literal["big"]] = repeat("big")
    return map(_prefix(table).__add__, map(int.to_bytes, count(_start(area) + 1), repeat(8), order))


def uuid_of(table: str, area: int, n: int) -> UUID:
    """Return the same id as `row_id`, as the models know it."""
    return UUID(bytes=row_id(table, area, n))


def _prefix(table: str) -> bytes:
    return (_TIME << 16 | _VERSION | _TAGS[table]).to_bytes(8, "big")


def _start(area: int) -> int:
    return _VARIANT | area << _AREA_SHIFT
