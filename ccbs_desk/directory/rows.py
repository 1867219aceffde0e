"""Rows packed in blocks: of what parts each name is made, its place, and, apart, its id and number.

A block of names begins with the lowest place in it. A row is its length, its kind with a flag for a category, how far
its place is from that one, then the parts. Numbers are in the usual seven bits a byte; frequent parts have low numbers.
"""

import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

BLOCK: Final = 16
KINDS: Final = ("person", "business", "government", "emergency")
_CATEGORY: Final = 0x80
_MORE: Final = 0x80
_GONE: Final = b"\x00"


class Row(NamedTuple):
    """A listing as numbers: of its kind, category (None without one), place and parts."""

    kind: int
    category: int | None
    place: int
    parts: tuple[int, ...]


class Extra(NamedTuple):
    """What a listing has besides: not searched by words."""

    id: str
    number: str


def number(value: int) -> bytes:
    """Return a number in as few bytes as it needs."""
    if value < _MORE:
        return _SMALL[value]
    found = bytearray()
    while value >= _MORE:
        found.append(value & 0x7F | _MORE)
        value >>= 7
    found.append(value)
    return bytes(found)


_SMALL: Final = tuple(bytes([value]) for value in range(_MORE))


def numbers(blob: bytes, at: int, end: int) -> list[int]:
    """Return all numbers between two places of a blob."""
    found = []
    value = shift = 0
    for byte in blob[at:end]:
        if byte < _MORE:
            found.append(value | byte << shift)
            value = shift = 0
        else:
            value |= (byte & 0x7F) << shift
            shift += 7
    return found


def pack_rows(rows: Sequence[Row | None]) -> bytes:
    """Return the block of these rows; None where a row is gone."""
    base = min((row.place for row in rows if row is not None), default=0)
    found = bytearray(number(base))
    for row in rows:
        if row is None:
            found += _GONE
            continue
        category = b"" if row.category is None else number(row.category)
        body = b"".join(map(number, (row.place - base, *row.parts)))
        flags = row.kind | (_CATEGORY if category else 0)
        found += number(1 + len(category) + len(body)) + bytes([flags]) + category + body
    return bytes(found)


def unpack_row(blob: bytes, place: int) -> Row | None:
    """Return one row of a block by its place in it; None when it is gone or never was."""
    base, at = _number_at(blob, 0)
    for _ in range(place):
        if at >= len(blob):
            return None
        size, at = _number_at(blob, at)
        at += size
    if at >= len(blob):
        return None
    size, at = _number_at(blob, at)
    if size == 0:
        return None
    flags = blob[at]
    found = numbers(blob, at + 1, at + size)
    category = found.pop(0) if flags & _CATEGORY else None
    return Row(flags & 0x7F, category, base + found[0], tuple(found[1:]))


def _number_at(blob: bytes, at: int) -> tuple[int, int]:
    value = blob[at]
    at += 1
    if value < _MORE:
        return value, at
    value &= 0x7F
    shift = 7
    while True:
        byte = blob[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < _MORE:
            return value, at
        shift += 7


def pack_extras(extras: Sequence[Extra]) -> bytes:
    """Return the block of these extras."""
    return zlib.compress("\n".join(f"{extra.id}\t{extra.number}" for extra in extras).encode(), 1)


def unpack_extras(blob: bytes) -> list[Extra]:
    """Return the extras of a block."""
    return [Extra(*line.split("\t", 1)) for line in zlib.decompress(blob).decode().split("\n")]
