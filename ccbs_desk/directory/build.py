"""Build an index of a whole country from a file of listings, on all cores, in about a minute.

Two passes: pieces of the file become numbers (`reading_rows.py`); then rows, in the order of their places, become
blocks and postings (`filling.py`). Neighbours in the index live near one another, so the rows of a place are one range.
"""

import multiprocessing
import os
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from pyroaring import BitMap

from ccbs_desk.directory.filling import STRETCH, Country, Stretch, fill, hash_of, prepare, stretch_of
from ccbs_desk.directory.listings import Header
from ccbs_desk.directory.postings import PLACES, pack, pack_set, posting_key
from ccbs_desk.directory.reading_rows import Numbering, Piece, Place, read_piece, tasks
from ccbs_desk.directory.spelling import buckets_of
from ccbs_desk.directory.sqlite import SqliteStorage, put_in_place
from ccbs_desk.directory.storage import FORMAT, Storage
from ccbs_desk.directory.vocabulary import NO_TERM, SEPARATOR, blob_of
from ccbs_desk.directory.words import terms_of

Progress = Callable[[float], None]
"""Told how much of the work is done, 0 to 1."""
_FIRST_PASS: Final = 0.4
_BUCKET_ROWS: Final = 16


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a file of listings."""

    rows: int
    unlisted: int
    rejected: int


@dataclass(slots=True)
class _Gathered:
    """The pieces of the first pass, in one numbering."""

    parts: Numbering = field(default_factory=Numbering)
    places: dict[Place, int] = field(default_factory=dict)
    categories: Numbering = field(default_factory=lambda: Numbering({"": 0}))
    counts: bytearray = field(default_factory=bytearray)
    kinds: bytearray = field(default_factory=bytearray)
    row_parts: "array[int]" = field(default_factory=lambda: array("I"))
    row_places: "array[int]" = field(default_factory=lambda: array("I"))
    row_categories: "array[int]" = field(default_factory=lambda: array("I"))
    extras: list[str] = field(default_factory=list)
    row_lines: "array[int]" = field(default_factory=lambda: array("I"))
    unlisted: int = 0
    lines: int = 1

    def take(self, piece: Piece) -> None:
        parts = [self.parts[part] for part in piece.parts]
        places = [self.places.setdefault(place, len(self.places)) for place in piece.places]
        categories = [self.categories[category] for category in piece.categories]
        self.row_parts.extend(map(parts.__getitem__, piece.row_parts))
        self.row_places.extend(map(places.__getitem__, piece.row_places))
        self.row_categories.extend(map(categories.__getitem__, piece.row_categories))
        self.counts += piece.counts
        self.kinds += piece.kinds
        self.extras += piece.extras
        self.row_lines.extend([self.lines + line + 1 for line in piece.row_lines])
        self.unlisted += piece.unlisted
        self.lines += piece.lines


def build(source: Path, target: Path, progress: Progress | None = None, *, workers: int | None = None) -> Built:
    """Build an index beside its place, then put it there. Bad rows go to `TARGET.rejected`. Raises BadFile, OSError."""
    told = progress or (lambda _: None)
    with source.open("rb") as file:
        header = file.readline().decode(errors="replace")
        start = file.tell()
    Header(header)
    beside = target.with_name(f"{target.name}.new")
    storage = SqliteStorage.create(beside)
    count = workers or os.cpu_count() or 1
    rejected = _Rejected(target.with_name(f"{target.name}.rejected"))
    gathered = _Gathered()
    size = max(1, source.stat().st_size)
    with _hands(count) as each:
        todo = list(tasks(source, header, start))
        for task, piece in zip(todo, each(read_piece, todo), strict=True):
            rejected.add(gathered.lines, piece)
            gathered.take(piece)
            told(_FIRST_PASS * task.end / size)
    twice = _twice(gathered)
    rejected.add_twice(gathered, twice)
    rejected.close()
    _write(storage, gathered, twice, count, told)
    storage.commit()
    storage.close()
    put_in_place(beside, target)
    told(1.0)
    return Built(len(gathered.counts) - len(twice), gathered.unlisted, rejected.count)


def build_from(pieces: Iterable[Piece], storage: Storage) -> int:
    """Build an index in an empty storage, in the caller's thread and transaction; return how many rows it has.

    No id may come twice.
    """
    gathered = _Gathered()
    for piece in pieces:
        gathered.take(piece)
    _write(storage, gathered, (), 1, lambda _: None)
    return len(gathered.counts)


@contextmanager
def _hands(workers: int, country: Country | None = None) -> Iterator[Callable[..., Iterator[Any]]]:
    """What does the same to each of many, in their order: in other processes, or here when one is enough."""
    if workers == 1:
        yield map
    elif country is None:
        with multiprocessing.Pool(workers) as pool:
            yield pool.imap
    else:
        with multiprocessing.Pool(workers, prepare, (country,)) as pool:
            yield pool.imap


class _Rejected:
    """The side file of rows that could not be used. It is there only when there are some."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[tuple[int, str]] = []
        self.count = 0

    def add(self, before: int, piece: Piece) -> None:
        for number, reason, line in piece.rejected:
            self._lines.append((before + number + 1, f"{reason}\t{line.rstrip()}"))
        self.count += len(piece.rejected)

    def add_twice(self, gathered: _Gathered, twice: Mapping[int, int]) -> None:
        for row, first in twice.items():
            identity = gathered.extras[row].split("\t", 1)[0]
            reason = f"the id is that of line {gathered.row_lines[first]}"
            self._lines.append((gathered.row_lines[row], f"{reason}\t{identity}"))
        self.count += len(twice)

    def close(self) -> None:
        if self._lines:
            lines = (f"{number}\t{told}\n" for number, told in sorted(self._lines))
            self._path.write_text("line\treason\trow\n" + "".join(lines), encoding="utf-8")
        else:
            self._path.unlink(missing_ok=True)


