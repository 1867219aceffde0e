"""Databases in memory: filled from a template in a few milliseconds, and what a power cut leaves of them."""

import shutil
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.models.store import FRESH, STORE_FILE, Act, Build, Store, explained
from tests.sync.virtual.loop import PowerCut, VirtualLoop

T = TypeVar("T")


class Memory:
    """One database in memory. Its engine is kept from seed to seed, so that statements are compiled once."""

    def __init__(self) -> None:
        self.raw = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.engine: Engine = create_engine(
            "sqlite://", module=sqlcipher, poolclass=StaticPool, creator=lambda: self.raw, query_cache_size=4_000
        )
        # The product lets its engine go when it ends; what is in memory has to outlive that.
        dialect = cast("Any", self.engine.dialect)
        dialect.do_close = dialect.do_terminate = lambda _connection: None
        self.before_commit: Callable[[], None] = lambda: None

        @event.listens_for(self.engine, "begin")
        def _begin(connection: Connection) -> None:
            reading = connection.get_execution_options().get("reading", False)
            connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

        @event.listens_for(self.engine, "commit")
        def _commit(connection: Connection) -> None:
            if not connection.get_execution_options().get("reading", False):
                self.before_commit()

    def fill(self, template: "Memory") -> None:
        """Become a copy of another one."""
        self.cut()
        self.before_commit = lambda: None
        template.raw.backup(self.raw)

    def load(self, path: Path) -> None:
        """Become a copy of a file."""
        source = sqlcipher.connect(str(path))
        source.backup(self.raw)
        source.close()

    def cut(self) -> None:
        """Lose what was not committed."""
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class Disk:
    """What of a desk outlives its program: its database, the one that is made beside it, and a folder for its files.

    A file with a database's name stands in the folder for each of the two; `empty` is a database of which nothing is
    made yet.
    """

    memory: Memory
    beside: Memory
    empty: Memory
    folder: Path

    def begin(self, template: Memory) -> None:
        """Become the disk of a desk whose database is a copy of another one."""
        self.memory.fill(template)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / STORE_FILE).touch()


@dataclass(frozen=True, slots=True)
class _Swapping:
    """Another database is to take this one's place."""

    build: Build


_Asked = tuple[Act[Any] | _Swapping, Future[Any]]


