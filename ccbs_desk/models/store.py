"""The desk's own database: one encrypted SQLite file, one thread that owns it, one process that holds it.

Writes run in the order in which they were asked; of the reads, the newest is served first, since an older view is
no longer looked at. A write is durable (`synchronous=FULL`) when its future resolves.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from ccbs_desk.domain.errors import Refused, StoreDamaged, Unavailable
from ccbs_desk.models.failures import explained
from ccbs_desk.models.lock import ProfileLock
from ccbs_desk.models.store_files import BESIDE, STORE_FILE, must_be_writable, take_place
from ccbs_desk.models.upgrade import bring_up, fold_in

__all__ = ("STORE_FILE", "Act", "Store", "explained")

T = TypeVar("T")
Act = Callable[[Connection], T]
Build = Callable[[Any, Path], None]
"""Gets the driver's connection to the database that is open, and where to make another one."""
_log = logging.getLogger(__name__)

CACHE_KIB = 64_000
ASIDE_KIB = 4_000
# The driver's cache of prepared statements does not let go of old ones for new: once it is full, each new statement is
# prepared at every run. Opening a store alone takes some hundred.
CACHED_STATEMENTS = 2_000
LOCK = "store.lock"
FRESH = ".fresh"
MARK = "store.damaged"
"""Lies in the folder from the moment at which damage was met, so that nobody works on with what can still be read."""


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


def _ready_engine(path: Path, key: bytes) -> Engine:
    """Return an engine over the file at the newest schema, or let the file go."""
    engine = open_engine(path, key)
    try:
        if path.with_name(MARK).exists():
            # It opens; but a page of it is damaged.
            raise Unavailable(StoreDamaged())
        bring_up(engine, path)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, DatabaseError):
            raise explained(error) from error
        raise
    return engine


@dataclass(frozen=True, slots=True)
class _Exchange:
    """Another database is to take this one's place."""

    build: Build
    key: bytes


_Asked = tuple[Act[Any] | _Exchange, Future[Any]]


class Store:
    """Owns the desk's database from open to close. Every method may be called from any thread.

    `damaged` is called once, on the store's thread, when a page turns out to be damaged: nothing can be done any more.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open (or make) the store in `folder`.

        Raises Unavailable: store.key_wrong, store.in_use (by another program), store.damaged, store.disk_full,
        store.read_only, store.newer, store.upgrade_failed.
        """
        must_be_writable(folder)
        self.folder = folder
        self._key = key
        self._file = threading.Lock()
        self._wanted = threading.Event()
        self.damaged: list[Callable[[], None]] = []
        self._lock = ProfileLock(folder / LOCK)
        self._lock.take()
        try:
            self._engine = _ready_engine(folder / STORE_FILE, key)
        except BaseException:
            self._lock.release()
            raise
        self._wake = threading.Condition()
        self._writes: deque[_Asked] = deque()
        self._reads: list[_Asked] = []
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="store", daemon=True)
        self._thread.start()

    def read(self, act: Act[T]) -> "Future[T]":
        """Run a read; its future may be cancelled while it waits."""
        return self._ask(self._reads.append, act)

    def write(self, act: Act[T]) -> "Future[T]":
        """Run a write in one transaction, after all writes asked before it."""
        return self._ask(self._writes.append, act)

    def exchange(self, build: Build, key: bytes) -> "Future[None]":
        """Let another database take this one's place, after all writes asked before.

        `build` makes it, whole and closed, at the path that it gets; the connection that it gets is in no transaction.
        It opens with `key`. Whenever the program dies on the way, the one or the other is there, whole.
        """
        return self._ask(self._writes.append, _Exchange(build, key))

    def beside(self, folder: Path) -> "Store":
        """Open (or make) another store under the same key, to be filled while this one goes on. Raises as `Store`."""
        return Store(folder, self._key)

    def swap(self, build: Build) -> "Future[None]":
        """Exchange the database for one under the same key."""
        return self.exchange(build, self._key)

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
        with self._alone():
            self._engine.dispose()
        self._lock.release()

    def _ask(self, put: Callable[[_Asked], None], act: Act[T] | _Exchange) -> "Future[T]":
        future: Future[T] = Future()
        with self._wake:
            if self._closing:
                raise RuntimeError("the store is closed")
            put((act, future))
            self._wake.notify()
        return future

    def _next(self) -> tuple[bool, Act[Any] | _Exchange, Future[Any]] | None:
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
                future.set_result(self._done(act, reading=reading))
            except (Refused, Unavailable) as no:
                if no.reason == StoreDamaged():
                    self._note_damage()
                future.set_exception(no)
            except Exception as error:  # noqa: BLE001 - the thread outlives any act; the asker gets the error
                _log.exception("an act failed in the store")
                future.set_exception(error)

    def _done(self, act: Act[Any] | _Exchange, *, reading: bool) -> object:
        if not isinstance(act, _Exchange):
            return self._run(act, reading=reading)
        self._exchanged(act)
        return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Have the file without a reader aside."""
        self._wanted.set()
        with self._file:
            self._wanted.clear()
            yield

    def _exchanged(self, asked: _Exchange) -> None:
        with self._alone():
            self._exchange(asked)
        self._key = asked.key

    def _exchange(self, asked: _Exchange) -> None:
        path = self.folder / STORE_FILE
        fresh = path.with_name(STORE_FILE + FRESH)
        for ending in ("", *BESIDE):
            fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
        raw = self._engine.raw_connection()
        try:
            fold_in(raw)
            asked.build(raw.driver_connection, fresh)
        except sqlcipher.DatabaseError as error:
            raise explained(error) from error
        finally:
            raw.close()
        self._engine.dispose()
        take_place(fresh, path)
        self._engine = _ready_engine(path, asked.key)

    def _note_damage(self) -> None:
        """Keep it, since a later start may not read that page at all; then tell whoever wants to know, once."""
        tell, self.damaged = self.damaged, []
        try:
            (self.folder / MARK).touch()
        except OSError:
            _log.exception("that the store is damaged can't be kept")
        for told in tell:
            told()

    def _run(self, act: Act[T], *, reading: bool) -> T:
        try:
            with self._engine.connect().execution_options(reading=reading) as connection, connection.begin():
                return act(connection)
        except DatabaseError as error:
            raise explained(error) from error
