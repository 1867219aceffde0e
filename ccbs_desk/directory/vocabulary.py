"""The words of an index in memory: a few megabytes for a whole country, whatever its size.

Terms lie behind one another in one text, in the order of the alphabet, so that those which begin alike are neighbours;
parts lie in the order of frequency. What came after the build stands behind both, in lists of its own.
"""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from ccbs_desk.directory.storage import Storage

SEPARATOR: Final = "\n"
NO_TERM: Final = 0xFFFFFFFF
_LAST: Final = "\U0010ffff"


class Words:
    """A list of words, kept as one text, that can still grow."""

    def __init__(self, joined: str) -> None:
        self._text = joined
        starts = array("I", [0]) if joined else array("I")
        at = joined.find(SEPARATOR)
        while at >= 0:
            starts.append(at + 1)
            at = joined.find(SEPARATOR, at + 1)
        self.built = len(starts)
        starts.append(len(joined) + 1)
        self._starts = starts
        self.added: list[str] = []

    def __len__(self) -> int:
        return self.built + len(self.added)

    def __getitem__(self, number: int) -> str:
        if number < self.built:
            return self._text[self._starts[number] : self._starts[number + 1] - 1]
        return self.added[number - self.built]


class Vocabulary:
    """Terms, parts and categories of an index."""

    def __init__(self, storage: Storage) -> None:
        self.terms = Words(storage.note("terms").decode())
        self.parts = Words(storage.note("parts").decode())
        self._frequencies = numbers_of(storage.note("frequencies"))
        self._fields = storage.note("fields")
        self._terms_of_part = numbers_of(storage.note("part_terms"))
        self.refresh(storage)

    def refresh(self, storage: Storage) -> None:
        """Take over what came after the build."""
        self.terms.added = _lines(storage.note("terms+"))
        self.parts.added = _lines(storage.note("parts+"))
        self.categories = _lines(storage.note("categories"))
        self._fields_added = storage.note("fields+")
        self._terms_of_part_added = numbers_of(storage.note("part_terms+"))
        self._several = _several(storage.note("several"))
        numbered = enumerate(self.terms.added, self.terms.built)
        self._sorted_added = sorted((term, number) for number, term in numbered)

    def number(self, term: str) -> int | None:
        """Return the number of a term; None when the index has no such term."""
        terms = self.terms
        at = bisect_left(range(terms.built), term, key=terms.__getitem__)
        if at < terms.built and terms[at] == term:
            return at
        at = bisect_left(self._sorted_added, (term, 0))
        found = self._sorted_added[at] if at < len(self._sorted_added) else ("", 0)
        return found[1] if found[0] == term else None

    def frequency(self, term: int) -> int:
        """Return in how many names a term stood when the index was built."""
        return self._frequencies[term] if term < len(self._frequencies) else 1

    def fields(self, term: int) -> int:
        """Return the fields that a term stands in, one bit each."""
        if term < self.terms.built:
            kept = self._fields[term]
            return kept | self._fields_added[term] if term < len(self._fields_added) else kept
        return self._fields_added[term] if term < len(self._fields_added) else 0

    def part_terms(self, part: int) -> tuple[int, ...]:
        """Return the terms of a part of a name: one, unless it is written in an unusual way."""
        built = len(self._terms_of_part)
        term = self._terms_of_part[part] if part < built else self._terms_of_part_added[part - built]
        return self._several.get(part, ()) if term == NO_TERM else (term,)

    def beginning_with(self, prefix: str) -> tuple[range, Sequence[int]]:
        """Return the terms that begin with these letters: those of the build, and those that came after."""
        terms = self.terms
        low = bisect_left(range(terms.built), prefix, key=terms.__getitem__)
        high = bisect_left(range(terms.built), prefix + _LAST, lo=low, key=terms.__getitem__)
        first = bisect_left(self._sorted_added, (prefix, 0))
        last = bisect_left(self._sorted_added, (prefix + _LAST, 0))
        return range(low, high), [number for _, number in self._sorted_added[first:last]]

    def most_frequent(self, terms: range, count: int) -> list[int]:
        """Return the most frequent of neighbouring terms, the most frequent first."""
        if len(terms) > count:
            some = self._frequencies[terms.start : terms.stop]
            limit = sorted(some, reverse=True)[count - 1]
            chosen = [number for number, frequency in zip(terms, some, strict=True) if frequency >= limit]
        else:
            chosen = list(terms)
        return sorted(chosen, key=lambda number: (-self._frequencies[number], number))[:count]


def _lines(blob: bytes) -> list[str]:
    return blob.decode().split(SEPARATOR) if blob else []


def numbers_of(blob: bytes) -> "array[int]":
    """Return the 32-bit numbers of a blob."""
    found = array("I")
    found.frombytes(blob)
    if sys.byteorder == "big":  # pragma: no cover
        found.byteswap()
    return found


def blob_of(numbers: "array[int]") -> bytes:
    """Return the blob of 32-bit numbers."""
    if sys.byteorder == "big":  # pragma: no cover
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _several(blob: bytes) -> dict[int, tuple[int, ...]]:
    found = {}
    for line in _lines(blob):
        part, *terms = map(int, line.split())
        found[part] = tuple(terms)
    return found
