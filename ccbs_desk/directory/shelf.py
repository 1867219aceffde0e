"""What the engine takes from the storage: sets of rows, rows, places; the last used are kept in memory."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from pyroaring import BitMap

from ccbs_desk.directory.postings import unpack
from ccbs_desk.directory.rows import BLOCK, Extra, Row, unpack_extras, unpack_row
from ccbs_desk.directory.storage import Storage

_MOST_BYTES: Final = 7 << 20
_BESIDES: Final = 200


class Shelf:
    """Reads an index. Rows that were removed since the build are in none of its sets."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._kept: OrderedDict[int, tuple[BitMap, int]] = OrderedDict()
        self._bytes = 0
        self.gone = unpack(storage.note("gone") or b"l")
        self._has_fresh = bool(storage.note("changed"))
        self._shift = int(storage.note("shift") or b"32")

    def postings(self, keys: Sequence[int]) -> list[BitMap]:
        """Return the rows under these keys, one set a key that has any."""
        missing = [key for key in keys if key not in self._kept]
        if missing:
            self._load(missing)
        found = []
        for key in keys:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                found.append(kept[0])
        self._shrink()
        return found

    def _load(self, keys: Sequence[int]) -> None:
        blobs = self._storage.get("posting", keys)
        sets = {key: unpack(blob) for key, blob in blobs.items()}
        sizes = {key: len(blob) for key, blob in blobs.items()}
        if self._has_fresh:
            for key, blob in self._storage.get("fresh", keys).items():
                sets[key] = sets.get(key, BitMap()) | unpack(blob)
                sizes[key] = sizes.get(key, 0) + len(blob)
        for key, rows in sets.items():
            if self.gone:
                rows -= self.gone
            size = sizes[key] + _BESIDES
            self._kept[key] = (rows, size)
            self._bytes += size

    def _shrink(self) -> None:
        while self._bytes > _MOST_BYTES:
            _, (_, size) = self._kept.popitem(last=False)
            self._bytes -= size

    def rows(self, numbers: Iterable[int]) -> dict[int, Row]:
        """Return rows by number; those that are gone are left out."""
        numbers = list(numbers)
        blobs = self._storage.get("listing", sorted({number // BLOCK for number in numbers}))
        found = {}
        for number in numbers:
            blob = blobs.get(number // BLOCK)
            row = unpack_row(blob, number % BLOCK) if blob else None
            if row is not None:
                found[number] = row
        return found

    def extras(self, numbers: Iterable[int]) -> dict[int, Extra]:
        """Return the ids and numbers of rows."""
        numbers = list(numbers)
        blobs = self._storage.get("extra", sorted({number // BLOCK for number in numbers}))
        blocks = {key: unpack_extras(blob) for key, blob in blobs.items()}
        return {number: blocks[number // BLOCK][number % BLOCK] for number in numbers}

    def places(self, numbers: Iterable[int]) -> dict[int, tuple[str, str, str, str]]:
        """Return governorate, town, area and street of places."""
        blobs = self._storage.get("place", sorted(set(numbers)))
        found = {}
        for key, blob in blobs.items():
            governorate, town, area, street = blob.decode().split("\t")
            found[key] = (governorate, town, area, street)
        return found

    def under_hash(self, table: str, text_hash: int) -> list[int]:
        """Return the rows whose id or number has this hash."""
        bucket = text_hash >> self._shift
        blob = self._storage.get("number" if table == "number" else "identity", [bucket]).get(bucket, b"")
        tail = text_hash.to_bytes(4, "little")
        rows = [blob[at : at + 4] for at in range(0, len(blob), 8) if blob[at + 4 : at + 8] == tail]
        found = [int.from_bytes(row, "little") for row in rows]
        return [row for row in found if row not in self.gone]
