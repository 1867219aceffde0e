"""The machine inside the simulator: callers, telephones and queues, moved by hand, and time as it is told.

Queues hand their calls out by themselves, to the agent who has been free the longest. What depends on time happens in
`tick`. The machine keeps its own truth; whoever watches is told each step, and can be shown everything (`observe`).
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ccbs_desk.telephony.book import CallBook
from ccbs_desk.telephony.model import Caller, Direction, LegOutcome, Membership, PhoneState
from ccbs_desk.telephony.observed import Observed, ObservedAgent, ObservedCall, ObservedLeg

RINGS = timedelta(seconds=20)
RETRY = timedelta(seconds=1)


@dataclass(slots=True)
class Line:
    """One telephone in a call."""

    name: str
    extension: str
    since: datetime
    answered: bool = False
    talks: bool = False


@dataclass(slots=True)
class Exchange:
    """One call as the machine knows it."""

    linkedid: str
    direction: Direction
    caller: Caller
    dialled: str
    arrived_at: datetime
    queue: str = ""
    waits: bool = False
    not_before: datetime | None = None
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Seat:
    """A telephone that is logged in: its queues, each with the reason of a pause or None."""

    name: str
    queues: dict[str, str | None]
    free_since: datetime


class Switchboard:
    """Calls, telephones and queues. Whoever is in `watchers` sees the steps."""

    def __init__(self, clock: Callable[[], datetime], queues: tuple[str, ...]) -> None:
        self.clock = clock
        self.queues = queues
        self.watchers: list[CallBook] = []
        self.unplugged: set[str] = set()
        self._calls: dict[str, Exchange] = {}
        self._seats: dict[str, Seat] = {}
        self._numbers = itertools.count(1)

    # What is so

    def line_of(self, extension: str) -> Line | None:
        """Return the call on this telephone's only line."""
        return next((line for _, line in self._lines() if line.extension == extension), None)

    def find(self, leg: str) -> tuple[Exchange, Line] | None:
        """Return an open leg with its call."""
        return next(((call, line) for call, line in self._lines() if line.name == leg), None)

    def call(self, linkedid: str) -> Exchange | None:
        """Return an open call."""
        return self._calls.get(linkedid)

    def is_seated(self, extension: str) -> bool:
        """Tell whether this telephone is logged in to a queue."""
        return extension in self._seats

    def _lines(self) -> Iterator[tuple[Exchange, Line]]:
        return ((call, line) for call in self._calls.values() for line in call.lines)

    def _phone(self, extension: str) -> PhoneState:
        if extension in self.unplugged:
            return PhoneState.UNREACHABLE
        line = self.line_of(extension)
        if line is None:
            return PhoneState.FREE
        return PhoneState.BUSY if line.answered else PhoneState.RINGING

    def observe(self) -> Observed:
        """Show everything."""
        return Observed(
            tuple(map(_shown_call, self._calls.values())),
            tuple(
                ObservedAgent(extension, seat.name, tuple(_memberships(seat)), self._phone(extension))
                for extension, seat in self._seats.items()
            ),
            self.queues,
        )

    # Agents

    def seat(self, extension: str, name: str, queues: dict[str, str | None]) -> None:
        """Log a telephone in to exactly these queues, each paused for a reason or not."""
        before = self._seats.get(extension)
        free_since = before.free_since if before else self.clock()
        self._seats[extension] = Seat(name, dict(queues), free_since)
        # New queues first: whoever changes them is at no moment in none, as if he had logged out.
        self._show_seat(extension)
        for queue in set(before.queues if before else ()) - set(queues):
            self._left(extension, queue)
        self._hand_out()

    def unseat(self, extension: str) -> None:
        """Log a telephone out of all queues."""
        seat = self._seats.pop(extension, None)
        for queue in seat.queues if seat else ():
            self._left(extension, queue)

    def set_pause(self, extension: str, reason: str | None) -> None:
        """Pause a telephone in all of its queues, or release it."""
        seat = self._seats[extension]
        seat.queues = dict.fromkeys(seat.queues, reason)
        self._show_seat(extension)
        self._hand_out()

    def _left(self, extension: str, queue: str) -> None:
        for book in self.watchers:
            book.agents.left(self.clock(), extension, queue)

    def _show_seat(self, extension: str) -> None:
        seat = self._seats.get(extension)
        for book in self.watchers if seat else ():
            for member in _memberships(seat) if seat else ():
                book.agents.joined(self.clock(), extension, seat.name if seat else "", member, self._phone(extension))

    def plug(self, extension: str, plugged: bool) -> None:
        """Put a telephone's plug in, or pull it."""
        (self.unplugged.discard if plugged else self.unplugged.add)(extension)
        self._show_seat(extension)
        self._hand_out()

    # Calls

    def call_in(self, caller: Caller, dialled: str, queue: str) -> Exchange:
        """Let somebody call from outside, to a queue."""
        call = self._new_call(Direction.INBOUND, caller, dialled)
        self._wait(call, queue)
        return call

    def call_out(self, extension: str, number: str) -> Exchange:
        """Ring a telephone that wants to call a number."""
        call = self._new_call(Direction.OUTBOUND, Caller(), number)
        if self._phone(extension) is PhoneState.FREE:
            self._ring(call, extension)
        else:
            self._end(call)
        return call

    def pick_up(self, leg: str) -> None:
        """Answer a ringing telephone. One who dials hears the far end ring then."""
        call, line = self._found(leg)
        line.answered = True
        now = self.clock()
        if call.direction is Direction.OUTBOUND and line is call.lines[0]:
            for book in self.watchers:
                book.picked_up(now, leg)
        else:
            line.talks, call.waits = True, False
            for book in self.watchers:
                book.left_queue(call.linkedid)
                book.connected(now, leg)
        self._show_seat(line.extension)

    def far_end_answers(self, linkedid: str) -> None:
        """The number that an agent dialled answers."""
        line = self._calls[linkedid].lines[0]
        line.talks = True
        for book in self.watchers:
            book.connected(self.clock(), line.name)

    def refuse(self, leg: str, outcome: LegOutcome) -> None:
        """Let a ringing telephone say that it is busy, or nobody answer it: the queue goes on, a direct call ends.

        A caller who was sent there goes back to the queue that he came by.
        """
        call, line = self._found(leg)
        self._drop(call, line, outcome)
        if not call.waits:
            if call.queue:
                self._wait(call, call.queue)
            else:
                self._end(call)
            return
        call.not_before = self.clock() + RETRY
        self._hand_out()

    def put_down(self, leg: str) -> None:
        """Hang an agent's telephone up; the other party goes too, unless the telephone only rang for a queue."""
        call, line = self._found(leg)
        if not line.answered and call.waits:
            self.refuse(leg, LegOutcome.BUSY)
            return
        self._drop(call, line, LegOutcome.CANCELLED)
        self._end(call)

    def set_hold(self, leg: str, on: bool) -> None:
        """Put the other party on hold, or take him back."""
        for book in self.watchers:
            (book.held if on else book.resumed)(self.clock(), leg)

    def send_on(self, leg: str, to: str) -> None:
        """Send the other party on to a queue or to a free telephone."""
        call, line = self._found(leg)
        for book in self.watchers:
            book.transferred(self.clock(), leg, to)
        self._drop(call, line, LegOutcome.TRANSFERRED)
        if to in self.queues:
            self._wait(call, to)
        else:
            self._ring(call, to)

    def caller_hangs_up(self, linkedid: str) -> None:
        """The other party gives up or says goodbye."""
        call = self._calls[linkedid]
        for book in self.watchers if call.waits else ():
            book.left_queue(linkedid, abandoned=True)
        self._end(call)

    def tick(self) -> None:
        """Do what time has come for."""
        now = self.clock()
        late = [line.name for _, line in self._lines() if not line.answered and now - line.since >= RINGS]
        for leg in late:
            self.refuse(leg, LegOutcome.NO_ANSWER)
        self._hand_out()

    # Inside

    def _found(self, leg: str) -> tuple[Exchange, Line]:
        found = self.find(leg)
        if found is None:
            raise LookupError(leg)
        return found

    def _new_call(self, direction: Direction, caller: Caller, dialled: str) -> Exchange:
        now = self.clock()
        linkedid = f"{int(now.timestamp())}.{next(self._numbers)}"
        call = self._calls[linkedid] = Exchange(linkedid, direction, caller, dialled, now)
        for book in self.watchers:
            book.arrived(now, linkedid, direction, caller, dialled)
        return call

    def _wait(self, call: Exchange, queue: str) -> None:
        call.queue, call.waits, call.not_before = queue, True, None
        for book in self.watchers:
            book.queued(self.clock(), call.linkedid, queue)
        self._hand_out()

    def _hand_out(self) -> None:
        now = self.clock()
        for call in [call for call in self._calls.values() if call.waits and not call.lines]:
            free = [extension for extension in self._seats if self._may_ring(extension, call.queue)]
            if free and (call.not_before is None or call.not_before <= now):
                self._ring(call, min(free, key=lambda extension: self._seats[extension].free_since))

    def _may_ring(self, extension: str, queue: str) -> bool:
        seat = self._seats[extension]
        ready = queue in seat.queues and seat.queues[queue] is None
        return ready and self._phone(extension) is PhoneState.FREE

    def _ring(self, call: Exchange, extension: str) -> None:
        now = self.clock()
        line = Line(f"{int(now.timestamp())}.{next(self._numbers)}", extension, now)
        call.lines.append(line)
        for book in self.watchers:
            book.offered(now, call.linkedid, line.name, extension)
        self._show_seat(extension)

    def _drop(self, call: Exchange, line: Line, outcome: LegOutcome) -> None:
        call.lines.remove(line)
        for book in self.watchers:
            book.leg_ended(self.clock(), line.name, outcome)
        if line.extension in self._seats:
            self._seats[line.extension].free_since = self.clock()
        self._show_seat(line.extension)

    def _end(self, call: Exchange) -> None:
        for line in list(call.lines):
            self._drop(call, line, LegOutcome.CANCELLED)
        del self._calls[call.linkedid]
        for book in self.watchers:
            book.call_ended(self.clock(), call.linkedid)
        self._hand_out()


def _memberships(seat: Seat) -> Iterator[Membership]:
    return (Membership(queue, reason is not None, reason or "") for queue, reason in seat.queues.items())


def _shown_call(call: Exchange) -> ObservedCall:
    legs = tuple(ObservedLeg(line.name, line.extension, line.answered, line.talks, line.since) for line in call.lines)
    return ObservedCall(
        call.linkedid, call.direction, call.caller, call.dialled, call.queue, call.waits, call.arrived_at, legs
    )
