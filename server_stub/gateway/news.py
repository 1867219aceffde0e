"""What desks are told of their telephones. Each piece has a number, so that an answer and the stream may overtake."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from uuid import UUID

import msgspec

from ccbs_desk.domain.phone_errors import PbxConnecting, PbxDenied, PbxOtherVersion, PbxWrongSecret
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.telephony.model import Direction, PhoneState
from ccbs_desk.telephony.port import Pbx
from ccbs_desk.wire.codec import reason_form
from ccbs_desk.wire.phone import (
    NO_CARD,
    AgentForm,
    CallForm,
    ColleagueForm,
    MatchForm,
    PbxForm,
    PhoneNews,
    QueueForm,
)
from server_stub.gateway.agents import READY, Agent, LiveCall, Roster
from server_stub.live import LiveHub

REFUSING = (PbxDenied, PbxOtherVersion, PbxWrongSecret)
MAY_RING = (PhoneState.FREE, PhoneState.UNKNOWN)


class Newsroom:
    """Makes the news and hands it to the live lines. For the loop's own thread."""

    def __init__(self, pbx: Pbx, hub: LiveHub, roster: Roster, now: Callable[[], datetime]) -> None:
        self._pbx = pbx
        self._hub = hub
        self._roster = roster
        self._now = now
        self._numbers = count(1)
        self.queue_names: Mapping[str, Bilingual] = {}
        """What the operator calls the queues, by their codes."""

    def agent(self, agent: Agent) -> PhoneNews:
        """Tell how an agent is now; return what was told."""
        return self._tell(agent, PhoneNews(kind="agent", seq=next(self._numbers), agent=agent_form(agent)))

    def call(self, kind: str, agent: Agent, call: LiveCall, *, whole: bool = False) -> PhoneNews:
        """Tell what has become of a call, and of the agent by it; `whole` with all that is known of the caller."""
        call.popped = call.popped or whole
        told = self._call_form(call, whole=whole)
        news = PhoneNews(kind=kind, seq=next(self._numbers), agent=agent_form(agent), call=told)
        return self._tell(agent, news)

    def pbx(self) -> None:
        """Tell every desk how the exchange is."""
        for device_id, staff_id in self._hub.people():
            self._hub.phone(device_id, staff_id, PhoneNews(kind="pbx", seq=next(self._numbers), pbx=self._pbx_form()))

    def colleagues(self, asking: Agent) -> PhoneNews:
        """Return who could take a call over from an agent; nothing is told."""
        free = {agent.extension for agent in self._pbx.snapshot().agents if agent.phone in MAY_RING}
        ready = (agent for agent in self._roster if agent.state == READY and agent.extension in free)
        others = sorted((agent for agent in ready if agent is not asking), key=lambda agent: agent.name)
        forms = tuple(ColleagueForm(extension=agent.extension, name=agent.name) for agent in others)
        return PhoneNews(kind="colleagues", seq=next(self._numbers), colleagues=forms)

    def show(self, agent: Agent) -> PhoneNews:
        """Show an agent everything anew; return what was told."""
        return self._tell(agent, self.snapshot(agent.device_id, agent.staff_id))

    def snapshot(self, device_id: UUID, staff_id: UUID) -> PhoneNews:
        """Return all that is so for a person at a desk."""
        agent = self._roster.of_device(device_id)
        seq, pbx = next(self._numbers), self._pbx_form()
        if agent is None or agent.staff_id != staff_id:
            nobody = AgentForm(state="logged_out", reason="", since=self._now())
            return PhoneNews(kind="snapshot", seq=seq, agent=nobody, pbx=pbx)
        # A call that came back before it was wrapped up is shown as it is now.
        known = agent.wrapping | agent.calls
        calls = tuple(self._call_form(call, whole=True) for call in known.values())
        return PhoneNews(kind="snapshot", seq=seq, agent=agent_form(agent), calls=calls, pbx=pbx)

    def _tell(self, agent: Agent, news: PhoneNews) -> PhoneNews:
        self._hub.phone(agent.device_id, agent.staff_id, news)
        return news

    def _pbx_form(self) -> PbxForm:
        """Return how the exchange is."""
        problem = self._pbx.problem
        match problem:
            case None:
                state = "up"
            case PbxConnecting():
                state = "resyncing"
            case _:
                state = "refused" if isinstance(problem, REFUSING) else "down"
        return PbxForm(
            state=state,
            problem=reason_form(problem) if problem else None,
            capabilities=tuple(sorted(self._pbx.capabilities)),
            queues=tuple(self._queue_form(queue.name) for queue in self._pbx.snapshot().queues),
        )

    def _call_form(self, call: LiveCall, *, whole: bool) -> CallForm:
        """Return a call; `whole` with matches and card."""
        record = call.record
        outbound = record.direction is Direction.OUTBOUND
        return CallForm(
            id=call.id,
            leg=call.leg,
            state=call.state,
            number=record.dialled if outbound else record.caller.number,
            presentation="allowed" if outbound else str(record.caller.presentation),
            name=record.caller.name,
            queue=record.queue,
            queue_name=self._queue_form(record.queue) if record.queue else None,
            direction=str(record.direction),
            since=call.since,
            matches=tuple(_match(match) for match in call.matches) if whole else (),
            card=msgspec.Raw(call.card) if whole and call.card else NO_CARD,
            transferred_from=call.transferred_from,
            note=call.note,
        )

    def _queue_form(self, code: str) -> QueueForm:
        name = self.queue_names.get(code, Bilingual(code, code))
        return QueueForm(code=code, name_ar=name.ar, name_en=name.en)


def agent_form(agent: Agent) -> AgentForm:
    """Return how an agent is."""
    return AgentForm(
        state=agent.state, reason=agent.reason, since=agent.since, extension=agent.extension, queues=agent.queues
    )


def _match(match: object) -> MatchForm:
    return msgspec.convert(match, MatchForm, from_attributes=True)
