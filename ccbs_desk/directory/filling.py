"""The second pass of a build: rows in the order of their places, packed a stretch at a time by several processes."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from ccbs_desk.directory.listings import digits_of
from ccbs_desk.directory.postings import Field, posting_key
from ccbs_desk.directory.rows import BLOCK, Extra, Row, pack_extras, pack_rows

STRETCH: Final = BLOCK * 4096


@dataclass(frozen=True, slots=True)
class Country:
    """All rows as they were read, in the numbers of the whole index, and the order in which they are kept."""

    order: "array[int]"
    starts: "array[int]"
    counts: bytearray
    kinds: bytearray
    row_parts: "array[int]"
    row_places: "array[int]"
    row_categories: "array[int]"
    extras: Sequence[str]
    part_terms: Sequence[tuple[int, ...]]
    category_terms: Sequence[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of rows, packed: blocks, the rows of each posting, hashes of ids and numbers with their rows."""

    listings: list[tuple[int, bytes]]
    extras: list[tuple[int, bytes]]
    postings: dict[int, bytes]
    identities: bytes
    numbers: bytes


_country: list[Country] = []


def prepare(country: Country) -> None:
    """Give this process the rows that its stretches come from."""
    _country[:] = [country]


def hash_of(text: str) -> int:
    """Return the hash under which an id or a number is found."""
    return crc32(text.encode())


def fill(first: int) -> Stretch:
    """Return the stretch of this process's rows that begins with a row."""
    return stretch_of(_country[0], first)


def stretch_of(country: Country, first: int) -> Stretch:
    """Return the stretch that begins with a row."""
    last = min(first + STRETCH, len(country.order))
    postings: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
    listings, extras = [], []
    identities, numbers = array("Q"), array("Q")
    for start in range(first, last, BLOCK):
        sources = country.order[start : min(start + BLOCK, last)]
        rows = [_row(country, source) for source in sources]
        listings.append((start // BLOCK, pack_rows(rows)))
        for place, row in enumerate(rows, start):
            _post(country, postings, place, row)
        some = [Extra(*country.extras[source].split("\t", 1)) for source in sources]
        extras.append((start // BLOCK, pack_extras(some)))
        for place, extra in enumerate(some, start):
            identities.append(hash_of(extra.id) << 32 | place)
            digits = digits_of(extra.number)
            if digits:
                numbers.append(hash_of(digits) << 32 | place)
    blobs = {key: found.tobytes() for key, found in postings.items()}
    return Stretch(listings, extras, blobs, _sorted(identities), _sorted(numbers))


def _row(country: Country, source: int) -> Row:
    start = country.starts[source]
    parts = tuple(country.row_parts[start : start + country.counts[source]])
    category = country.row_categories[source]
    return Row(country.kinds[source], category - 1 if category else None, country.row_places[source], parts)


def _post(country: Country, postings: "defaultdict[int, array[int]]", place: int, row: Row) -> None:
    terms = country.part_terms
    for part in row.parts:
        for term in terms[part]:
            postings[term * 8].append(place)
    if row.category is not None:
        for term in country.category_terms[row.category]:
            postings[posting_key(term, Field.CATEGORY)].append(place)


def _sorted(hashes: "array[int]") -> bytes:
    return array("Q", sorted(hashes)).tobytes()
