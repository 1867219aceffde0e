"""Databases in memory: filled from a template in a few milliseconds, and what a power cut leaves of them."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.models.store import Act, Store, explained
from tests.sync.virtual.loop import PowerCut, VirtualLoop

T = TypeVar("T")


class Memory:
    """One database in memory. Its engine is kept from seed to seed, so that statements are compiled once."""

    def __init__(self) -> None:
        self._raw = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.engine: Engine = create_engine(
            "sqlite://", module=sqlcipher, poolclass=StaticPool, creator=lambda: self._raw, query_cache_size=4_000
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
        template._raw.backup(self._raw)

    def load(self, path: Path) -> None:
        """Become a copy of a file."""
        source = sqlcipher.connect(str(path))
        source.backup(self._raw)
        source.close()

    def cut(self) -> None:
        """Lose what was not committed."""
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")


class MemoryStore(Store):
    """A desk's store over a database in memory: the same promises, kept one after the other on virtual time.

    `chance` decides how long an act takes and at which of them the power goes; `fatal` is how often that is.
    """

    def __init__(self, memory: Memory, loop: VirtualLoop, chance: Random, died: Callable[[], None]) -> None:
        self.folder = Path("/nowhere")
        self.memory = memory
        self.fatal = 0.0
        self.dead = False
        self._loop = loop
        self._chance = chance
        self._died = died
        self._asked_writes: deque[tuple[Act[Any], Future[Any]]] = deque()
        self._asked_reads: list[tuple[Act[Any], Future[Any]]] = []
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

    def close(self) -> None:
        """Nothing is kept open."""

    def now(self, act: Act[T], *, reading: bool) -> T:
        """Run an act at once, between two others. Raises PowerCut when the machine dies of it."""
        fate = "" if reading or self._chance.random() >= self.fatal else self._chance.choice(("before", "after"))
        try:
            with self.memory.engine.connect().execution_options(reading=reading) as connection, connection.begin():
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

    def _later(self, put: Callable[[tuple[Act[Any], Future[Any]]], None], act: Act[T]) -> "Future[T]":
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

    def _answer(self, act: Act[Any], future: "Future[Any]", *, reading: bool) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = self.now(act, reading=reading)
        except PowerCut:
            return
        except (Refused, Unavailable) as no:
            future.set_exception(no)
        except Exception as error:  # noqa: BLE001 - the asker gets the error, as from the store's thread
            future.set_exception(error)
        else:
            future.set_result(result)
