"""An index in PostgreSQL: the same blobs as in a desk's file, for the server's own searches."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

from ccbs_desk.directory.storage import TABLES, Storage, Table

_SCHEMA: Final = "directory"
_COPIED: Final = 2000


class PostgresStorage:
    """`Storage` on a schema of a PostgreSQL database. For one thread; the connection must commit by itself."""

    def __init__(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        self._connection = connection

    @classmethod
    def create(cls, connection: "psycopg.Connection[tuple[object, ...]]") -> "PostgresStorage":
        """Make the tables, empty; what was there is gone."""
        with connection.transaction():
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(_SCHEMA)))
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(_SCHEMA)))
            for table in TABLES:
                connection.execute(
                    sql.SQL("CREATE TABLE {} (key bigint PRIMARY KEY, data bytea NOT NULL)").format(_name(table))
                )
            connection.execute(
                sql.SQL("CREATE TABLE {} (name text PRIMARY KEY, data bytea NOT NULL)").format(_name("note"))
            )
        return cls(connection)

    def get(self, table: Table, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the blobs that are there, by key."""
        if not keys:
            return {}
        query = sql.SQL("SELECT key, data FROM {} WHERE key = ANY(%s)").format(_name(table))
        rows = self._connection.execute(query, (list(keys),), binary=True).fetchall()
        return {int(str(key)): data for key, data in rows if isinstance(data, bytes)}

    def put(self, table: Table, blobs: Iterable[tuple[int, bytes]]) -> None:
        """Write blobs, in place of those that were there."""
        query = sql.SQL(
            "INSERT INTO {} (key, data) VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET data = excluded.data"
        ).format(_name(table))
        with self._connection.cursor() as cursor:
            cursor.executemany(query, list(blobs))

    def note(self, name: str) -> bytes:
        """Return a named blob, empty when it is not there."""
        query = sql.SQL("SELECT data FROM {} WHERE name = %s").format(_name("note"))
        row = self._connection.execute(query, (name,), binary=True).fetchone()
        return row[0] if row and isinstance(row[0], bytes) else b""

    def put_note(self, name: str, blob: bytes) -> None:
        """Write a named blob."""
        query = sql.SQL(
            "INSERT INTO {} (name, data) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET data = excluded.data"
        ).format(_name("note"))
        self._connection.execute(query, (name, blob))

    def keys(self, table: Table) -> list[int]:
        """Return the keys of a table."""
        rows = self._connection.execute(sql.SQL("SELECT key FROM {} ORDER BY key").format(_name(table))).fetchall()
        return [int(str(row[0])) for row in rows]

    def notes(self) -> list[str]:
        """Return the names of the named blobs."""
        rows = self._connection.execute(sql.SQL("SELECT name FROM {} ORDER BY name").format(_name("note"))).fetchall()
        return [str(row[0]) for row in rows]

    def version(self) -> int:
        """Return a number that changes when somebody has written."""
        return int(self.note("version") or b"0")

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each table."""
        found = {}
        for table in (*TABLES, "note"):
            query = sql.SQL("SELECT coalesce(sum(length(data)), 0)::bigint FROM {}").format(_name(table))
            row = self._connection.execute(query).fetchone()
            found[table] = int(str(row[0])) if row else 0
        return found

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read inside stands at one moment."""
        with self._connection.transaction():
            self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing. Readers go on meanwhile; another writer waits."""
        with self._connection.transaction():
            self._connection.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(_name("note")))
            yield
            self.put_note("version", str(self.version() + 1).encode())


def copied(source: Storage, target: "PostgresStorage") -> None:
    """Copy an index into PostgreSQL, a few thousand blobs at a time, in one transaction."""
    with target.writing():
        for table in TABLES:
            keys = source.keys(table)
            for at in range(0, len(keys), _COPIED):
                target.put(table, source.get(table, keys[at : at + _COPIED]).items())
        for name in source.notes():
            target.put_note(name, source.note(name))


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(_SCHEMA, table)
