"""One seed: some desks work for a while over bad lines, machines die, clocks jump; then all is mended and compared."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from ccbs_desk.sync import digests, pull
from server_stub import acts as server_acts
from tests.sync.virtual.checks import Broken, Findings, check_at_work, check_home
from tests.sync.virtual.desk import VirtualDesk
from tests.sync.virtual.events import Events, ids_by_chance
from tests.sync.virtual.kit import Kit
from tests.sync.virtual.line import Badness
from tests.sync.virtual.loop import PowerCut, VirtualLoop
from tests.sync.virtual.work import Work, new_work

MINUTES = 60.0
GOOD = Badness()
EXPECTED = ("failed", "failed as a whole", "is parked", "could not be recorded", "was put back", "Task was destroyed")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much happens in a seed. `moving` and `losing` are the chances that in this seed the centre moves accounts and
    desks, and that the server is put back to a backup.

    `patience` is the virtual time within which all is home once it is mended; what a server failed on is asked for
    every five minutes.
    """

    minutes: float = 4.0
    pause: float = 11.0
    fatal_desk: float = 0.012
    fatal_server: float = 0.01
    poisonous: float = 0.04
    unheard: float = 0.2
    moving: float = 0.2
    losing: float = 0.15
    patience: float = 45 * MINUTES


@dataclass(slots=True)
class Outcome:
    """What became of a seed."""

    seed: int
    findings: list[str]
    acts: int
    deaths: int
    refusals: int
    trace: str
    virtual_seconds: float
    moved: int = 0
    put_back: int = 0
    errors: list[str] = field(default_factory=list)


class Scenario:
    """One seed on its way."""

    def __init__(self, kit: Kit, seed: int, loop: VirtualLoop, plan: Plan) -> None:
        self.loop, self.plan = loop, plan
        chances = [Random(f"{seed} {who}") for who in ("people", "server", "fate", "desk 0", "desk 1", "desk 2")]
        people, server, self.fate, *desks = chances
        self.server = kit.new_server(loop, server)
        count = 2 + seed % 2
        self.desks = tuple(kit.new_desk(n, loop, desks[n], self.server) for n in range(count))
        self.work: Work = new_work(self.server, self.desks, people)
        self.chance = Random(f"{seed} centre")
        self.events = Events(self.server, self.desks, self.work.everywhere, self.chance, self.work.note)
        self.deaths = 0
        self.broken: list[str] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._at_work = True
        self.server.on_death = self._server_died

    async def play(self) -> Findings:
        """Let it happen, mend it, compare."""
        await self.server.start()
        for desk in self.desks:
            desk.heard = self._looker(desk)
            desk.boot()
        await asyncio.sleep(10)
        self.server.fatal = self.plan.fatal_server
        self.work.poisonous = self.plan.poisonous
        for desk in self.desks:
            desk.store.fatal = self.plan.fatal_desk  # type: ignore[attr-defined]
            self._run(self._works(desk))
            self._run(self._weather(desk))
            self._run(self._accidents(desk))
        self._run(self._server_accidents())
        seconds = self.plan.minutes * MINUTES
        if self.chance.random() < self.plan.moving:
            self._run(self.events.move())
        if self.chance.random() < self.plan.losing:
            self._run(self.events.lose_a_day(seconds))
        await asyncio.sleep(seconds)
        found = await self._mend()
        await self._end()
        return found

    async def _mend(self) -> Findings:
        self._at_work = False
        for task in self._tasks:
            task.cancel()
        self.server.fatal = 0.0
        self.work.poison.clear()
        self.work.poisonous = 0.0
        await self.server.start()
        while self.server.app is None:
            await asyncio.sleep(1)
        self.work.employ_all()
        for desk in self.desks:
            desk.line.badness, desk.line.is_down = GOOD, False
            desk.store.fatal = 0.0  # type: ignore[attr-defined]
            if not desk.up:
                desk.boot()
        late = self.loop.time() + self.plan.patience
        while self.loop.time() < late and not self._is_home():
            await asyncio.sleep(5)
        return self.broken[:5] + check_home(self.work, self.desks, self.server)

    def _is_home(self) -> bool:
        return all(
            desk.engine is not None
            and (facts := desk.engine.now_known).link == "online"
            and (facts.unsent, facts.problem) == (0, None)
            and (desk.cursor.position, desk.cursor.epoch) == (self.work.world.central.head, self.server.epoch)
            and not desk.is_renewed()
            and desk.is_settled()
            for desk in self.desks
        )

    async def _end(self) -> None:
        for desk in self.desks:
            await desk.end()
        await self.server.stop()
        mine = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not mine:
                task.cancel()
        await asyncio.sleep(1)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(self.loop.create_task(work))

    # What happens

    async def _works(self, desk: VirtualDesk) -> None:
        """A clerk does one thing after the other, whatever the line is like."""
        turns = 0
        while True:
            await asyncio.sleep(desk.chance.expovariate(1 / self.plan.pause))
            if desk.up:
                self._safely(desk, lambda: self.work.one(desk))
                turns += 1
            if desk.up and turns % 4 == 0:
                self._look(desk)

    def _look(self, desk: VirtualDesk) -> None:
        """Look at a desk at work; what is wrong is kept until the end."""
        try:
            check_at_work(self.work, desk, self.server)
        except Broken as broken:
            self.work.note(f"BROKEN {broken}")
            self.broken.append(str(broken))

    def _looker(self, desk: VirtualDesk) -> Callable[[object], None]:
        def heard(_applied: object) -> None:
            if desk.up and desk.has_unsent_money():
                self._look(desk)

        return heard

    def _safely(self, desk: VirtualDesk, act: Any) -> None:
        try:
            act()
        except PowerCut:
            self._desk_died(desk, "in a transaction")

    async def _weather(self, desk: VirtualDesk) -> None:
        """The line is good, bad or down, each for a while."""
        while True:
            state = desk.chance.choice(("good", "bad", "bad", "down"))
            self.work.note(f"line {desk.number} is {state}")
            desk.line.is_down = state == "down"
            desk.line.badness = GOOD if state != "bad" else Badness(0.1, self.plan.unheard, 0.15, 0.4, 0.02)
            if state == "down":
                desk.line.cut()
            await asyncio.sleep(desk.chance.expovariate(1 / 40))

    async def _accidents(self, desk: VirtualDesk) -> None:
        """The desk dies at any moment, and its clock jumps."""
        while True:
            await asyncio.sleep(self.fate.expovariate(1 / 150))
            if self.fate.random() < 0.3:
                desk.clock.off = timedelta(seconds=self.fate.choice((-7_200, -60, 0, 60, 3_600)))  # type: ignore[attr-defined]
                self.work.note(f"the clock of {desk.number} jumps")
            elif desk.up:
                desk.die()
                self._desk_died(desk, "at an await")

    def _desk_died(self, desk: VirtualDesk, where: str) -> None:
        self.deaths += 1
        self.work.note(f"desk {desk.number} dies {where}")
        self.loop.call_later(desk.chance.expovariate(1 / 20), self._boot, desk)

    def _boot(self, desk: VirtualDesk) -> None:
        if not desk.up and self._at_work:
            self.work.note(f"desk {desk.number} starts")
            self._safely(desk, desk.boot)

    async def _server_accidents(self) -> None:
        while True:
            await asyncio.sleep(self.fate.expovariate(1 / 200))
            if self.server.app is not None:
                self.server.die()

    def _server_died(self) -> None:
        self.deaths += 1
        self.work.note("the server dies")
        for desk in self.desks:
            desk.line.kill()
        if self._at_work:
            self.loop.call_later(self.fate.expovariate(1 / 20), self._restart_server)

    def _restart_server(self) -> None:
        if self.server.app is None and self._at_work:
            self.work.note("the server starts")
            self.loop.create_task(self.server.start())


