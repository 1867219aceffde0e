"""The same small world around both exchanges: agents' telephones with manners, callers who stay a while, a line.

A test says who calls whom and waits for events. At Asterisk time passes by itself; at the simulator waiting for an
event moves the clock, and whatever is due then happens.
"""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from ccbs_desk.telephony.ami.client import Address, Patience
from ccbs_desk.telephony.ami.link import Pauses
from ccbs_desk.telephony.ami.pbx import AsteriskPbx
from ccbs_desk.telephony.model import LinkUp, Offered, PbxEvent
from ccbs_desk.telephony.port import Pbx
from ccbs_desk.telephony.simulator import QUEUES, Simulator
from tests.pbx.exchange import HOST, Exchange
from tests.pbx.phones import Manner, Phones
from tests.pbx.relay import Relay

Event = TypeVar("Event", bound=PbxEvent)
NUMBERS = {queue: number for number, queue in QUEUES.items()}
CEILING = 30.0
SOON = Pauses(0.05, 0.2)
STEP = timedelta(milliseconds=100)


class Told:
    """Everything that a listener was told, in order."""

    def __init__(self) -> None:
        self.events: list[PbxEvent] = []
        self._more = asyncio.Event()

    def __call__(self, event: PbxEvent) -> None:
        self.events.append(event)
        self._more.set()

    def find(self, kind: type[Event], start: int = 0, **what: Any) -> Event | None:
        """Return the first event of a kind with these values in it, in its leg, its record or its agent."""
        fitting = (event for event in self.events[start:] if isinstance(event, kind) and _fits(event, what))
        return next(fitting, None)

    async def more(self) -> None:
        """Wait until there is more."""
        self._more.clear()
        await self._more.wait()


def _fits(event: PbxEvent, what: dict[str, Any]) -> bool:
    parts = [event, *(getattr(event, name, None) for name in ("leg", "record", "agent"))]
    return all(any(getattr(part, name, None) == value for part in parts) for name, value in what.items())


class Bench(Protocol):
    """An exchange with a world around it."""

    pbx: Pbx
    told: Told

    async def phone(self, *extensions: str, manner: Manner = Manner.ANSWERS) -> None:
        """Put telephones there."""
        ...

    async def far_end(self) -> None:
        """Put somebody outside there who answers and after a while hangs up."""
        ...

    async def call(self, number: str, queue: str = "care", *, name: str = "", stays: float | None = None) -> None:
        """Let somebody call a queue; he stays so many seconds, or until the agent hangs up."""
        ...

    async def until(self, kind: type[Event], *, start: int = 0, **what: Any) -> Event:
        """Wait for an event."""
        ...

    async def callers(self, count: int) -> None:
        """Wait until so many outside parties are in the exchange, whether we can see it or not."""
        ...

    async def cut(self) -> None:
        """Cut the line to the exchange."""
        ...

    async def mend(self) -> None:
        """Mend it."""
        ...


class AsteriskBench:
    """Asterisk, with sipp around it."""

    def __init__(self, exchange: Exchange, relay: Relay) -> None:
        self._exchange, self._relay = exchange, relay
        self._phones = Phones(exchange)
        self.told = Told()
        address = Address(HOST, relay.port, exchange.cti_user, exchange.cti_secret)
        self.pbx: Pbx = AsteriskPbx("test", address, _now, patience=Patience(check=0.5), pauses=SOON)

    @classmethod
    @asynccontextmanager
    async def around(cls, exchange: Exchange, *, piece: int = 65536) -> AsyncIterator["AsteriskBench"]:
        """Run the bench; afterwards the exchange is empty again."""
        relay = Relay(exchange.ami_port, piece=piece)
        await relay.mend()
        bench = cls(exchange, relay)
        try:
            await bench.pbx.start(bench.told)
            await bench.until(LinkUp)
            yield bench
        finally:
            await bench._phones.stop()
            await bench.pbx.stop()
            await relay.cut()
            await asyncio.to_thread(empty, exchange)

    async def phone(self, *extensions: str, manner: Manner = Manner.ANSWERS) -> None:
        """Put telephones there."""
        await self._phones.agent(*extensions, manner=manner)

    async def far_end(self) -> None:
        """Put somebody outside there."""
        await self._phones.far_end()

    async def call(self, number: str, queue: str = "care", *, name: str = "", stays: float | None = None) -> None:
        """Let somebody call a queue."""
        stays_ms = None if stays is None else int(stays * 1000)
        await self._phones.caller(number, NUMBERS[queue], name=name, stays_ms=stays_ms)

    async def until(self, kind: type[Event], *, start: int = 0, **what: Any) -> Event:
        """Wait for an event."""
        try:
            async with asyncio.timeout(CEILING):
                while (found := self.told.find(kind, start, **what)) is None:
                    await self.told.more()
        except TimeoutError:
            told = "\n".join(str(event) for event in self.told.events[-20:])
            message = f"no {kind.__name__} {what}; told:\n{told}\n{self._phones.complaints()}"
            raise AssertionError(message) from None
        return found

    async def callers(self, count: int) -> None:
        """Ask the exchange's console until there are so many."""
        async with asyncio.timeout(CEILING):
            while (await asyncio.to_thread(self._console)).count("PJSIP/trunk-") != count:
                await asyncio.sleep(0.1)

    def _console(self) -> str:
        return self._exchange.console("core show channels concise")

    async def cut(self) -> None:
        """Cut the line."""
        await self._relay.cut()

    def hang(self) -> None:
        """Leave the line half open."""
        self._relay.hang()

    async def mend(self) -> None:
        """Mend it."""
        await self._relay.mend()


