"""Agents as the server holds them: what they asked for, which calls they are in, and the state that follows from both.

A state is never set, it follows: whoever talks is talking, whoever has a call to wrap up is wrapping up, and otherwise
it is what the agent last wanted. So nobody becomes ready without having wanted it, and nothing is forgotten by a call.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ccbs_desk.services.caller_match import CallerMatch
from ccbs_desk.telephony.model import CallRecord

READY = "ready"
"""What an agent wants who takes calls; anything else that he wants is the reason of a pause."""
LOGGED_IN = "logged_in"
"""The pause of one who has just logged in: he says himself when he is ready."""
AWAY = "away"
"""The pause of one whose desk was not heard of for too long."""
WRAP_UP = "wrap_up"
SIGNED_OUT = "signed_out"
"""Why somebody is logged out who has left the desk."""
EXCHANGE = "exchange"
"""Why somebody is logged out who did not ask for it: the exchange has done it."""


@dataclass(slots=True)
class LiveCall:
    """An agent's part of a call. `popped` says that his desk was told of it."""

    id: UUID
    leg: str
    record: CallRecord
    since: datetime
    state: str = "offered"
    matches: tuple[CallerMatch, ...] = ()
    card: bytes | None = None
    transferred_from: str | None = None
    note: str = ""
    popped: bool = False

    @property
    def talks(self) -> bool:
        """Whether the agent and the other party are connected, on hold or not."""
        return self.state in ("talking", "held")


@dataclass(slots=True)
class Agent:
    """An agent who is logged in at a telephone. `name` is what colleagues and the exchange know him by."""

    staff_id: UUID
    device_id: UUID
    name: str
    extension: str
    queues: tuple[str, ...]
    since: datetime
    wanted: str = LOGGED_IN
    calls: dict[UUID, LiveCall] = field(default_factory=dict)
    wrapping: dict[UUID, LiveCall] = field(default_factory=dict)
    state: str = "paused"
    reason: str = LOGGED_IN
    paused_at_pbx: str | None = LOGGED_IN
    settling: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False, compare=False)

    def follow(self, now: datetime) -> bool:
        """Bring the state to what follows from calls and wishes; return whether it is another one."""
        state, reason = self._state()
        if (state, reason) == (self.state, self.reason):
            return False
        self.state, self.reason, self.since = state, reason, now
        return True

    def _state(self) -> tuple[str, str]:
        if any(call.talks for call in self.calls.values()):
            return "talking", ""
        if self.calls:
            return "offered", ""
        if self.wrapping:
            return WRAP_UP, ""
        if self.wanted == READY:
            return READY, ""
        return (AWAY if self.wanted == AWAY else "paused"), self.wanted

    @property
    def pause(self) -> str | None:
        """For which reason the exchange must offer him nothing; None when it may.

        It is paused from the moment that a call is connected, so that no second one slips in before the wrap-up.
        """
        if self.wrapping or any(call.talks for call in self.calls.values()):
            return WRAP_UP
        return None if self.wanted == READY else self.wanted


class Roster:
    """Who is logged in, by device and by telephone: one agent each."""

    def __init__(self) -> None:
        self._by_device: dict[UUID, Agent] = {}

    def __iter__(self) -> Iterator[Agent]:
        return iter(tuple(self._by_device.values()))

    def add(self, agent: Agent) -> None:
        """Take an agent in, in place of whoever was at this device."""
        self._by_device[agent.device_id] = agent

    def remove(self, agent: Agent) -> None:
        """Let an agent go."""
        if self._by_device.get(agent.device_id) is agent:
            del self._by_device[agent.device_id]

    def of_device(self, device_id: UUID) -> Agent | None:
        """Return who is logged in at a desk."""
        return self._by_device.get(device_id)

    def of_staff(self, staff_id: UUID) -> Agent | None:
        """Return where a person is logged in."""
        return next((agent for agent in self if agent.staff_id == staff_id), None)

    def at(self, extension: str) -> Agent | None:
        """Return who is logged in at a telephone."""
        return next((agent for agent in self if agent.extension == extension), None)

    def holder(self, call_id: UUID) -> Agent | None:
        """Return who is in a call."""
        return next((agent for agent in self if call_id in agent.calls), None)
