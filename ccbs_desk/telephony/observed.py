"""What an exchange shows when asked for everything: calls with the telephones in them, agents in their queues.

It holds less than the events tell (no hold, no reasons of the past), so the book merges it into what it knows.
"""

from dataclasses import dataclass
from datetime import datetime

from ccbs_desk.telephony.model import Caller, Direction, Membership, PhoneState


@dataclass(frozen=True, slots=True)
class ObservedLeg:
    """An agent's telephone in a call. `talks` says that the other party is on the line with him."""

    leg: str
    extension: str
    answered: bool
    talks: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class ObservedCall:
    """A call with its open legs. `waits` says that its caller stands in the queue now."""

    linkedid: str
    direction: Direction
    caller: Caller
    dialled: str
    queue: str
    waits: bool
    arrived_at: datetime
    legs: tuple[ObservedLeg, ...]


@dataclass(frozen=True, slots=True)
class ObservedAgent:
    """An agent who is logged in."""

    extension: str
    name: str
    memberships: tuple[Membership, ...]
    phone: PhoneState


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything that the exchange shows, at one moment."""

    calls: tuple[ObservedCall, ...] = ()
    agents: tuple[ObservedAgent, ...] = ()
    queues: tuple[str, ...] = ()
