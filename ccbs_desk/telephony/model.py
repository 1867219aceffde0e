"""Calls, agents and queues as every exchange has them, and the events that tell of their changes.

A call is (exchange, linked id): one record from the first ring until the last party has hung up, through all transfers.
A leg is one agent's telephone in a call, named by its unique id. Values are frozen; an event carries the record as it
is after the event, so a listener needs no memory of its own. `seq` grows with every event of an exchange; `at` is UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ccbs_desk.domain.errors import Reason


class Direction(StrEnum):
    """Who began the call: somebody outside, or one of our telephones."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Presentation(StrEnum):
    """What the network says of the caller's number."""

    ALLOWED = "allowed"
    WITHHELD = "withheld"
    UNAVAILABLE = "unavailable"


class CallOutcome(StrEnum):
    """Where a call stands, and when it is over how it ended."""

    WAITING = "waiting"
    OFFERED = "offered"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    FAILED = "failed"


class LegOutcome(StrEnum):
    """Where a leg stands, and when it is over how it ended."""

    OFFERED = "offered"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"
    ENDED = "ended"


class PhoneState(StrEnum):
    """What the exchange says of an agent's telephone. Some exchanges say `busy` while it only rings."""

    UNKNOWN = "unknown"
    FREE = "free"
    BUSY = "busy"
    RINGING = "ringing"
    HELD = "held"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, order=True)
class CallKey:
    """The name of a call: its exchange and the id that all of its legs share."""

    pbx: str
    linkedid: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the network presents him, cleaned: `number` in its own spelling, `name` mostly empty.

    A withheld number is never kept; one without a digit is unavailable.
    """

    number: str = ""
    name: str = ""
    presentation: Presentation = Presentation.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's telephone in a call, from the offer until it has hung up.

    `queue` is the queue that offered it, empty for a direct ring. `transferred_from` is the extension that sent the
    caller on to this leg. `answered_at` is when the telephone was taken off the hook, `connected_at` when the other
    party was there: later where the agent dials. `held` sums the finished times on hold.
    """

    leg: str
    extension: str
    offered_at: datetime
    queue: str = ""
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: LegOutcome = LegOutcome.OFFERED
    transferred_from: str = ""
    held_since: datetime | None = None
    held: timedelta = timedelta()

    @property
    def is_open(self) -> bool:
        """Whether the telephone rings or is off the hook."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call: who, whom, when, how it stands, and its legs in the order of their offers.

    `queue` is the last queue that the caller waited in. An outbound call has its first leg at the agent who dials, and
    is answered when the far end is.
    """

    key: CallKey
    direction: Direction
    caller: Caller
    dialled: str
    arrived_at: datetime
    queue: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: CallOutcome = CallOutcome.WAITING
    legs: tuple[Leg, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether anybody is still there."""
        return self.ended_at is None

    def leg(self, name: str) -> Leg | None:
        """Return the leg of that unique id."""
        return next((leg for leg in self.legs if leg.leg == name), None)

    def with_leg(self, changed: Leg) -> "CallRecord":
        """Return the record with one leg added or changed."""
        if self.leg(changed.leg) is None:
            return replace(self, legs=(*self.legs, changed))
        return replace(self, legs=tuple(changed if leg.leg == changed.leg else leg for leg in self.legs))


@dataclass(frozen=True, slots=True)
class Membership:
    """An agent's place in one queue."""

    queue: str
    paused: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An agent as the exchange knows him: his telephone and the queues that it is logged in to, by name.

    Without memberships he is logged out. `since` is when log-in or pause last changed.
    """

    extension: str
    name: str
    memberships: tuple[Membership, ...]
    since: datetime
    phone: PhoneState = PhoneState.UNKNOWN

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that he is logged in to."""
        return tuple(membership.queue for membership in self.memberships)

    @property
    def paused(self) -> bool:
        """Whether no queue offers him anything; false for one who is logged out."""
        return bool(self.memberships) and all(membership.paused for membership in self.memberships)

    @property
    def reason(self) -> str:
        """Why he is paused; empty when he is not."""
        return self.memberships[0].reason if self.paused else ""


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """A queue: the calls that wait in it, in the order of their coming, and the agents logged in to it."""

    name: str
    waiting: tuple[CallKey, ...]
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is so at one moment: open calls, agents who are logged in, queues."""

    calls: tuple[CallRecord, ...] = ()
    agents: tuple[AgentRecord, ...] = ()
    queues: tuple[QueueRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxEvent:
    """Something happened at an exchange."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(PbxEvent):
    """Something happened to a call; `record` is the call after it."""

    record: CallRecord

    @property
    def call(self) -> CallKey:
        """The name of the call."""
        return self.record.key


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEvent(CallEvent):
    """Something happened to one leg of a call; `leg` is the leg after it."""

    leg: Leg

    @property
    def extension(self) -> str:
        """The agent's telephone."""
        return self.leg.extension


class Arrived(CallEvent):
    """A call began."""


class Queued(CallEvent):
    """The caller waits in a queue, perhaps a second one; which, is in the record."""


class Offered(LegEvent):
    """An agent's telephone begins to ring. In an outbound call it is his own, before the far end is dialled."""


class OfferEnded(LegEvent):
    """A telephone stopped ringing without having been answered; why, is the leg's outcome."""


class Connected(LegEvent):
    """The agent and the other party can talk."""


class Held(LegEvent):
    """The agent put the other party on hold."""


class Resumed(LegEvent):
    """The agent took the other party back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(LegEvent):
    """The agent sent the other party on to an extension or a queue; his leg ends next."""

    to: str


class LegEnded(LegEvent):
    """An agent who was in the call is out of it."""


class CallEnded(CallEvent):
    """Everybody has hung up; the record is final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChanged(PbxEvent):
    """An agent logged in or out, was paused or released, or his telephone changed."""

    agent: AgentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUp(PbxEvent):
    """The exchange can be seen. The events before this one have told what changed while it could not."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDown(PbxEvent):
    """The exchange can't be seen; nothing said before is certain any more."""

    reason: Reason


Listener = Callable[[PbxEvent], None]
"""Who is told of events. It returns at once: it puts them away and works them off elsewhere."""
