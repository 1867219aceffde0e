"""What crosses the wire about telephones: the news of the live stream, and what an agent asks for.

A piece of news names everything that changed and leaves out the rest. `seq` grows with every piece that this server has
made since it started, so that an answer and the stream may overtake each other.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from ccbs_desk.wire.codec import ReasonForm

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
NO_CARD = msgspec.Raw(b"null")
Short = Annotated[str, msgspec.Meta(max_length=80)]


class PhoneMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Base of these messages: unknown fields are ignored, so that either side may be newer."""


class MatchForm(PhoneMessage, frozen=True, kw_only=True):
    """An account that the caller may be; see `sync.phone_state.Match`."""

    account_id: UUID
    line_id: UUID | None
    name: str
    place: str
    number: str
    why: str
    rank: int


class QueueForm(PhoneMessage, frozen=True, kw_only=True):
    """A queue of the exchange, and what the operator calls it; one that he has not named has its code for a name."""

    code: str
    name_ar: str
    name_en: str


class CallForm(PhoneMessage, frozen=True, kw_only=True):
    """A call of an agent; see `sync.phone_state.CallNow`. `matches` and `card` come with the offer and the snapshot."""

    id: UUID
    leg: str
    state: str
    number: str = ""
    presentation: str = "unavailable"
    name: str = ""
    queue: str = ""
    queue_name: QueueForm | None = None
    direction: str = "inbound"
    since: Moment
    matches: tuple[MatchForm, ...] = ()
    card: msgspec.Raw = msgspec.field(default_factory=lambda: NO_CARD)
    transferred_from: str | None = None
    note: str = ""


class ColleagueForm(PhoneMessage, frozen=True, kw_only=True):
    """Somebody who could take a call over now."""

    extension: str
    name: str


class AgentForm(PhoneMessage, frozen=True, kw_only=True):
    """The agent's state; see `sync.phone_state.AgentNow`."""

    state: str
    reason: str
    since: Moment
    extension: str = ""
    queues: tuple[str, ...] = ()


class PbxForm(PhoneMessage, frozen=True, kw_only=True):
    """How the exchange is: up, down, resyncing, refused or off, what is wrong with it, what it can do, its queues."""

    state: str
    problem: ReasonForm | None = None
    capabilities: tuple[str, ...] = ()
    queues: tuple[QueueForm, ...] = ()


class PhoneNews(PhoneMessage, frozen=True, kw_only=True):
    """What has changed for one desk.

    `kind` is snapshot (all that is so: calls that it does not name are gone), offer, connected, held, resumed, ended
    (now it is to be wrapped up), offer_ended and wrapped (the call is gone from the desk), agent or pbx;
    colleagues is the answer to whom a call could be handed over to, and tells nothing else.
    """

    kind: str
    seq: int
    agent: AgentForm | None = None
    call: CallForm | None = None
    calls: tuple[CallForm, ...] = ()
    pbx: PbxForm | None = None
    colleagues: tuple[ColleagueForm, ...] = ()


class LogInRequest(PhoneMessage, frozen=True, kw_only=True):
    """Log a telephone in to these queues; to all that there are when none is named."""

    extension: Short
    queues: tuple[Short, ...] = ()


class PauseRequest(PhoneMessage, frozen=True, kw_only=True):
    """Take no calls, for a reason of the list."""

    reason: Short


class WrappedRequest(PhoneMessage, frozen=True, kw_only=True):
    """The call is wrapped up."""

    call_id: UUID


class DialRequest(PhoneMessage, frozen=True, kw_only=True):
    """Ring the agent's telephone, then the number."""

    number: Short


class TransferRequest(PhoneMessage, frozen=True, kw_only=True):
    """Hand the call over, with what the next agent is to know."""

    to: Short
    kind: str = "blind"
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""
    account_id: UUID | None = None