def play(
    kit: Kit,
    seed: int,
    plan: Plan | None = None,
    defect: "Callable[[Scenario], AbstractContextManager[None]]" = lambda _scenario: nullcontext(),
) -> Outcome:
    """Play one seed from its beginning to its end; the same seed gives the same story."""
    loop = VirtualLoop(Random(f"{seed} threads"))
    asyncio.set_event_loop(loop)
    try:
        scenario = Scenario(kit, seed, loop, plan or Plan())
        world = poisoned(scenario.work.poison), small_pages(), ids_by_chance(scenario.chance), defect(scenario)
        with _errors() as errors, ExitStack() as around:
            for each in world:
                around.enter_context(each)
            try:
                findings = loop.run_until_complete(scenario.play())
            except Exception as error:
                logging.getLogger(__name__).warning("seed %d fell over", seed, exc_info=True)
                findings = [f"fell over: {type(error).__name__}: {error}"]
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    work = scenario.work
    findings += [f"logged: {error}" for error in errors]
    acts = sum(desk.acts_done() for desk in scenario.desks)
    happened = scenario.events.moved, scenario.events.put_back
    return Outcome(seed, findings, acts, scenario.deaths, work.refusals, work.story(), loop.time(), *happened)


def _at_once(stop: Callable[[], bool], rest: float) -> None:
    """Never rest."""


@contextmanager
def small_pages() -> Iterator[None]:
    """Let pages of the feed be small, so that there are many; and let nobody rest on the wall's time."""
    real, breathe = pull.ROWS, digests._breathe
    pull.ROWS, digests._breathe = 40, _at_once
    try:
        yield
    finally:
        pull.ROWS, digests._breathe = real, breathe


@contextmanager
def poisoned(poison: set[UUID]) -> Iterator[None]:
    """Let the server fail on some acts after it has written all their rows."""
    real = server_acts.execute  # type: ignore[attr-defined]

    def execute(connection: Any, envelope: Any, **about: Any) -> Any:
        done = real(connection, envelope, **about)
        if envelope.command_id in poison:
            raise RuntimeError("poison")
        return done

    server_acts.execute = execute  # type: ignore[attr-defined]
    try:
        yield
    finally:
        server_acts.execute = real  # type: ignore[attr-defined]


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not any(word in message for word in EXPECTED):
            why = f": {record.exc_info[1]!r}" if record.exc_info else ""
            self.told.append(message + why)


@contextmanager
def _errors() -> Iterator[list[str]]:
    handler, root = _Errors(), logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = [handler]
    root.setLevel(logging.ERROR)
    try:
        yield handler.told
    finally:
        root.handlers[:] = before
        root.setLevel(level)
