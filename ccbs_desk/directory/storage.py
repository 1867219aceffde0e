"""Where an index lies: a few tables of numbered blobs, the same on SQLite and on PostgreSQL.

All that the engine knows is in these blobs, so that two back-ends with the same blobs give the same answers.

| table | key | blob |
|---|---|---|
| `spelling` | bucket of a hash | terms under their spelling keys (`spelling.py`) |
| `posting` | term and field | the rows that have this term in this field (`postings.py`) |
| `fresh` | the same | rows that came after the build |
| `listing` | block of rows | what a row's name is made of, and its place (`rows.py`) |
| `extra` | block of rows | ids and numbers |
| `place` | place | governorate, town, area, street |
| `identity`, `number` | bucket of a hash | rows by id, rows by telephone number |
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Final, Literal, Protocol

Table = Literal["spelling", "posting", "fresh", "listing", "extra", "place", "identity", "number"]
TABLES: Final[tuple[Table, ...]] = (
    "spelling", "posting", "fresh", "listing", "extra", "place", "identity", "number",
)  # fmt: skip
FORMAT: Final = b"1"


class Storage(Protocol):
    """Tables of blobs and a few named ones."""

    def get(self, table: Table, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the blobs that are there, by key."""
        ...

    def put(self, table: Table, blobs: Iterable[tuple[int, bytes]]) -> None:
        """Write blobs, in place of those that were there."""
        ...

    def note(self, name: str) -> bytes:
        """Return a named blob, empty when it is not there."""
        ...

    def put_note(self, name: str, blob: bytes) -> None:
        """Write a named blob."""
        ...

    def keys(self, table: Table) -> list[int]:
        """Return the keys of a table."""
        ...

    def notes(self) -> list[str]:
        """Return the names of the named blobs."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """What is read inside stands at one moment."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """One transaction: all of it, or nothing. Readers go on meanwhile."""
        ...

    def version(self) -> int:
        """Return a number that changes when somebody else has written."""
        ...

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each table."""
        ...
