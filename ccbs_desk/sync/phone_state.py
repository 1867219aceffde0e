"""The telephone of this desk as the server last told it: frozen facts, no sentences, nothing that waits.

`sync/phone.py` keeps them and speaks to the server; the screens show them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.card_facts import Card

CallState = Literal["offered", "talking", "held", "ended"]
Presentation = Literal["allowed", "withheld", "unavailable"]
AgentState = Literal["logged_out", "ready", "offered", "talking", "wrap_up", "paused", "away"]
PbxState = Literal["up", "down", "resyncing", "refused", "off"]


@dataclass(frozen=True, slots=True)
class Match:
    """An account that the caller may be, and why. `rank` counts from 1, the likeliest; `number` has its plus."""

    account_id: UUID
    line_id: UUID | None
    name: str
    place: str
    number: str
    why: str
    rank: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: its code at the exchange, and what the operator calls it."""

    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who could take a call over now."""

    extension: str
    name: str


@dataclass(frozen=True, slots=True)
class CallNow:
    """A call of this agent. `number` is what the exchange sent, to be shown; it may be empty or no number at all.

    `card` is there when exactly one account fits. `note` is what the agent before wrote when handing the call over,
    whose name is `transferred_from`.
    """

    id: UUID
    leg: str
    state: CallState
    number: str
    presentation: Presentation
    name: str
    queue: Queue | None
    direction: str
    since: datetime
    matches: tuple[Match, ...] = ()
    card: Card | None = None
    transferred_from: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AgentNow:
    """The agent's state as the server holds it, with its reason and since when."""

    state: AgentState
    reason: str
    since: datetime
    extension: str = ""
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhoneNow:
    """All of it at one moment. `capabilities` are those of the exchange: hold, resume, blind_transfer, originate …

    `queues` are those that one can be logged in to, and that a call can be sent to.
    """

    agent: AgentNow
    calls: tuple[CallNow, ...] = ()
    pbx: PbxState = "off"
    problem: Reason | None = None
    capabilities: frozenset[str] = frozenset()
    queues: tuple[Queue, ...] = ()

    def call(self, call_id: UUID) -> CallNow | None:
        """Return one of the calls, or None when it is gone."""
        return next((call for call in self.calls if call.id == call_id), None)
