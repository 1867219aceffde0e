"""Load rows into a new database, all or nothing, as fast as it takes them.

Secondary indexes are dropped before and made again after: building an index in one go costs a fraction of keeping it
up row by row. On SQLite the load is one transaction with a rollback journal, which stays small since a new database
has nothing to roll back to; it is flushed to the disk once, at the end.
"""

import os
import sqlite3
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Engine, Integer

from ccbs_desk.models.base import Id, Instant
from ccbs_desk.models.registry import METADATA
from server_stub.seed.shape import COLUMNS, Batch, Row

FLUSH_ROWS = 8_000
_CACHE_KIB = 128_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotEmpty(Exception):
    """The database holds a country already; seeding never adds to one."""


class InUse(Exception):
    """Somebody else has the database open; seeding wants it alone."""


class Writer(ABC):
    """Collects rows by table and loads them in large pieces. `rows` counts what was given, by table."""

    def __init__(self) -> None:
        self.rows: defaultdict[str, int] = defaultdict(int)
        self._waiting: defaultdict[str, list[Row]] = defaultdict(list)

    def write(self, batch: Batch) -> None:
        """Add a batch's rows; they reach the database when enough of a table have come together."""
        for table, rows in batch.tables():
            self.rows[table] += len(rows)
            self._waiting[table] += rows
            if len(self._waiting[table]) >= FLUSH_ROWS:
                self._load(table, self._waiting.pop(table))

    def flush(self) -> None:
        """Load what still waits."""
        while self._waiting:
            self._load(*self._waiting.popitem())

    @abstractmethod
    def _load(self, table: str, rows: Sequence[Row]) -> None:
        """Load rows of one table; they are the writer's from now on."""


@contextmanager
def open_writer(engine: Engine) -> Iterator[Writer]:
    """Give a writer into an empty database; its rows are committed at the end unless an exception leaves the block.

    Raises NotEmpty, InUse.
    """
    opened = _postgresql if engine.dialect.name == "postgresql" else _sqlite
    engine.dispose()  # idle connections of the pool would keep the file's journal as it is
    raw = engine.raw_connection()
    try:
        with opened(raw.driver_connection) as writer:
            yield writer
            writer.flush()
    finally:
        raw.detach()
        raw.close()


class SqliteWriter(Writer):
    """Loads through the driver itself; the rows are in its storage form already."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self._connection = connection
        self._inserts = {
            table: f"INSERT INTO {table} ({_names(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
            for table, columns in COLUMNS.items()
        }

    def _load(self, table: str, rows: Sequence[Row]) -> None:
        self._connection.executemany(self._inserts[table], rows)


@contextmanager
def _sqlite(connection: Any) -> Iterator[Writer]:
    path = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    _require_empty(lambda query: connection.execute(query).fetchone())
    connection.isolation_level = None
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    try:
        for pragma in ("journal_mode = DELETE", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}", "threads = 2"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        raise InUse(path) from error
    try:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
        indexes = connection.execute(query).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield SqliteWriter(connection)
        for _, create in indexes:
            connection.execute(create)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_mode = {journal}")
    _flush_file(Path(path))


def _flush_file(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class PostgresWriter(Writer):
    """Loads by COPY in text form; whole columns are turned into text at a time, which keeps Python out of the loop.

    One piece is on its way to the database, in a thread, while the next is made.
    """

    def __init__(self, connection: Any, thread: ThreadPoolExecutor) -> None:
        super().__init__()
        self._thread = thread
        self._under_way: Future[None] | None = None
        self._cursor = connection.cursor()
        self._copies = {table: f"COPY {table} ({_names(columns)}) FROM STDIN" for table, columns in COLUMNS.items()}
        self._texts = {
            table: [_text_of(METADATA.tables[table].c[column]) for column in columns]
            for table, columns in COLUMNS.items()
        }

    def flush(self) -> None:
        """Load what still waits, and wait for it."""
        super().flush()
        self._wait()

    def _load(self, table: str, rows: Sequence[Row]) -> None:
        self._wait()
        self._under_way = self._thread.submit(self._copy, table, rows)

    def _wait(self) -> None:
        if self._under_way:
            self._under_way.result()

    def _copy(self, table: str, rows: Sequence[Row]) -> None:
        columns = [text(column) for text, column in zip(self._texts[table], zip(*rows, strict=True), strict=True)]
        lines = "\n".join(map("\t".join, zip(*columns, strict=True)))
        with self._cursor.copy(self._copies[table]) as copy:
            copy.write(lines + "\n")


@contextmanager
def _postgresql(connection: Any) -> Iterator[Writer]:
    cursor = connection.cursor()
    try:
        _require_empty(lambda query: cursor.execute(query).fetchone())
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE NOT indisunique AND indrelid = ANY(%s::regclass[])",
            ([*COLUMNS],),
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        with ThreadPoolExecutor(1) as thread:
            yield PostgresWriter(connection, thread)
        for _, create in indexes:
            cursor.execute(create)
        cursor.execute("ANALYZE")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _require_empty(first: Callable[[str], Any]) -> None:
    for table in ("governorate", "subscriber", "staff", "ledger"):
        if first(f"SELECT 1 FROM {table} LIMIT 1"):  # noqa: S608
            raise NotEmpty(table)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(columns)


def _text_of(column: Column[Any]) -> Callable[[Sequence[Any]], Iterable[str]]:
    """Return what turns a column of storage values into PostgreSQL's text form."""
    if isinstance(column.type, Id):
        return lambda values: [value.hex() if value else r"\N" for value in values]
    if isinstance(column.type, Instant):
        moments = _Moments()
        return lambda values: [moments[value] for value in values]
    if isinstance(column.type, Boolean | Integer) and not column.nullable:
        return lambda values: map(str, values)
    return lambda values: [r"\N" if value is None else str(value) for value in values]


class _Moments(dict[int | None, str]):
    """Texts of moments, each made once: the minutes of some months are few."""

    def __missing__(self, moment: int | None) -> str:
        text = r"\N" if moment is None else (_EPOCH + timedelta(microseconds=moment)).isoformat()
        self[moment] = text
        return text
