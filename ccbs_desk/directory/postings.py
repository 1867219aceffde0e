"""The rows of a term, packed: a plain list of numbers or a compressed set, whichever is smaller."""

import sys
from array import array
from enum import IntEnum
from typing import Final

from pyroaring import BitMap

_LIST: Final = b"l"
_SET: Final = b"s"
_WORD: Final = 4
FIELDS: Final = 8


class Field(IntEnum):
    """Where a term stands in a listing."""

    NAME = 0
    CATEGORY = 1
    GOVERNORATE = 2
    TOWN = 3
    AREA = 4
    STREET = 5


PLACES: Final = (Field.GOVERNORATE, Field.TOWN, Field.AREA, Field.STREET)


def posting_key(term: int, field: int) -> int:
    """Return the key of a term's rows in a field."""
    return term * FIELDS + field


def pack(rows: "array[int]") -> bytes:
    """Return the blob of these rows, given in rising order."""
    plain = len(rows) * _WORD
    if len(rows) > _WORD:
        compressed = BitMap(rows)
        compressed.run_optimize()
        blob = compressed.serialize()
        if len(blob) < plain:
            return _SET + blob
    return _LIST + _little(rows).tobytes()


def pack_set(rows: BitMap) -> bytes:
    """Return the blob of a set of rows."""
    return pack(array("I", rows))


def unpack(blob: bytes) -> BitMap:
    """Return the rows of a blob."""
    if blob[:1] == _SET:
        return BitMap.deserialize(blob[1:])
    rows = array("I")
    rows.frombytes(blob[1:])
    return BitMap(_little(rows))


def _little(rows: "array[int]") -> "array[int]":
    if sys.byteorder == "big":  # pragma: no cover
        rows = rows[:]
        rows.byteswap()
    return rows