def _twice(gathered: _Gathered) -> dict[int, int]:
    """Return the rows whose id an earlier row has, each with that row."""
    hashes = array("Q", (hash_of(extra[: extra.index("\t")]) << 32 | row for row, extra in enumerate(gathered.extras)))
    found: dict[int, int] = {}
    first = 0
    alike: dict[str, int] = {}
    for one in sorted(hashes):
        if one >> 32 != first:
            first = one >> 32
            alike = {}
        row = one & 0xFFFFFFFF
        identity = gathered.extras[row].split("\t", 1)[0]
        if identity in alike:
            found[row] = alike[identity]
        else:
            alike[identity] = row
    return found


def _write(
    storage: Storage, gathered: _Gathered, left_out: Container[int], workers: int, told: Progress
) -> None:  # fmt: skip
    places, ranges, order = _in_order(gathered, left_out)
    parts, renumbered = _by_frequency(gathered)
    gathered.row_parts = array("I", map(renumbered.__getitem__, gathered.row_parts))
    categories = list(gathered.categories)[1:]
    words = [tuple(map(terms_of, place)) for place in places]
    part_words = [terms_of(part) for part in parts]
    category_words = [terms_of(category) for category in categories]
    terms = sorted({term for some in (*part_words, *category_words, *(w for p in words for w in p)) for term in some})
    number = {term: place for place, term in enumerate(terms)}
    starts = array("I", [0])
    for count in gathered.counts:
        starts.append(starts[-1] + count)
    country = Country(
        order=order, starts=starts, counts=gathered.counts, kinds=gathered.kinds, row_parts=gathered.row_parts,
        row_places=gathered.row_places, row_categories=gathered.row_categories, extras=gathered.extras,
        part_terms=[tuple(number[term] for term in some) for some in part_words],
        category_terms=[tuple(number[term] for term in some) for some in category_words],
    )  # fmt: skip
    sizes = array("I", bytes(4 * len(terms)))
    fields = bytearray(len(terms))
    _write_words(storage, terms, parts, categories, country.part_terms)
    storage.put("spelling", ((key, bytes(blob)) for key, blob in buckets_of(enumerate(terms)).items()))
    storage.put("place", ((n, "\t".join(place).encode()) for n, place in enumerate(places)))
    postings = _place_postings(words, ranges, number)
    for key in postings:
        fields[key >> 3] |= 1 << (key & 7)
    storage.put("posting", ((key, pack_set(rows)) for key, rows in sorted(postings.items())))
    _write_rows(storage, country, workers, told, sizes, fields)
    for name, blob in (("frequencies", blob_of(sizes)), ("fields", bytes(fields)), ("format", FORMAT)):
        storage.put_note(name, blob)
    for name, value in (("rows", len(order)), ("next", len(order)), ("places", len(places))):
        storage.put_note(name, str(value).encode())


