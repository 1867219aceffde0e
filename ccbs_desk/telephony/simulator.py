"""An exchange without telephones: the interface of a real one over a state machine, for the demo and for tests.

It is no replay. Callers and telephones are moved by hand (`call_in`, `phone_answers`, `caller_hangs_up` …), by people
or by tests, and everything else follows by the rules of an exchange. Time is told to it: `tick` does what time has come
for. With `tick_every` it ticks by itself, for a program that runs; tests move their clock and tick.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.phone_errors import (
    AgentLoggedOut,
    CallGone,
    ExtensionUnknown,
    NotDialable,
    PbxConnecting,
    PbxUnreachable,
)
from ccbs_desk.telephony.book import CallBook
from ccbs_desk.telephony.caller import read_caller
from ccbs_desk.telephony.model import CallKey, LegOutcome, Listener, PbxEvent, Presentation, Snapshot
from ccbs_desk.telephony.numbers import is_dialable, is_extension
from ccbs_desk.telephony.port import Capability, PbxGone, PbxRefused
from ccbs_desk.telephony.switchboard import Exchange, Line, Switchboard

QUEUES: Mapping[str, str] = MappingProxyType({"5100": "care", "5120": "faults", "5147": "directory"})


class Simulator:
    """A `Pbx` whose callers and telephones are moved by hand."""

    def __init__(
        self,
        name: str,
        clock: Callable[[], datetime],
        *,
        queues: Mapping[str, str] = QUEUES,
        tick_every: float | None = None,
    ) -> None:
        self._name = name
        self._clock = clock
        self._numbers = {queue: number for number, queue in queues.items()}
        self._tick_every = tick_every
        self._ticking: asyncio.Task[None] | None = None
        self._listener: Listener | None = None
        self._book = CallBook(name, self._tell)
        self._problem: Reason | None = PbxConnecting()
        self.board = Switchboard(clock, tuple(self._numbers))

    @property
    def name(self) -> str:
        """The name of the exchange."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Everything that there is."""
        return frozenset(Capability)

    @property
    def problem(self) -> Reason | None:
        """What is wrong with the link."""
        return self._problem

    async def start(self, listener: Listener) -> None:
        """Begin to tell."""
        self._listener = listener
        self.link_returns()
        if self._tick_every is not None:
            self._ticking = asyncio.create_task(self._tick_for_ever(self._tick_every))

    async def stop(self) -> None:
        """Tell nothing more."""
        self._listener = None
        self.board.watchers.clear()
        self._problem = PbxConnecting()
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking
            self._ticking = None

    async def _tick_for_ever(self, seconds: float) -> None:
        while True:
            self.tick()
            await asyncio.sleep(seconds)

    def _tell(self, event: PbxEvent) -> None:
        if self._listener is not None:
            self._listener(event)

    def snapshot(self) -> Snapshot:
        """Return what is known now."""
        return self._book.snapshot()

    # What agents ask for

    async def log_in(self, extension: str, queues: Sequence[str], name: str, *, pause: str = "") -> None:
        """Log an agent's telephone in to exactly these queues."""
        self._need_link()
        _need_extension(extension)
        for queue in queues:
            if queue not in self._numbers:
                raise PbxRefused(ExtensionUnknown(queue))
        self.board.seat(extension, name, dict.fromkeys(queues, pause or None))

    async def log_out(self, extension: str) -> None:
        """Log an agent's telephone out of all queues."""
        self._need_link()
        self.board.unseat(extension)

    async def pause(self, extension: str, reason: str) -> None:
        """Let no queue offer this agent a call."""
        self._need_seat(extension)
        self.board.set_pause(extension, reason)

    async def unpause(self, extension: str) -> None:
        """Let the queues offer this agent calls again."""
        self._need_seat(extension)
        self.board.set_pause(extension, None)

    async def dial(self, extension: str, number: str) -> CallKey:
        """Ring an agent's telephone, then the number."""
        self._need_link()
        _need_extension(extension)
        if not is_dialable(number):
            raise PbxRefused(NotDialable(number))
        return CallKey(self._name, self.board.call_out(extension, number).linkedid)

    async def answer(self, leg: str) -> None:
        """Answer a ringing leg."""
        _, line = self._need_leg(leg)
        if not line.answered:
            self.board.pick_up(leg)

    async def hang_up(self, leg: str) -> None:
        """End a leg."""
        self._need_leg(leg)
        self.board.put_down(leg)

    async def hold(self, leg: str) -> None:
        """Put the other party on hold."""
        self._need_leg(leg, talks=True)
        self.board.set_hold(leg, True)

    async def resume(self, leg: str) -> None:
        """Take the other party back."""
        self._need_leg(leg, talks=True)
        self.board.set_hold(leg, False)

    async def transfer(self, leg: str, to: str) -> None:
        """Send the other party on to an extension or a queue."""
        self._need_leg(leg, talks=True)
        if to not in self._numbers:
            self._book.need_free(to)
        self.board.send_on(leg, to)

    def _need_link(self) -> None:
        if self._problem is not None:
            raise PbxGone(self._problem)

    def _need_seat(self, extension: str) -> None:
        self._need_link()
        if not self.board.is_seated(extension):
            raise PbxRefused(AgentLoggedOut())

    def _need_leg(self, leg: str, *, talks: bool = False) -> tuple[Exchange, Line]:
        self._need_link()
        found = self.board.find(leg)
        if found is None or (talks and not found[1].talks):
            raise PbxRefused(CallGone())
        return found

    # What callers, telephones and the line do

    def tick(self) -> None:
        """Do what time has come for: telephones that nobody answers, calls to be offered again."""
        self.board.tick()

    def call_in(
        self, number: str, name: str = "", queue: str = "care", presentation: Presentation = Presentation.ALLOWED
    ) -> CallKey:
        """Let somebody call a queue from outside."""
        call = self.board.call_in(read_caller(number, name, presentation), self._numbers[queue], queue)
        return CallKey(self._name, call.linkedid)

    def caller_hangs_up(self, call: CallKey) -> None:
        """The other party gives up or says goodbye."""
        self.board.caller_hangs_up(call.linkedid)

    def far_end_answers(self, call: CallKey) -> None:
        """The number that was dialled answers."""
        self.board.far_end_answers(call.linkedid)

    def phone_answers(self, extension: str) -> None:
        """A ringing telephone is answered."""
        self.board.pick_up(self._leg_at(extension))

    def phone_is_busy(self, extension: str) -> None:
        """A ringing telephone says that it is busy."""
        self.board.refuse(self._leg_at(extension), LegOutcome.BUSY)

    def phone_hangs_up(self, extension: str) -> None:
        """The agent puts the receiver down."""
        self.board.put_down(self._leg_at(extension))

    def phone_holds(self, extension: str) -> None:
        """The agent presses the telephone's own hold key."""
        self.board.set_hold(self._leg_at(extension), True)

    def phone_resumes(self, extension: str) -> None:
        """The agent presses it again."""
        self.board.set_hold(self._leg_at(extension), False)

    def phone_unplugged(self, extension: str, plugged: bool = False) -> None:
        """A telephone goes, or comes back."""
        self.board.plug(extension, plugged)

    def loses_link(self, reason: Reason | None = None) -> None:
        """The line to the exchange breaks; calls go on unseen."""
        self._problem = reason or PbxUnreachable()
        self.board.watchers.clear()
        self._book.lost(self._clock(), self._problem)

    def link_returns(self) -> None:
        """The line is back: what changed meanwhile is told, then `LinkUp`."""
        self._problem = None
        self.board.watchers[:] = [self._book]
        self._book.found(self._clock(), self.board.observe())

    def _leg_at(self, extension: str) -> str:
        line = self.board.line_of(extension)
        if line is None:
            raise LookupError(extension)
        return line.name


def _need_extension(extension: str) -> None:
    if not is_extension(extension):
        raise PbxRefused(ExtensionUnknown(extension))
