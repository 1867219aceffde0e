"""Identifiers: time-ordered ids for commands, derived ids for the rows that a command makes.

A command's id is a UUIDv7 minted when its form opens. A row made by a command takes its id from (command, table,
natural key) and never from a counter or a random number: the desk, the server and every replay then give one fact one
id, and two runs that split differently never give one id to two facts.
"""

import hashlib
from uuid import UUID, uuid5

_VARIANT = 0b10 << 62
_LOW_62 = (1 << 62) - 1
_LOW_12 = (1 << 12) - 1
_DERIVE_TAG = b"ccbs.derive.1"
_CALLS = UUID("2d3c7f5e-9a1b-5c64-8f0e-6b1d4a7c9e21")

RANDOM_BYTES = 10
"""How many random bytes `uuid7` takes (80 bits, of which the layout uses 74)."""


class BadId(ValueError):
    """Material that is no identifier. Codes: `id.bad_time`, `id.bad_random`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code
        self.text = text


def uuid7(unix_ms: int, random: bytes) -> UUID:
    """Return a UUIDv7 (RFC 9562, 5.7) of a time in milliseconds since 1970 and `RANDOM_BYTES` random bytes."""
    if not 0 <= unix_ms < 1 << 48:
        raise BadId("id.bad_time", str(unix_ms))
    if len(random) != RANDOM_BYTES:
        raise BadId("id.bad_random", f"{len(random)} bytes")
    bits = int.from_bytes(random, "big")
    high = unix_ms << 16 | 7 << 12 | bits >> 62 & _LOW_12
    return UUID(int=high << 64 | _VARIANT | bits & _LOW_62)


def unix_ms_of(value: UUID) -> int:
    """Return the time of a UUIDv7, in milliseconds since 1970."""
    if value.version != 7:
        raise BadId("id.bad_time", str(value))
    return value.int >> 80


def derive(command_id: UUID, table: str, key: str) -> UUID:
    """Return the id of the row that a command makes in `table` under the natural `key`, the same wherever it runs.

    A UUIDv8 (RFC 9562, 5.8) out of SHA-256 over the command's id and both texts, each with its length before it, so
    that ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.sha256(_DERIVE_TAG + command_id.bytes)
    for part in (table.encode(), key.encode()):
        digest.update(len(part).to_bytes(4, "big") + part)
    bits = int.from_bytes(digest.digest()[:16], "big")
    high = bits >> 64 & ~0xF000 | 8 << 12
    return UUID(int=high << 64 | _VARIANT | bits & _LOW_62)


def call_id(pbx: str, linkedid: str) -> UUID:
    """Return the id of a call: a UUIDv5 of the PBX's name and its Linkedid, the same for whoever hears of the call."""
    # A name of a PBX has no line break, so that no two pairs give one text.
    return uuid5(_CALLS, f"{pbx}\n{linkedid}")
