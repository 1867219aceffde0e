"""The server, whole: the real application over a database in memory, which may lose its power at any commit."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from litestar import Litestar
from sqlalchemy import Engine, Table, select

from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Staff
from ccbs_desk.services.work import RowChange
from ccbs_desk.wire.messages import Answer
from server_stub import app as server_app
from server_stub.acts import Act
from server_stub.app import build_app, serving
from server_stub.applier import Applier
from server_stub.auth import Auth
from server_stub.country_names import CountryNames
from server_stub.devices import Devices
from server_stub.directories import Directories
from server_stub.feed import feeding, head_of
from server_stub.live import LiveHub
from server_stub.parts import Parts
from server_stub.passwords import Passwords
from server_stub.settings import Settings
from server_stub.snapshots import Snapshots
from tests.sync.virtual.loop import PowerCut, VirtualClock, VirtualLoop
from tests.sync.virtual.memory import Memory

BEAT_SECONDS = 40.0
_APPS: list[tuple[Parts, Litestar]] = []
NOBODY_WAITS = ThreadPoolExecutor(1, "never used")


class OpenDoor(Passwords):
    """Lets everybody in by the name alone: a password costs what a whole seed may."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def check(self, login: str, _password: str) -> UUID:
        """Return who this is."""
        with reading(self._engine) as connection:
            return connection.execute(select(Staff.id).where(Staff.login == login)).scalar_one()


class AtOnce(ThreadPoolExecutor):
    """Does in the asker's turn what belongs into a thread of its own."""

    def submit(self, act: Callable[..., Any], /, *args: Any, **about: Any) -> "Future[Any]":
        """Do it now."""
        future: Future[Any] = Future()
        try:
            future.set_result(act(*args, **about))
        except Exception as error:  # noqa: BLE001 - as a thread's future: the asker gets it
            future.set_exception(error)
        return future


class _Counted:
    """All rows of the template are counted already."""

    def __init__(self, _engine: Any) -> None: ...

    def start(self) -> None:
        """Nothing is left to do."""

    def stop(self) -> None:
        """Nothing runs."""


@contextmanager
def _nothing_to_count() -> Iterator[None]:
    """Start no thread that counts: there is one connection, and it belongs to the loop."""
    real = server_app.Counting  # type: ignore[attr-defined]
    server_app.Counting = _Counted  # type: ignore[attr-defined,assignment]
    try:
        yield
    finally:
        server_app.Counting = real  # type: ignore[attr-defined]


class VirtualApplier(Applier):
    """The applier with the loop's turns in place of its thread, and a feed lock that takes virtual time."""

    def __init__(self, server: "VirtualServer", on_head: Callable[[int], None]) -> None:
        super().__init__(server.memory.engine, server.clock, on_head, largest_batch=40)
        self._server = server
        self._ticking = False

    def start(self) -> None:
        """Nothing: whoever submits starts a turn."""

    def stop(self) -> None:
        """Nothing: what waits is lost with the process."""

    def submit(self, acts: "list[Act] | Any") -> "Future[list[Answer]]":
        """Take acts as the real one does."""
        future: Future[list[Answer]] = Future()
        self._waiting.put((acts, future))
        if not self._ticking:
            self._ticking = True
            self._server.spawn(self._turns())
        return future

    async def _turns(self) -> None:
        while not self._waiting.empty():
            await self._server.transaction(lambda: self._apply(self._take()[0]))
        self._ticking = False


