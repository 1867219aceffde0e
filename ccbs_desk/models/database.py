"""Open a server's database and bring any database to the newest schema.

SQLite and PostgreSQL differ here and nowhere else: how a transaction begins, and who may write at a time.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import QueuePool

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BUSY_SECONDS = 30
CACHE_KIB = 64_000
_MIGRATION_LOCK = 0x6363_6273_0001
_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps what it works on in globals: two threads that migrate would work on each other's connection."""


def open_database(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine over a server's database: an SQLite file or PostgreSQL. The file's folder is made.

    Errors never carry the values of a statement: they would put subscribers' data into the log.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(url, pool_size)
    return create_engine(
        address,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        # The connection that was used last has its statements prepared.
        pool_use_lifo=True,
        hide_parameters=True,
    )


def _open_sqlite(url: str, pool_size: int) -> Engine:
    database = make_url(url).database
    if not database or database == ":memory:":
        raise ValueError("a server's SQLite database is a file")
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", f"cache_size = -{CACHE_KIB}", "temp_store = FILE"):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that only reads, over one unchanging state of the whole database."""
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that may write; it commits at the end unless an exception leaves the block."""
    with engine.begin() as connection:
        yield connection


def migrate(engine: Engine, side: str) -> None:
    """Bring the database of the `server` or of a `desk` to the newest schema, in one transaction."""
    if frozenset(revisions(engine)) == steps_of(side).newest:
        return
    with _ONE_AT_A_TIME, engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        command.upgrade(migration_config(side, connection), "heads")


def revisions(engine: Engine) -> tuple[str, ...]:
    """Return the revisions at which the schema stands, none for a database that is empty."""
    with engine.connect() as connection:
        return tuple(sorted(MigrationContext.configure(connection).get_current_heads()))


@dataclass(frozen=True, slots=True)
class Steps:
    """The revisions of this release: all that it knows, and the newest."""

    known: frozenset[str]
    newest: frozenset[str]


@cache
def steps_of(side: str) -> Steps:
    """Return the steps for the `server` or a `desk`. To read them takes longer than all else of a start: once."""
    script = ScriptDirectory.from_config(migration_config(side))
    return Steps(frozenset(step.revision for step in script.walk_revisions()), frozenset(script.get_heads()))


def migration_config(side: str, connection: Connection | None = None) -> Config:
    """Return what Alembic needs to know; `env.py` runs in the caller's transaction."""
    config = Config()
    config.set_main_option("path_separator", "newline")
    config.set_main_option("script_location", _escaped(MIGRATIONS))
    config.set_main_option("version_locations", "\n".join(_escaped(MIGRATIONS / name) for name in ("both", side)))
    config.attributes |= {"connection": connection, "side": side}
    return config


def _escaped(path: Path) -> str:
    """Return a path as Alembic's configuration takes it, where a per cent sign begins a reference."""
    return str(path).replace("%", "%%")
