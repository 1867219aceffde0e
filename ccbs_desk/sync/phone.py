"""The telephone of this desk: what the server says of it, kept as frozen facts, and what the agent asks of it.

The server's word comes by the live stream, and as the answer to what was asked; both may overtake each other, so every
piece has a number and an older one changes nothing. When the line goes, what was known stays on the screen, marked as
not certain; when it comes back, the server shows everything anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from ccbs_desk.domain.errors import LinkDown
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.card_wire import decode_card
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.phone_state import (
    AgentNow,
    AgentState,
    CallNow,
    CallState,
    Colleague,
    Match,
    PbxState,
    PhoneNow,
    Presentation,
    Queue,
)
from ccbs_desk.wire.codec import reason_of
from ccbs_desk.wire.phone import (
    AgentForm,
    CallForm,
    DialRequest,
    LogInRequest,
    PauseRequest,
    PbxForm,
    PhoneMessage,
    PhoneNews,
    QueueForm,
    TransferRequest,
    WrappedRequest,
)

GONE = frozenset({"offer_ended", "wrapped"})
"""After these there is nothing left of a call to be shown."""
PhoneListener = Callable[[PhoneNow, PhoneNow], None]
"""Told of each change: how it was before, how it is now."""


class Phone:
    """One desk's telephone. All methods are for the loop's own thread.

    Every act raises Refused, when the server or the exchange says no, and Unavailable, when one of them can't be asked.
    What an act changes is told to the listeners like everything else.
    """

    def __init__(self, client: Client, now: Callable[[], datetime]) -> None:
        self._client = client
        self._agent_seq = 0
        self._pbx_seq = 0
        self._call_seqs: dict[UUID, int] = {}
        self._snapshot_seq = 0
        self.now = PhoneNow(AgentNow("logged_out", "", now()))
        self.listeners: list[PhoneListener] = []

    # What the server says

    def hear(self, news: PhoneNews) -> None:
        """Take a piece of news in."""
        known = self.now
        if news.kind == "snapshot":
            known = self._shown(known, news)
        elif news.seq > self._snapshot_seq:
            known = self._with_call(known, news)
        if news.agent is not None and news.seq > self._agent_seq:
            self._agent_seq = news.seq
            known = replace(known, agent=_agent(news.agent))
        if news.pbx is not None and news.seq > self._pbx_seq:
            self._pbx_seq = news.seq
            known = _with_pbx(known, news.pbx)
        self._become(known)

    def lost(self) -> None:
        """The line to the server is gone: nothing that is shown is certain any more."""
        # Whoever answers next may be another server, or the same one started anew: it counts from 1.
        self._agent_seq = self._pbx_seq = self._snapshot_seq = 0
        self._call_seqs.clear()
        self._become(replace(self.now, pbx="down", problem=LinkDown()))

    def _shown(self, known: PhoneNow, news: PhoneNews) -> PhoneNow:
        if news.seq < self._snapshot_seq:
            return known
        self._snapshot_seq = news.seq
        self._call_seqs = {call.id: news.seq for call in news.calls}
        return replace(known, calls=tuple(_call(call, known.call(call.id)) for call in news.calls))

    def _with_call(self, known: PhoneNow, news: PhoneNews) -> PhoneNow:
        form = news.call
        if form is None or news.seq <= self._call_seqs.get(form.id, 0):
            return known
        self._call_seqs[form.id] = news.seq
        before = known.call(form.id)
        if news.kind in GONE:
            return replace(known, calls=tuple(call for call in known.calls if call.id != form.id))
        now = _call(form, before)
        if before is None:
            return replace(known, calls=(*known.calls, now))
        return replace(known, calls=tuple(now if call.id == form.id else call for call in known.calls))

    def _become(self, now: PhoneNow) -> None:
        before, self.now = self.now, now
        if now == before:
            return
        for listener in tuple(self.listeners):
            listener(before, now)

    # What the agent asks

    async def log_in(self, extension: str, queues: Sequence[str] = ()) -> None:
        """Log the telephone in to queues, to all when none is named; paused until `ready`."""
        await self._ask("/agent/log-in", LogInRequest(extension=extension, queues=tuple(queues)))

    async def ready(self) -> None:
        """Take calls."""
        await self._ask("/agent/ready")

    async def pause(self, reason: str) -> None:
        """Take no calls, for a reason of the list."""
        await self._ask("/agent/pause", PauseRequest(reason=reason))

    async def log_out(self) -> None:
        """Log the telephone out of all queues."""
        await self._ask("/agent/log-out")

    async def wrapped(self, call_id: UUID) -> None:
        """The call is wrapped up; calls may come again if that was wanted before."""
        await self._ask("/agent/wrapped", WrappedRequest(call_id=call_id))

    async def dial(self, number: str) -> None:
        """Ring the own telephone, then the number."""
        await self._ask("/calls/dial", DialRequest(number=number))

    async def answer(self, call_id: UUID) -> None:
        """Answer an offered call, where the exchange can."""
        await self._ask(f"/calls/{call_id}/answer")

    async def hang_up(self, call_id: UUID) -> None:
        """End the own part of a call."""
        await self._ask(f"/calls/{call_id}/hang-up")

    async def hold(self, call_id: UUID) -> None:
        """Put the caller on hold, where the exchange can."""
        await self._ask(f"/calls/{call_id}/hold")

    async def resume(self, call_id: UUID) -> None:
        """Take the caller back."""
        await self._ask(f"/calls/{call_id}/resume")

    async def transfer(self, call_id: UUID, to: str, *, note: str = "", account_id: UUID | None = None) -> None:
        """Hand a call over, with what the next agent is to know and the account that was found."""
        await self._ask(f"/calls/{call_id}/transfer", TransferRequest(to=to, note=note, account_id=account_id))

    async def colleagues(self) -> tuple[Colleague, ...]:
        """Return who could take a call over now."""
        news = await self._client.telephone("/agent/colleagues")
        return tuple(Colleague(one.extension, one.name) for one in news.colleagues) if news is not None else ()

    async def _ask(self, path: str, asked: PhoneMessage | None = None) -> None:
        news = await self._client.telephone(path, asked)
        if news is not None:
            self.hear(news)


def _agent(form: AgentForm) -> AgentNow:
    return AgentNow(cast(AgentState, form.state), form.reason, form.since, form.extension, form.queues)


def _with_pbx(known: PhoneNow, form: PbxForm) -> PhoneNow:
    problem = reason_of(form.problem) if form.problem is not None else None
    queues = tuple(map(_queue, form.queues))
    return replace(
        known, pbx=cast(PbxState, form.state), problem=problem, capabilities=frozenset(form.capabilities), queues=queues
    )


def _queue(form: QueueForm) -> Queue:
    return Queue(form.code, Bilingual(form.name_ar, form.name_en))


def _queue_of(form: CallForm) -> Queue | None:
    """Return the queue that a call came by; a server that is older than its name tells its code alone."""
    if form.queue_name is not None:
        return _queue(form.queue_name)
    return Queue(form.queue, Bilingual(form.queue, form.queue)) if form.queue else None


def _call(form: CallForm, before: CallNow | None) -> CallNow:
    """Return the call as it is now. Who the caller may be was told with the offer, and stays."""
    matches = tuple(Match(m.account_id, m.line_id, m.name, m.place, m.number, m.why, m.rank) for m in form.matches)
    card = decode_card(bytes(form.card))
    return CallNow(
        id=form.id,
        leg=form.leg,
        state=cast(CallState, form.state),
        number=form.number,
        presentation=cast(Presentation, form.presentation),
        name=form.name,
        queue=_queue_of(form),
        direction=form.direction,
        since=form.since,
        matches=matches or (before.matches if before else ()),
        card=card or (before.card if before else None),
        transferred_from=form.transferred_from,
        note=form.note,
    )
