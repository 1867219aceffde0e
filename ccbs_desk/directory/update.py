"""Change an index in place: additions, changes and removals, a batch in one transaction, while others search.

New rows stand behind those of the build, their postings in `fresh`; what was removed is in the set of rows that are
gone, and its name and number are wiped from their blocks. Applying the same changes twice changes nothing.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from pyroaring import BitMap

from ccbs_desk.directory.filling import hash_of
from ccbs_desk.directory.listings import BadRow, Header, Listing, digits_of, listing_of
from ccbs_desk.directory.postings import PLACES, Field, pack_set, posting_key, unpack
from ccbs_desk.directory.rows import BLOCK, Extra, Row, pack_extras, pack_rows, unpack_extras, unpack_row
from ccbs_desk.directory.spelling import buckets_of
from ccbs_desk.directory.sqlite import SqliteStorage
from ccbs_desk.directory.storage import Storage
from ccbs_desk.directory.vocabulary import NO_TERM, SEPARATOR, Vocabulary, blob_of, numbers_of
from ccbs_desk.directory.words import Splitter, terms_of

BATCH: Final = 1000
_REMOVED: Final = frozenset({"remove", "removed", "removal", "delete", "deleted"})
_PRESENT: Final = frozenset({"add", "added", "addition", "insert", "new", "change", "changed", "update", "updated"})
_NOBODY: Final = Extra("", "")


@dataclass(frozen=True, slots=True)
class Change:
    """A listing to have, or the id of one to have no more. `more` are further entries under the same id."""

    id: str
    listing: Listing | None
    more: tuple[Listing, ...] = ()


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of changes; `same` were so already."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0
    rejected: int = 0


def update(index: Path, changes: Path, *, batch: int = BATCH) -> Updated:
    """Apply a file of changes. Bad rows go to `CHANGES.rejected`. Raises BadFile, NotAnIndex, OSError."""
    storage = SqliteStorage.open(index, write=True)
    try:
        rejected: list[str] = []
        updater = Updater(storage)
        total = Updated()
        read = changes_in(changes, rejected)
        while some := list(islice(read, batch)):
            total = _sum(total, updater.apply(some))
        side = changes.with_name(f"{changes.name}.rejected")
        if rejected:
            side.write_text("line\treason\trow\n" + "".join(rejected), encoding="utf-8")
        else:
            side.unlink(missing_ok=True)
        return replace(total, rejected=len(rejected))
    finally:
        storage.close()


def changes_in(path: Path, rejected: list[str]) -> Iterator[Change]:
    """Return the changes of a file; rows that can't be used are told instead. Raises BadFile."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        header = Header(file.readline(), needed=("id", "change"))
        for number, line in enumerate(file, 2):
            if line.strip():
                try:
                    yield _change(header, line)
                except BadRow as bad:
                    rejected.append(f"{number}\t{bad}\t{line.rstrip()}\n")


def _change(header: Header, line: str) -> Change:
    row = header.row(line)
    kind: str = row["change"].casefold()
    if kind in _REMOVED:
        if not row["id"]:
            raise BadRow("no id")
        return Change(row["id"], None)
    if kind not in _PRESENT:
        raise BadRow(f"unknown change: {kind[:40]}")
    listing = listing_of({"name": "", **row})
    return Change(listing.id, listing if listing.listed else None)


def _sum(one: Updated, other: Updated) -> Updated:
    return Updated(one.added + other.added, one.changed + other.changed, one.removed + other.removed,
                   one.same + other.same)  # fmt: skip