def _in_order(gathered: _Gathered, left_out: Container[int]) -> tuple[list[Place], list[tuple[int, int]], "array[int]"]:
    """Return the places in their order, the range of rows of each, and the rows in that order; renumber the rows."""
    places = sorted(gathered.places)
    new = {place: number for number, place in enumerate(places)}
    table = [new[place] for place in gathered.places]
    gathered.row_places = array("I", map(table.__getitem__, gathered.row_places))
    buckets: list[list[int]] = [[] for _ in places]
    for row, place in enumerate(gathered.row_places):
        if row not in left_out:
            buckets[place].append(row)
    order = array("I")
    ranges = []
    for bucket in buckets:
        ranges.append((len(order), len(order) + len(bucket)))
        order.extend(bucket)
    return places, ranges, order


def _by_frequency(gathered: _Gathered) -> tuple[list[str], list[int]]:
    """Return the parts, the most frequent first, and the new number of each."""
    found = [0] * len(gathered.parts)
    for part in gathered.row_parts:
        found[part] += 1
    order = sorted(range(len(found)), key=lambda part: -found[part])
    renumbered = [0] * len(found)
    for new, old in enumerate(order):
        renumbered[old] = new
    parts = list(gathered.parts)
    return [parts[old] for old in order], renumbered


def _write_words(
    storage: Storage, terms: Sequence[str], parts: Sequence[str], categories: Sequence[str],
    part_terms: Sequence[tuple[int, ...]],
) -> None:  # fmt: skip
    storage.put_note("terms", SEPARATOR.join(terms).encode())
    storage.put_note("parts", SEPARATOR.join(parts).encode())
    storage.put_note("categories", SEPARATOR.join(categories).encode())
    single = array("I", (some[0] if len(some) == 1 else NO_TERM for some in part_terms))
    storage.put_note("part_terms", blob_of(single))
    several = (f"{part} {' '.join(map(str, some))}" for part, some in enumerate(part_terms) if len(some) > 1)
    storage.put_note("several", SEPARATOR.join(several).encode())


def _place_postings(
    words: Iterable[Sequence[Sequence[str]]], ranges: Iterable[tuple[int, int]], number: dict[str, int]
) -> dict[int, BitMap]:
    postings: dict[int, BitMap] = {}
    for place, (first, last) in zip(words, ranges, strict=True):
        for where, some in zip(PLACES, place, strict=True):
            for term in some:
                key = posting_key(number[term], where)
                if key not in postings:
                    postings[key] = BitMap()
                postings[key].add_range(first, last)
    return postings


def _write_rows(
    storage: Storage, country: Country, workers: int, told: Progress, sizes: "array[int]", fields: bytearray
) -> None:
    rows = len(country.order)
    postings: dict[int, array[int]] = {}
    identities, numbers = array("Q"), array("Q")
    filled = partial(stretch_of, country) if workers == 1 else fill
    with _hands(workers, country) as each:
        stretch: Stretch
        for done, stretch in enumerate(each(filled, range(0, rows, STRETCH)), 1):
            storage.put("listing", stretch.listings)
            storage.put("extra", stretch.extras)
            for key, blob in stretch.postings.items():
                found = postings.get(key)
                if found is None:
                    found = postings[key] = array("I")
                found.frombytes(blob)
            identities.frombytes(stretch.identities)
            numbers.frombytes(stretch.numbers)
            told(_FIRST_PASS + (0.9 - _FIRST_PASS) * min(1.0, done * STRETCH / rows))
    for key, found in postings.items():
        fields[key >> 3] |= 1 << (key & 7)
        if not key & 7:
            sizes[key >> 3] = len(found)
    storage.put("posting", ((key, pack(postings[key])) for key in sorted(postings)))
    shift = 32 - max(0, (rows // _BUCKET_ROWS).bit_length())
    storage.put_note("shift", str(shift).encode())
    storage.put("identity", _buckets(identities, shift))
    storage.put("number", _buckets(numbers, shift))


def _buckets(hashes: "array[int]", shift: int) -> list[tuple[int, bytes]]:
    found: dict[int, bytearray] = {}
    for one in sorted(hashes):
        bucket = one >> 32 >> shift
        if bucket not in found:
            found[bucket] = bytearray()
        found[bucket] += one.to_bytes(8, "little")
    return [(key, bytes(blob)) for key, blob in found.items()]
