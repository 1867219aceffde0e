"""One gateway an exchange: whoever holds the lease speaks with it, any other process of the database waits for its end.

Two at one exchange would each hold the other's agents for gone, and pause them. The lease ends with the process that
holds it, however that ends: it is a lock of a connection, and no row that somebody would have to tidy up.
"""

import hashlib
import logging
import sqlite3
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine, make_url

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5


class Lease(Protocol):
    """The right to speak with one exchange. Asks the database."""

    def take(self) -> bool:
        """Take it if it is free; return whether it is held now. To be asked again from time to time."""
        ...

    def release(self) -> None:
        """Let another process have it."""
        ...


def lease_of(engine: Engine, pbx: str) -> Lease:
    """Return the lease of an exchange among all processes of a database."""
    name = hashlib.sha256(f"pbx {pbx}".encode()).digest()
    if engine.dialect.name == "postgresql":
        url = make_url(engine.url).set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        return PostgresLease(address, int.from_bytes(name[:8], signed=True))
    file = Path(f"{engine.url.database}.{name[:6].hex()}.lease")
    return SqliteLease(file)


class PostgresLease:
    """An advisory lock, on a connection that does nothing else."""

    def __init__(self, address: str, key: int) -> None:
        self._address = address
        self._key = key
        self._connection: psycopg.Connection[tuple[bool]] | None = None
        self._held = False

    def take(self) -> bool:
        """Take or keep the lock. While the database is away nobody can take it, so whoever had it goes on."""
        try:
            if self._connection is not None and self._held:
                self._connection.execute("SELECT 1")
                return True
            self._held = self._again() if self._held else self._asked()
        except psycopg.Error as error:
            log.warning("the lease of the exchange can't be looked at: %s", type(error).__name__)
            self._close()
        return self._held

    def _asked(self) -> bool:
        row = self._line().execute("SELECT pg_try_advisory_lock(%s)", (self._key,)).fetchone()
        return row is not None and bool(row[0])

    def _again(self) -> bool:
        """After a lost connection: the server may need a moment to notice that, and to free our own lock."""
        connection = self._line()
        try:
            connection.execute("SET lock_timeout = '2s'")
            connection.execute("SELECT pg_advisory_lock(%s)", (self._key,))
        except psycopg.errors.LockNotAvailable:
            return False
        return True

    def _line(self) -> "psycopg.Connection[tuple[bool]]":
        if self._connection is None:
            self._connection = psycopg.connect(self._address, autocommit=True, connect_timeout=CONNECT_SECONDS)
        return self._connection

    def release(self) -> None:
        """Give the lock up."""
        self._held = False
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class SqliteLease:
    """The lock of a file beside the database's: such a database is one machine's."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None

    def take(self) -> bool:
        """Take or keep the lock."""
        if self._connection is not None:
            return True
        connection = sqlite3.connect(self._file, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            return False
        self._connection = connection
        return True

    def release(self) -> None:
        """Give the lock up."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