class Updater:
    """Applies changes to an index that nobody else changes meanwhile."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._vocabulary = Vocabulary(storage)
        vocabulary = self._vocabulary
        self._parts = {vocabulary.parts[number]: number for number in range(len(vocabulary.parts))}
        self._terms = {vocabulary.terms[number]: number for number in range(len(vocabulary.terms))}
        self._fields = bytearray(vocabulary.fields(number) for number in range(len(vocabulary.terms)))
        self._places: dict[str, int] = {}
        self._new_places = int(storage.note("places") or b"0")
        self._splitter = Splitter()
        self._shift = int(storage.note("shift") or b"32")
        self._next = int(storage.note("next") or b"0")
        self._rows = int(storage.note("rows") or b"0")
        self._gone = unpack(storage.note("gone") or b"l")

    def apply(self, changes: Sequence[Change]) -> Updated:
        """Apply changes in one transaction."""
        with self._storage.writing():
            batch = _Batch(self._storage)
            last = {change.id: change for change in changes}
            done: defaultdict[str, int] = defaultdict(int)
            for change in last.values():
                done[self._apply(change, batch)] += 1
            if any(done[one] for one in ("added", "changed", "removed")):
                batch.write()
                self._write_notes(batch)
        return Updated(done["added"], done["changed"], done["removed"], done["same"] + len(changes) - len(last))

    def _apply(self, change: Change, batch: "_Batch") -> Literal["added", "changed", "removed", "same"]:
        before = self._present(change.id, batch)
        if change.listing is None:
            for number in before:
                self._remove(number, batch)
            return "removed" if before else "same"
        listings = (change.listing, *change.more)
        rows = [(self._row(one, batch), Extra(change.id, one.number)) for one in listings]
        if Counter((batch.row(number), batch.aside(number)) for number in before) == Counter(rows):
            return "same"
        for number in before:
            self._remove(number, batch)
        for (row, extra), listing in zip(rows, listings, strict=True):
            self._add(row, extra, listing, batch)
        return "changed" if before else "added"

    def _present(self, identity: str, batch: "_Batch") -> list[int]:
        hashed = hash_of(identity)
        blob = batch.blob("identity", hashed >> self._shift)
        numbers = (int.from_bytes(blob[at : at + 4], "little") for at in range(0, len(blob), 8)
                   if int.from_bytes(blob[at + 4 : at + 8], "little") == hashed)  # fmt: skip
        return [number for number in numbers if number not in self._gone and batch.aside(number).id == identity]

    def _remove(self, number: int, batch: "_Batch") -> None:
        self._gone.add(number)
        batch.set(number, None, _NOBODY)
        self._rows -= 1

    def _row(self, listing: Listing, batch: "_Batch") -> Row:
        parts = tuple(self._part(part, batch) for part in self._splitter.parts(listing.name)[:255])
        categories = self._vocabulary.categories
        if listing.category and listing.category not in categories:
            categories.append(listing.category)
        category = categories.index(listing.category) if listing.category else None
        return Row(listing.kind, category, self._place(listing.place, batch), parts)

    def _part(self, part: str, batch: "_Batch") -> int:
        number = self._parts.get(part)
        if number is None:
            number = self._parts[part] = len(self._parts)
            self._vocabulary.parts.added.append(part)
            batch.part_terms.append((number, tuple(self._term(term, batch) for term in terms_of(part))))
        return number

    def _term(self, term: str, batch: "_Batch") -> int:
        number = self._terms.get(term)
        if number is None:
            number = self._terms[term] = len(self._terms)
            self._vocabulary.terms.added.append(term)
            self._fields.append(0)
            batch.new_terms.append((number, term))
        return number

    def _place(self, place: tuple[str, str, str, str], batch: "_Batch") -> int:
        if not self._places:
            some = self._storage.get("place", range(self._new_places))
            self._places = {blob.decode(): number for number, blob in some.items()}
        line = "\t".join(place)
        number = self._places.get(line)
        if number is None:
            number = self._places[line] = self._new_places
            self._new_places += 1
            batch.places.append((number, line.encode()))
        return number

    def _add(self, row: Row, extra: Extra, listing: Listing, batch: "_Batch") -> None:
        number = self._next
        self._next += 1
        self._rows += 1
        batch.set(number, row, extra)
        for part in self._splitter.parts(listing.name)[:255]:
            self._post(part, Field.NAME, number, batch)
        self._post(listing.category, Field.CATEGORY, number, batch)
        for text, field in zip(listing.place, PLACES, strict=True):
            self._post(text, field, number, batch)
        hashed = hash_of(extra.id)
        batch.append("identity", hashed >> self._shift, (hashed << 32 | number).to_bytes(8, "little"))
        digits = digits_of(extra.number)
        if digits:
            hashed = hash_of(digits)
            batch.append("number", hashed >> self._shift, (hashed << 32 | number).to_bytes(8, "little"))

    def _post(self, text: str, field: Field, number: int, batch: "_Batch") -> None:
        for word in terms_of(text):
            term = self._term(word, batch)
            self._fields[term] |= 1 << field
            batch.fresh[posting_key(term, field)].add(number)

    def _write_notes(self, batch: "_Batch") -> None:
        note, vocabulary = self._storage.put_note, self._vocabulary
        if batch.part_terms:
            known = numbers_of(self._storage.note("part_terms+"))
            known.extend(array("I", (some[0] if len(some) == 1 else NO_TERM for _, some in batch.part_terms)))
            note("part_terms+", blob_of(known))
            note("parts+", SEPARATOR.join(vocabulary.parts.added).encode())
            several = [self._storage.note("several").decode()] if self._storage.note("several") else []
            several += [f"{part} {' '.join(map(str, some))}" for part, some in batch.part_terms if len(some) > 1]
            note("several", SEPARATOR.join(several).encode())
        note("terms+", SEPARATOR.join(vocabulary.terms.added).encode())
        note("categories", SEPARATOR.join(vocabulary.categories).encode())
        note("fields+", bytes(self._fields))
        note("gone", pack_set(self._gone))
        for name, value in (("next", self._next), ("rows", self._rows), ("places", self._new_places), ("changed", 1)):
            note(name, str(value).encode())


class _Batch:
    """What a transaction reads and will write."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._blobs: dict[tuple[str, int], bytes] = {}
        self._changed: set[tuple[Literal["identity", "number"], int]] = set()
        self._rows: dict[int, list[Row | None]] = {}
        self._extras: dict[int, list[Extra]] = {}
        self._blocks: set[int] = set()
        self.fresh: defaultdict[int, BitMap] = defaultdict(BitMap)
        self.part_terms: list[tuple[int, tuple[int, ...]]] = []
        self.new_terms: list[tuple[int, str]] = []
        self.places: list[tuple[int, bytes]] = []

    def blob(self, table: Literal["identity", "number"], key: int) -> bytes:
        if (table, key) not in self._blobs:
            self._blobs[table, key] = self._storage.get(table, [key]).get(key, b"")
        return self._blobs[table, key]

    def append(self, table: Literal["identity", "number"], key: int, more: bytes) -> None:
        self._blobs[table, key] = self.blob(table, key) + more
        self._changed.add((table, key))

    def row(self, number: int) -> Row | None:
        return self._block(number)[0][number % BLOCK]

    def aside(self, number: int) -> Extra:
        return self._block(number)[1][number % BLOCK]

    def _block(self, number: int) -> tuple[list[Row | None], list[Extra]]:
        block = number // BLOCK
        if block not in self._rows:
            rows = self._storage.get("listing", [block]).get(block)
            extras = self._storage.get("extra", [block]).get(block)
            self._rows[block] = [unpack_row(rows, place) for place in range(BLOCK)] if rows else [None] * BLOCK
            known = unpack_extras(extras) if extras else []
            self._extras[block] = known + [_NOBODY] * (BLOCK - len(known))
        return self._rows[block], self._extras[block]

    def set(self, number: int, row: Row | None, extra: Extra) -> None:
        rows, extras = self._block(number)
        rows[number % BLOCK], extras[number % BLOCK] = row, extra
        self._blocks.add(number // BLOCK)

    def write(self) -> None:
        put = self._storage.put
        put("listing", [(block, pack_rows(self._rows[block])) for block in sorted(self._blocks)])
        put("extra", [(block, pack_extras(self._extras[block])) for block in sorted(self._blocks)])
        for table in ("identity", "number"):
            put(table, [(key, self._blobs[one, key]) for one, key in sorted(self._changed) if one == table])
        known = self._storage.get("fresh", sorted(self.fresh))
        put("fresh", [(key, pack_set(rows | unpack(known.get(key, b"l")))) for key, rows in sorted(self.fresh.items())])
        put("place", self.places)
        spelled = buckets_of(self.new_terms)
        before = self._storage.get("spelling", sorted(spelled))
        put("spelling", [(key, before.get(key, b"") + bytes(blob)) for key, blob in sorted(spelled.items())])
