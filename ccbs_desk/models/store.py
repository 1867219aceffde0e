"""The desk's own database: one encrypted SQLite file, one thread that owns it, one process that holds it.

Writes run in the order in which they were asked; of the reads, the newest is served first, since an older view is
no longer looked at. A write is durable (`synchronous=FULL`) when its future resolves.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from ccbs_desk.domain.errors import DiskFull, Refused, StoreDamaged, StoreKeyWrong, Unavailable
from ccbs_desk.models import undo
from ccbs_desk.models.database import migrate
from ccbs_desk.models.lock import ProfileLock

T = TypeVar("T")
Act = Callable[[Connection], T]
_log = logging.getLogger(__name__)

CACHE_KIB = 64_000
ASIDE_KIB = 4_000
# The driver's cache of prepared statements does not let go of old ones for new: once it is full, each new statement is
# prepared at every run. Opening a store alone takes some hundred.
CACHED_STATEMENTS = 2_000
STORE_FILE = "desk.db"


def open_engine(path: Path, key: bytes) -> Engine:
    """Return an engine over one connection to the encrypted file. Raises Unavailable when the key does not fit."""
    # Errors never carry the values of a statement: they would put subscribers' data into the log.
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlcipher,
        poolclass=StaticPool,
        hide_parameters=True,
        connect_args={"cached_statements": CACHED_STATEMENTS},
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        # A pragma takes no bound parameter; the key is hexadecimal digits only.
        dbapi_connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in ("journal_mode = WAL", "synchronous = FULL", f"cache_size = -{CACHE_KIB}", "temp_store = MEMORY"):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    try:
        with engine.connect():
            pass
    except DatabaseError as error:
        engine.dispose()
        raise explained(error) from error
    return engine


def explained(error: DatabaseError) -> Exception:
    """Return the failure of the environment behind a database error, or the error itself when it is ours."""
    text = str(error.orig).lower()
    if "disk is full" in text or "database or disk" in text or "disk i/o error" in text:
        return Unavailable(DiskFull())
    if "not a database" in text or "file is encrypted" in text:
        return Unavailable(StoreKeyWrong())
    # The pages are authenticated: one that was changed by disk or hand is found as soon as it is read.
    if "malformed" in text:
        return Unavailable(StoreDamaged())
    return error


def _ready_engine(path: Path, key: bytes) -> Engine:
    """Return an engine over the file at the newest schema, or let the file go."""
    engine = open_engine(path, key)
    try:
        migrate(engine, "desk")
        with engine.begin() as connection:
            undo.install(connection)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, DatabaseError):
            raise explained(error) from error
        raise
    return engine


class Store:
    """Owns the desk's database from open to close. Every method may be called from any thread."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open (or make) the store in `folder`.

        Raises Unavailable: store.key_wrong, store.in_use (by another program), store.damaged, store.disk_full.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._key = key
        self._file = threading.Lock()
        self._wanted = threading.Event()
        self._lock = ProfileLock(folder / "store.lock")
        self._lock.take()
        try:
            self._engine = _ready_engine(folder / STORE_FILE, key)
        except BaseException:
            self._lock.release()
            raise
        self._wake = threading.Condition()
        self._writes: deque[tuple[Act[Any], Future[Any]]] = deque()
        self._reads: list[tuple[Act[Any], Future[Any]]] = []
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="store", daemon=True)
        self._thread.start()

    def read(self, act: Act[T]) -> "Future[T]":
        """Run a read; its future may be cancelled while it waits."""
        return self._ask(self._reads.append, act)

    def write(self, act: Act[T]) -> "Future[T]":
        """Run a write in one transaction, after all writes asked before it."""
        return self._ask(self._writes.append, act)

    def aside(self, act: Callable[[Connection, Callable[[], bool]], T]) -> T:
        """Run a long read in the caller's thread, over a state of its own, while the store's thread goes on.

        `act` gets a connection and what tells it, from time to time, that the file is wanted: then it must end.
        """
        with self._file:
            engine = open_engine(self.folder / STORE_FILE, self._key)
            try:
                with engine.connect().execution_options(reading=True) as connection, connection.begin():
                    connection.exec_driver_sql(f"PRAGMA cache_size = -{ASIDE_KIB}")
                    return act(connection, self._wanted.is_set)
            except DatabaseError as error:
                raise explained(error) from error
            finally:
                engine.dispose()

    def close(self) -> None:
        """Finish the writes that were asked, then let the file go."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()
        self._wanted.set()
        with self._file:
            self._engine.dispose()
        self._lock.release()

    def _ask(self, put: Callable[[tuple[Act[Any], Future[Any]]], None], act: Act[T]) -> "Future[T]":
        future: Future[T] = Future()
        with self._wake:
            if self._closing:
                raise RuntimeError("the store is closed")
            put((act, future))
            self._wake.notify()
        return future

    def _next(self) -> tuple[bool, Act[Any], Future[Any]] | None:
        with self._wake:
            while True:
                if self._reads:
                    return (True, *self._reads.pop())
                if self._writes:
                    return (False, *self._writes.popleft())
                if self._closing:
                    return None
                self._wake.wait()

    def _serve(self) -> None:
        while (asked := self._next()) is not None:
            reading, act, future = asked
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._run(act, reading=reading))
            except (Refused, Unavailable) as no:
                future.set_exception(no)
            except Exception as error:  # noqa: BLE001 - the thread outlives any act; the asker gets the error
                _log.exception("an act failed in the store")
                future.set_exception(error)

    def _run(self, act: Act[T], *, reading: bool) -> T:
        try:
            with self._engine.connect().execution_options(reading=reading) as connection, connection.begin():
                return act(connection)
        except DatabaseError as error:
            raise explained(error) from error
