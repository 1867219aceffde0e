"""The peer of push: bare transactions of the same rows, one transaction an act, by the driver alone."""

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, LiteralString, Protocol
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import JSON, Table, make_url

from ccbs_desk.models.registry import METADATA
from ccbs_desk.services.take_payment import payment_id_of

# What an act leaves on the server, by table, and which column names the act (or the payment that it made).
# The head of the feed is left out: as a row of each act's own transaction it would make all of them wait in line.
WRITTEN = {
    "payment": "id",
    "payment_allocation": "payment_id",
    "ledger": "command_id",
    "receipt": "command_id",
    "till_journal": "command_id",
    "audit": "command_id",
    "applied_command": "command_id",
    "feed": "command_id",
}
Rows = Mapping[str, Sequence[tuple[Any, ...]]]


class Bare(Protocol):
    """A database next to the server's, of the same kind, with the same tables and indexes."""

    def rows_of(self, command_ids: Sequence[UUID]) -> list[Rows]:
        """Return what the server has written for these acts."""

    def write(self, acts: Sequence[Rows]) -> None:
        """Make the rows durable, act by act."""

    def close(self) -> None:
        """Let the database go."""


def _key(table: str, command_id: UUID) -> UUID:
    return payment_id_of(command_id) if table.startswith("payment") else command_id


class BareSqlite:
    """One connection: there is one writer at a time anyway."""

    def __init__(self, servers: Path, own: Path) -> None:
        self._servers = sqlite3.connect(servers)
        self._own = sqlite3.connect(own, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -64000", "temp_store = FILE"):
            self._own.execute(f"PRAGMA {pragma}")

    def rows_of(self, command_ids: Sequence[UUID]) -> list[Rows]:
        """Return what the server has written for these acts."""
        found: list[dict[str, list[tuple[Any, ...]]]] = [{} for _ in command_ids]
        for table, column in WRITTEN.items():
            place = {_key(table, command_id).bytes: n for n, command_id in enumerate(command_ids)}
            names = [each.name for each in METADATA.tables[table].columns]
            keys = ", ".join(f"x'{key.hex()}'" for key in place)
            for row in self._servers.execute(
                f'SELECT "{column}", {_quoted(names)} FROM "{table}" WHERE "{column}" IN ({keys})'
            ):
                found[place[row[0]]].setdefault(table, []).append(row[1:])
        self._servers.rollback()
        return list(found)

    def write(self, acts: Sequence[Rows]) -> None:
        """Make the rows durable, act by act."""
        inserts = {
            name: f'INSERT INTO "{name}" ({_quoted([c.name for c in METADATA.tables[name].columns])}) '
            f"VALUES ({', '.join('?' * len(METADATA.tables[name].columns))})"
            for name in WRITTEN
        }
        for rows in acts:
            self._own.execute("BEGIN IMMEDIATE")
            for table, some in rows.items():
                self._own.executemany(inserts[table], some)
            self._own.execute("COMMIT")

    def close(self) -> None:
        """Let the database go."""
        self._servers.close()
        self._own.close()


class BarePostgres:
    """As many connections as there are counters."""

    def __init__(self, servers: str, own: str, connections: int) -> None:
        self._servers = psycopg.connect(_conninfo(servers), autocommit=True)
        self._own = [psycopg.connect(_conninfo(own)) for _ in range(connections)]

    def rows_of(self, command_ids: Sequence[UUID]) -> list[Rows]:
        """Return what the server has written for these acts."""
        found: list[dict[str, list[tuple[Any, ...]]]] = [{} for _ in command_ids]
        for name, column in WRITTEN.items():
            place = {_key(name, command_id): n for n, command_id in enumerate(command_ids)}
            query = sql.SQL("SELECT {}, {} FROM {} WHERE {} = ANY(%s)").format(
                sql.Identifier(column), _columns(METADATA.tables[name]), sql.Identifier(name), sql.Identifier(column)
            )
            for row in self._servers.execute(query, (list(place),)):
                found[place[row[0]]].setdefault(name, []).append(row[1:])
        return list(found)

    def write(self, acts: Sequence[Rows]) -> None:
        """Make the rows durable, act by act, over all connections at once."""
        shares = [acts[n :: len(self._own)] for n in range(len(self._own))]
        threads = [
            threading.Thread(target=_write_share, args=(connection, share))
            for connection, share in zip(self._own, shares, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def close(self) -> None:
        """Let the database go."""
        for connection in (self._servers, *self._own):
            connection.close()


def _write_share(connection: "psycopg.Connection[Any]", acts: Sequence[Rows]) -> None:
    inserts = {name: _insert(METADATA.tables[name]) for name in WRITTEN}
    for rows in acts:
        with connection.transaction(), connection.cursor() as cursor:
            for table, some in rows.items():
                cursor.executemany(inserts[table], some)


def _insert(table: Table) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    marks = sql.SQL(", ").join(sql.Placeholder() for _ in table.columns)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table.name), names, marks)


def _columns(table: Table) -> sql.Composed:
    """Return the columns as they can be written back: JSON as its text."""
    plain: LiteralString = "{}"
    as_text: LiteralString = "{}::text"
    return sql.SQL(", ").join(
        sql.SQL(as_text if isinstance(column.type, JSON) else plain).format(sql.Identifier(column.name))
        for column in table.columns
    )


def _conninfo(url: str) -> str:
    parsed = make_url(url)
    return f"dbname={parsed.database} user={parsed.username} host={parsed.query['host']}"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
