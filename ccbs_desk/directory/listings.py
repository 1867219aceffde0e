"""Listings as a file brings them: lines with tabs under a header; what is bad is told with its line number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ccbs_desk.directory.rows import KINDS
from ccbs_desk.domain.text import fold_digits

NEEDED: Final = ("id", "name")
KNOWN: Final = (*NEEDED, "kind", "governorate", "town", "area", "street", "number", "category", "listed", "change")
_UNLISTED: Final = frozenset({"no", "n", "0", "false", "لا", "unlisted"})
_LISTED: Final = frozenset({"", "yes", "y", "1", "true", "نعم", "listed"})
LONGEST_NAME: Final = 300
_LONGEST_ID: Final = 100
_LONGEST_FIELD: Final = 200


class BadFile(Exception):
    """The file can't be read at all: no header, or one without the columns that are needed."""


class BadRow(Exception):
    """A row that says nothing that can be used, and why."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One entry of the directory as a file has it; `place` is governorate, town, area, street."""

    id: str
    name: str
    kind: int
    place: tuple[str, str, str, str]
    number: str
    category: str
    listed: bool


class Header:
    """Which column holds what."""

    def __init__(self, line: str, needed: Sequence[str] = NEEDED) -> None:
        names = [name.strip().casefold() for name in line.removeprefix("\ufeff").rstrip("\r\n").split("\t")]
        missing = [name for name in needed if name not in names]
        if missing:
            raise BadFile(f"the header has no column {' and no column '.join(missing)}")
        self.at: Mapping[str, int] = {name: names.index(name) for name in KNOWN if name in names}
        self.count = len(names)

    def row(self, line: str) -> dict[str, str]:
        """Return the known fields of a line. Raises BadRow."""
        values = line.rstrip("\r\n").split("\t")
        if len(values) != self.count:
            raise BadRow(f"{len(values)} fields where the header has {self.count}")
        return {name: " ".join(values[at].split()) for name, at in self.at.items()}

    def listing(self, line: str) -> Listing:
        """Return the listing of a line. Raises BadRow."""
        return listing_of(self.row(line))


def listing_of(row: Mapping[str, str]) -> Listing:
    """Return the listing of a row's fields. Raises BadRow."""
    get = row.get
    identity, name = row["id"], row["name"]
    if not identity or len(identity) > _LONGEST_ID:
        raise BadRow("no id" if not identity else "an id that is too long")
    if not name or len(name) > LONGEST_NAME:
        raise BadRow("no name" if not name else "a name that is too long")
    if "\0" in name or "\ufffd" in name:
        raise BadRow("letters that can't be read")
    listed = get("listed", "").casefold()
    if listed not in _LISTED and listed not in _UNLISTED:
        raise BadRow(f"listed is neither yes nor no: {listed[:40]}")
    place = (get("governorate", ""), get("town", ""), get("area", ""), get("street", ""))
    category, number = get("category", ""), get("number", "")
    if any(len(value) > _LONGEST_FIELD for value in (*place, category, number)):
        raise BadRow("a field that is too long")
    return Listing(identity, name, kind_of(get("kind", "")), place, fold_digits(number), category, listed in _LISTED)


def digits_of(number: str) -> str:
    """Return the digits of a telephone number, however it is written: what it is found by."""
    return number if number.isascii() and number.isdigit() else "".join(filter(str.isdigit, fold_digits(number)))


def kind_of(word: str) -> int:
    """Return the number of a kind; what is unknown counts as a person."""
    return _KIND.get(word.strip().casefold(), 0)


_KIND: Final = {
    **{kind: number for number, kind in enumerate(KINDS)},
    **dict.fromkeys(("company", "shop", "category", "organisation", "organization"), 1),
    **dict.fromkeys(("gov", "office", "public"), 2),
    **dict.fromkeys(("service", "special"), 3),
}
