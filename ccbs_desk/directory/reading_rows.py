"""The first pass of a build: pieces of the file become numbers, several pieces at a time in processes of their own."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ccbs_desk.directory.listings import KNOWN, LONGEST_NAME, NEEDED, BadRow, Header, Listing, kind_of
from ccbs_desk.directory.words import Splitter

PIECE: Final = 8 << 20
Place = tuple[str, str, str, str]


class Numbering(dict[str, int]):
    """Gives each new word the next number."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


@dataclass(slots=True)
class Piece:
    """What a piece of the file holds. Numbers of parts, places and categories are its own; 0 is no category."""

    parts: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    counts: bytearray = field(default_factory=bytearray)
    kinds: bytearray = field(default_factory=bytearray)
    row_parts: "array[int]" = field(default_factory=lambda: array("I"))
    row_places: "array[int]" = field(default_factory=lambda: array("I"))
    row_categories: "array[int]" = field(default_factory=lambda: array("I"))
    row_lines: "array[int]" = field(default_factory=lambda: array("I"))
    extras: list[str] = field(default_factory=list)
    lines: int = 0
    unlisted: int = 0
    rejected: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Task:
    """A piece to read: whole lines between two bytes of the file."""

    path: Path
    header: str
    start: int
    end: int


def tasks(path: Path, header: str, start: int) -> Iterator[Task]:
    """Return the pieces of a file behind its header, each of whole lines."""
    size = path.stat().st_size
    with path.open("rb") as file:
        while start < size:
            file.seek(min(start + PIECE, size))
            file.readline()
            end = min(file.tell(), size)
            yield Task(path, header, start, end)
            start = end


_splitter = Splitter()


def read_piece(task: Task) -> Piece:
    """Return what a piece of the file holds."""
    with task.path.open("rb") as file:
        file.seek(task.start)
        raw = file.read(task.end - task.start).replace(b"\r\n", b"\n")
    reader = _Reader(Header(task.header))
    try:
        lines = raw.decode().split("\n")
    except UnicodeDecodeError:
        lines = [line.decode(errors="replace") for line in raw.split(b"\n")]
    if lines and not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines):
        try:
            if reader.add(line):
                reader.piece.row_lines.append(number)
        except BadRow as bad:
            reader.piece.rejected.append((number, str(bad), line))
    return reader.done(len(lines))


def piece_of(listings: Iterable[Listing]) -> Piece:
    """Return a piece of listings that were read already, whether they are listed or not."""
    reader = _Reader(Header("\t".join(NEEDED)))
    for listing in listings:
        reader.take(listing)
    return reader.done(0)


class _Reader:
    """Reads lines into a piece. What is regular goes a short way, the rest is looked at by `Header.listing`."""

    def __init__(self, header: Header) -> None:
        self.piece = Piece()
        self._header = header
        self._at = [header.at.get(name, header.count) for name in KNOWN]
        self._parts = Numbering()
        self._places: dict[Place, int] = {}
        self._categories = Numbering({"": 0})

    def add(self, line: str) -> bool:
        """Take a line; return whether it is a row of the index. Raises BadRow."""
        values = line.split("\t")
        if len(values) != self._header.count:
            if not line.strip():
                return False
            raise BadRow(f"{len(values)} fields where the header has {self._header.count}")
        values.append("")
        identity, name, kind, governorate, town, area, street, number, category, listed, _ = [
            values[at] for at in self._at
        ]
        usual = listed in _LISTED and identity and " " not in identity and name and not name.isspace()
        if not usual or len(line) > LONGEST_NAME or "\ufffd" in line or "\0" in line:
            listing = self._header.listing(line)
            if not listing.listed:
                self.piece.unlisted += 1
                return False
            identity, name, number, category = listing.id, listing.name, listing.number, listing.category
            governorate, town, area, street = listing.place
        place = (governorate, town, area, street)
        self._write(name, place, _KINDS[kind] if kind in _KINDS else kind_of(kind), category)
        self.piece.extras.append(f"{identity}\t{number}")
        return True

    def take(self, listing: Listing) -> None:
        """Take a listing that was read already."""
        self._write(listing.name, listing.place, listing.kind, listing.category)
        self.piece.extras.append(f"{listing.id}\t{listing.number}")

    def _write(self, name: str, place: Place, kind: int, category: str) -> None:
        piece = self.piece
        parts = _splitter.parts(name)[:255]
        numbering = self._parts
        piece.row_parts.extend([numbering[part] for part in parts])
        piece.counts.append(len(parts))
        number = self._places.get(place)
        if number is None:
            number = self._places[place] = len(self._places)
        piece.row_places.append(number)
        piece.kinds.append(kind)
        piece.row_categories.append(self._categories[category])

    def done(self, lines: int) -> Piece:
        piece = self.piece
        piece.parts = list(self._parts)
        piece.places = [tuple(" ".join(word.split()) for word in place) for place in self._places]  # type: ignore[misc]
        piece.categories = [" ".join(category.split()) for category in self._categories]
        piece.lines = lines
        return piece


_KINDS: Final = {"person": 0, "business": 1}
_LISTED: Final = frozenset({"yes", "", "1", "true"})