class VirtualServer:
    """One server process after the other over one database. `fatal` is how often a commit costs it its life."""

    def __init__(self, memory: Memory, backup: Memory, loop: VirtualLoop, chance: Random, folder: Path) -> None:
        self.memory = memory
        self._backup = backup
        self.clock = VirtualClock(loop)
        self.fatal = 0.0
        self.lives = 0
        self.app: Litestar | None = None
        self.new_lock: Callable[[], Any] = asyncio.Lock
        self.feed_lock: Any = None
        self.begins: Callable[[], int | None] = lambda: None
        self.ticket: int | None = None
        """Where a writer numbers from, in a world whose positions come from a sequence (see `defects`)."""
        self.on_death: Callable[[], None] = lambda: None
        self._loop = loop
        self._chance = chance
        self._folder = folder
        self._tasks: set[asyncio.Task[Any]] = set()
        self._running: AsyncExitStack | None = None
        self._doomed = False
        memory.before_commit = self._before_commit

    async def start(self) -> None:
        """Begin a life, unless one has begun."""
        if self.app is not None or self._running is not None:
            return
        self.memory.cut()
        self.lives += 1
        self.feed_lock = self.new_lock()
        parts = self._parts()
        self._running = AsyncExitStack()
        with _nothing_to_count():
            await self._running.enter_async_context(serving(parts))
        self.app = self._app(parts)

    def spawn(self, work: Any) -> None:
        """Run something that ends with this life."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def in_power(self, act: Callable[[], Any]) -> None:
        """Run something that the power may end."""
        try:
            act()
        except PowerCut:
            self.die()

    async def transaction(self, act: Callable[[], Any]) -> None:
        """Run a writer of the feed: it takes the lock first, and then its time; some are slow."""
        async with self.feed_lock:
            ticket = self.begins()
            slow = self._chance.random() < 0.05
            await asyncio.sleep(self._chance.expovariate(1 / (4.0 if slow else 0.01)))
            self.ticket, self._doomed = ticket, False
            self.in_power(act)

    def job(self, table: Table, row: dict[str, Any] | None, row_id: Any) -> None:
        """Let a job of the server write a row, or remove it, under the feed lock like everybody."""
        self.spawn(self._job(table, row, row_id))

    async def _job(self, table: Table, row: dict[str, Any] | None, row_id: Any) -> None:
        await self.transaction(lambda: self._write(table, row, row_id))

    def _write(self, table: Table, row: dict[str, Any] | None, row_id: Any) -> None:
        with feeding(self.memory.engine) as (connection, writer):
            before = connection.execute(select(table).where(table.c.id == row_id)).mappings().one_or_none()
            connection.execute(table.delete().where(table.c.id == row_id))
            if row is not None:
                connection.execute(table.insert(), row)
            writer.publish([RowChange(table.name, row_id, row, dict(before) if before else None)])

    def die(self) -> None:
        """Lose the power now."""
        self.app, running, self._running = None, self._running, None
        self._doomed = False
        self.memory.cut()
        for task in tuple(self._tasks):
            task.cancel()
        if running is not None:
            # Only so that nothing of it is left in this process; it can write nothing any more.
            self._loop.create_task(running.aclose())
        self.on_death()

    def back_up(self) -> None:
        """Take a backup."""
        self._backup.fill(self.memory)

    def put_back(self, before_it_serves: Callable[[Engine], object]) -> None:
        """End this life and go back to the backup."""
        self.die()
        self.memory.fill(self._backup)
        before_it_serves(self.memory.engine)
        self.memory.before_commit = self._before_commit

    @property
    def epoch(self) -> str:
        """Which run of positions this is."""
        with reading(self.memory.engine) as connection:
            return head_of(connection).epoch

    def _app(self, parts: Parts) -> Litestar:
        """Return the one application of this process, over the parts of this life: to build it takes as long as ten
        acts."""
        if not _APPS:
            _APPS.append((parts, build_app(parts)))
        first, app = _APPS[0]
        for each in fields(parts):
            object.__setattr__(first, each.name, getattr(parts, each.name))
        return app

    async def stop(self) -> None:
        """End for good."""
        self.app, running, self._running = None, self._running, None
        if running is not None:
            await running.aclose()

    def _before_commit(self) -> None:
        if self.app is not None and self._chance.random() < self.fatal:
            if self._chance.random() < 0.5:
                raise PowerCut
            # This commit holds; the power goes before anybody hears of it.
            self._doomed = True

    def _told(self, hub: LiveHub) -> Callable[[int], None]:
        def told(head: int) -> None:
            if self._doomed:
                raise PowerCut
            hub.moved(head)

        return told

    def _snapshots(self, settings: Settings) -> Snapshots:
        made = Snapshots(self.memory.engine, self._folder, self.clock, settings.snapshot_lag)
        made._builder = AtOnce(1)
        return made

    def _parts(self) -> Parts:
        settings = Settings.load({}, {"database": "sqlite:///none", "beat_seconds": BEAT_SECONDS})
        engine, now = self.memory.engine, self.clock
        hub = LiveHub(now, settings.beat_seconds)
        return Parts(
            settings=settings,
            engine=engine,
            now=now,
            threads=NOBODY_WAITS,
            auth=Auth(engine, settings, OpenDoor(engine), now),
            devices=Devices(engine, now, most_waiting=10, on_head=hub.moved, on_revoked=hub.revoked),
            applier=VirtualApplier(self, self._told(hub)),
            snapshots=self._snapshots(settings),
            names=CountryNames(engine, self._folder),
            directories=Directories(engine, self._folder / "directory", now, settings.directory_days),
            live=hub,
            provisioning=None,
        )