class MemoryStore(Store):
    """A desk's store over a database in memory: the same promises, kept one after the other on virtual time.

    `chance` decides how long an act takes and at which of them the power goes; `fatal` is how often that is.
    """

    def __init__(self, disk: Disk, loop: VirtualLoop, chance: Random, died: Callable[[], None]) -> None:
        self.disk = disk
        self.folder = disk.folder
        self.memory = disk.memory
        self.fatal = 0.0
        self.dead = False
        self._loop = loop
        self._chance = chance
        self._died = died
        self._asked_writes: deque[_Asked] = deque()
        self._asked_reads: list[_Asked] = []
        self._busy = False

    def read(self, act: Act[T]) -> "Future[T]":
        """Run a read when its turn comes."""
        return self._later(self._asked_reads.append, act)

    def write(self, act: Act[T]) -> "Future[T]":
        """Run a write when its turn comes."""
        return self._later(self._asked_writes.append, act)

    def aside(self, act: Callable[[Connection, Callable[[], bool]], T]) -> T:
        """Run a long read: whole, as over a state of its own."""
        if self.dead:
            raise PowerCut
        return self.now(lambda connection: act(connection, lambda: False), reading=True)

    def beside(self, folder: Path) -> Store:
        """Open the database beside, or make it; it lasts as long as its file."""
        if not (folder / STORE_FILE).exists():
            folder.mkdir(parents=True, exist_ok=True)
            self.disk.beside.fill(self.disk.empty)
            (folder / STORE_FILE).touch()
        self.disk.beside.cut()
        return _Beside(self, folder)

    def swap(self, build: Build) -> "Future[None]":
        """Exchange the database when its turn comes."""
        return self._later(self._asked_writes.append, _Swapping(build))

    def close(self) -> None:
        """Nothing is kept open."""

    def now(self, act: Act[T], *, reading: bool) -> T:
        """Run an act at once, between two others. Raises PowerCut when the machine dies of it."""
        return self.run(self.memory, act, reading=reading)

    def run(self, memory: Memory, act: Act[T], *, reading: bool) -> T:
        """Run an act on one of the two databases. Raises PowerCut when the machine dies of it."""
        fate = "" if reading else self._fate()
        try:
            with memory.engine.connect().execution_options(reading=reading) as connection, connection.begin():
                result = act(connection)
                if fate == "before":
                    raise PowerCut
        except DatabaseError as error:
            raise explained(error) from error
        except PowerCut:
            self._died()
            raise
        if fate == "after":
            self._died()
            raise PowerCut
        return result

    def _fate(self) -> str:
        return "" if self._chance.random() >= self.fatal else self._chance.choice(("before", "after"))

    def _take_beside(self, build: Build) -> None:
        """Let the database beside take this one's place, as `build` brings it; the power may go on either side."""
        fate, path = self._fate(), self.folder / STORE_FILE
        fresh = path.with_name(STORE_FILE + FRESH)
        fresh.unlink(missing_ok=True)
        build(self.memory.raw, fresh)
        if fate == "before":
            self._died()
            raise PowerCut
        self.memory.fill(self.disk.beside)
        fresh.replace(path)
        if fate == "after":
            self._died()
            raise PowerCut

    def _later(self, put: Callable[[_Asked], None], act: Act[T] | _Swapping) -> "Future[T]":
        future: Future[T] = Future()
        put((act, future))
        if not self._busy:
            self._busy = True
            self._loop.call_later(self._seconds(), self._turn)
        return future

    def _seconds(self) -> float:
        slow = self._chance.random() < 0.02
        return self._chance.expovariate(1 / (1.5 if slow else 0.003))

    def _turn(self) -> None:
        if self.dead:
            return
        if self._asked_reads:
            reading, (act, future) = True, self._asked_reads.pop()
        else:
            reading, (act, future) = False, self._asked_writes.popleft()
        self._answer(act, future, reading=reading)
        self._busy = bool(self._asked_reads or self._asked_writes)
        if self._busy and not self.dead:
            self._loop.call_later(self._seconds(), self._turn)

    def _answer(self, act: Act[Any] | _Swapping, future: "Future[Any]", *, reading: bool) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result: object = None
            if isinstance(act, _Swapping):
                self._take_beside(act.build)
            else:
                result = self.now(act, reading=reading)
        except PowerCut:
            return
        except (Refused, Unavailable) as no:
            future.set_exception(no)
        except Exception as error:  # noqa: BLE001 - the asker gets the error, as from the store's thread
            future.set_exception(error)
        else:
            future.set_result(result)


class _Beside(Store):
    """The database beside a desk's own. Whoever asks may wait for it, so that each act is done in the asker's turn."""

    def __init__(self, owner: MemoryStore, folder: Path) -> None:
        self.folder = folder
        self._owner = owner

    def read(self, act: Act[T]) -> "Future[T]":
        """Run a read at once."""
        return self._at_once(act, reading=True)

    def write(self, act: Act[T]) -> "Future[T]":
        """Run a write at once."""
        return self._at_once(act, reading=False)

    def close(self) -> None:
        """Nothing is kept open."""

    def _at_once(self, act: Act[T], *, reading: bool) -> "Future[T]":
        future: Future[T] = _Told()
        if self._owner.dead:
            return future
        try:
            future.set_result(self._owner.run(self._owner.disk.beside, act, reading=reading))
        except PowerCut:
            return future
        except Exception as error:  # noqa: BLE001 - the asker gets the error, as from the store's thread
            future.set_exception(error)
        return future


class _Told(Future[T]):
    """What is there at once, or never: then whoever waits for it dies with the machine."""

    def result(self, timeout: float | None = None) -> T:
        """Return what came of it."""
        if not self.done():
            raise PowerCut
        return super().result(timeout)
