"""An index in one SQLite file: what a desk carries."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ccbs_desk.directory.storage import FORMAT, TABLES, Table

_PAGE: Final = 8192
_CACHE_KIB: Final = 2048
_PATIENCE: Final = 10.0
_MOST_KEYS: Final = 500


class NotAnIndex(Exception):
    """The file is no index of the directory, or one of another format."""


class SqliteStorage:
    """`Storage` on a file of SQLite. For one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> "SqliteStorage":
        """Open an index that is there. Raises NotAnIndex."""
        if not path.is_file():
            raise NotAnIndex(str(path))
        mode = "rw" if write else "ro"
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_PATIENCE)
        storage = cls(connection)
        try:
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            if write:
                connection.execute("PRAGMA journal_mode = WAL")
            known = storage.note("format") == FORMAT
        except sqlite3.DatabaseError:
            known = False
        if not known:
            connection.close()
            raise NotAnIndex(str(path))
        return storage

    @classmethod
    def create(cls, path: Path) -> "SqliteStorage":
        """Make an empty file; what was there is gone."""
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        for table in TABLES:
            connection.execute(f"CREATE TABLE {table} (key INTEGER PRIMARY KEY, data BLOB NOT NULL)")
        connection.execute("CREATE TABLE note (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID")
        return cls(connection)

    def get(self, table: Table, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the blobs that are there, by key."""
        if len(keys) == 1:
            return dict(self._connection.execute(f"SELECT key, data FROM {table} WHERE key = ?", keys).fetchall())
        found: dict[int, bytes] = {}
        for at in range(0, len(keys), _MOST_KEYS):
            some = ",".join(map(str, keys[at : at + _MOST_KEYS]))
            found.update(self._connection.execute(f"SELECT key, data FROM {table} WHERE key IN ({some})").fetchall())
        return found

    def put(self, table: Table, blobs: Iterable[tuple[int, bytes]]) -> None:
        """Write blobs, in place of those that were there."""
        self._connection.executemany(f"INSERT OR REPLACE INTO {table} (key, data) VALUES (?, ?)", blobs)

    def note(self, name: str) -> bytes:
        """Return a named blob, empty when it is not there."""
        row = self._connection.execute("SELECT data FROM note WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else b""

    def put_note(self, name: str, blob: bytes) -> None:
        """Write a named blob."""
        self._connection.execute("INSERT OR REPLACE INTO note (name, data) VALUES (?, ?)", (name, blob))

    def keys(self, table: Table) -> list[int]:
        """Return the keys of a table."""
        return [row[0] for row in self._connection.execute(f"SELECT key FROM {table} ORDER BY key")]

    def notes(self) -> list[str]:
        """Return the names of the named blobs."""
        return [row[0] for row in self._connection.execute("SELECT name FROM note ORDER BY name")]

    def version(self) -> int:
        """Return a number that changes when another connection has written."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each table."""
        found = {}
        for table in (*TABLES, "note"):
            query = f"SELECT coalesce(sum(length(data)), 0) FROM {table}"
            found[table] = int(self._connection.execute(query).fetchone()[0])
        return found

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read inside stands at one moment."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing. Readers go on meanwhile."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def commit(self) -> None:
        """Make what was written so far durable."""
        self._connection.commit()

    def close(self) -> None:
        """Close the file; it is one file again when nobody else has it open."""
        with suppress(sqlite3.OperationalError):
            self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.close()


def put_in_place(made: Path, target: Path) -> None:
    """Put a file of an index where another may be. What somebody who was killed has left beside that one goes first.

    A journal that stays beside another file is played into it, and neither can be read any more.
    """
    for beside in ("-wal", "-shm"):
        target.with_name(target.name + beside).unlink(missing_ok=True)
    made.replace(target)