def empty(exchange: Exchange) -> None:
    """Leave no call and no agent in an exchange."""
    exchange.console("channel request hangup all")
    for line in exchange.console("queue show").splitlines():
        if "PJSIP/" in line and "(dynamic)" in line:
            interface = "PJSIP/" + line.partition("PJSIP/")[2][:4]
            for queue in NUMBERS:
                exchange.console(f"queue remove member {interface} from {queue}")


def _now() -> datetime:
    return datetime.now(UTC)


class SimulatorBench:
    """The simulator, with people who do things when it is time."""

    def __init__(self) -> None:
        self.told = Told()
        self._now = datetime(2026, 11, 23, 8, tzinfo=UTC)
        self._simulator = Simulator("test", lambda: self._now)
        self.pbx: Pbx = self._simulator
        self._manners: dict[str, Manner] = {}
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._far_end = False
        for number in range(1001, 1021):
            self._simulator.phone_unplugged(str(number))

    @classmethod
    @asynccontextmanager
    async def around(cls) -> AsyncIterator["SimulatorBench"]:
        """Run the bench."""
        bench = cls()
        await bench.pbx.start(bench._hear)
        yield bench
        await bench.pbx.stop()

    def _hear(self, event: PbxEvent) -> None:
        self.told(event)
        if isinstance(event, Offered):
            self._rung(event.leg.extension, event)

    def _rung(self, extension: str, event: Offered) -> None:
        simulator, call = self._simulator, event.call
        manner = self._manners.get(extension, Manner.NEVER)
        if manner is Manner.BUSY:
            self._in(0, lambda: simulator.phone_is_busy(extension))
        elif manner is not Manner.NEVER:
            self._in(0.2, lambda: simulator.phone_answers(extension))
        if manner is Manner.HANGS_UP:
            self._in(1.0, lambda: simulator.phone_hangs_up(extension))
        if manner is Manner.HOLDS:
            self._in(0.6, lambda: simulator.phone_holds(extension))
            self._in(1.3, lambda: simulator.phone_resumes(extension))
        if call.linkedid and event.record.direction.value == "outbound" and self._far_end:
            self._in(0.5, lambda: simulator.far_end_answers(call))
            self._in(1.3, lambda: simulator.caller_hangs_up(call))

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self._now + timedelta(seconds=seconds), next(self._order), act))

    async def phone(self, *extensions: str, manner: Manner = Manner.ANSWERS) -> None:
        """Put telephones there."""
        for extension in extensions:
            self._manners[extension] = manner
            self._simulator.phone_unplugged(extension, plugged=True)

    async def far_end(self) -> None:
        """Put somebody outside there."""
        self._far_end = True

    async def call(self, number: str, queue: str = "care", *, name: str = "", stays: float | None = None) -> None:
        """Let somebody call a queue."""
        call = self._simulator.call_in(number, name, queue)
        if stays is not None:
            self._in(stays, lambda: self._simulator.caller_hangs_up(call))

    async def until(self, kind: type[Event], *, start: int = 0, **what: Any) -> Event:
        """Wait for an event, moving the clock."""
        end = self._now + timedelta(seconds=4 * CEILING)
        while (found := self.told.find(kind, start, **what)) is None:
            assert self._now < end, f"no {kind.__name__} {what}; told:\n" + "\n".join(map(str, self.told.events))
            self._step()
        return found

    def _step(self) -> None:
        self._now += STEP
        while self._due and self._due[0][0] <= self._now:
            heapq.heappop(self._due)[2]()
        self._simulator.tick()

    async def callers(self, count: int) -> None:
        """Move the clock until there are so many."""
        for _ in range(600):
            if len(self._simulator.board.observe().calls) == count:
                return
            self._step()
        raise AssertionError(f"never {count} callers")

    async def cut(self) -> None:
        """Cut the line."""
        self._simulator.loses_link()

    async def mend(self) -> None:
        """Mend it."""
        self._simulator.link_returns()


def legs(events: Sequence[PbxEvent]) -> list[str]:
    """Return the extensions that were rung, in order."""
    return [event.leg.extension for event in events if isinstance(event, Offered)]
