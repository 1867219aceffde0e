"""A telephone made by hand: what a test lets happen is told to the listeners, what is asked of it is remembered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from ccbs_desk.domain.errors import Reason, Refused
from ccbs_desk.domain.ids import call_id
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.card_facts import Card
from ccbs_desk.sync.phone_state import (
    AgentNow,
    AgentState,
    CallNow,
    CallState,
    Colleague,
    Match,
    PbxState,
    PhoneNow,
    Queue,
)
from ccbs_desk.ui.phone import Heard

QUEUES = (
    Queue("care", Bilingual("خدمة المشتركين", "Customer care")),
    Queue("faults", Bilingual("الأعطال", "Faults")),
)
ALL = frozenset({"hold", "resume", "blind_transfer", "originate", "hang_up", "answer"})


class HandPhone:
    """Fits wherever a screen wants the telephone."""

    def __init__(self, now: datetime, state: AgentState = "ready") -> None:
        place = ("", ()) if state == "logged_out" else ("1001", ("care",))
        agent = AgentNow(state, "", now, *place)
        self.now = PhoneNow(agent, (), "up", None, ALL, QUEUES)
        self.others: tuple[Colleague, ...] = (Colleague("1002", "سمر يوسف"), Colleague("1003", "باسل درويش"))
        self.listeners: list[Heard] = []
        self.asked: list[tuple[object, ...]] = []
        self.refusal: Reason | None = None
        self._clock = now
        self._calls = 0

    # What happens

    def ring(
        self,
        number: str = "0112214567",
        *,
        matches: Sequence[Match] = (),
        card: Card | None = None,
        name: str = "",
        queue: str = "care",
        presentation: str = "allowed",
        transferred_from: str | None = None,
        note: str = "",
    ) -> CallNow:
        """Let a call be offered."""
        self._calls += 1
        call = CallNow(
            id=call_id("hand", str(self._calls)),
            leg=f"leg-{self._calls}",
            state="offered",
            number=number,
            presentation=presentation,  # type: ignore[arg-type]
            name=name,
            queue=next((one for one in QUEUES if one.code == queue), None),
            direction="inbound",
            since=self._clock,
            matches=tuple(matches),
            card=card,
            transferred_from=transferred_from,
            note=note,
        )
        self.tell(calls=(*self.now.calls, call), agent=self._agent("offered"))
        return call

    def move(self, call: CallNow, state: CallState) -> CallNow:
        """Let a call go on: talking, held, ended."""
        moved = replace(call, state=state, since=self._clock)
        calls = tuple(moved if one.id == call.id else one for one in self.now.calls)
        agent = self._agent("wrap_up" if state == "ended" else "talking")
        self.tell(calls=calls, agent=agent)
        return moved

    def gone(self, call: CallNow, state: AgentState = "ready") -> None:
        """Let a call be told no more."""
        self.tell(calls=tuple(one for one in self.now.calls if one.id != call.id), agent=self._agent(state))

    def exchange(self, pbx: PbxState, problem: Reason | None = None) -> None:
        """Let the exchange be lost, or come back."""
        self.tell(pbx=pbx, problem=problem)

    def later(self, seconds: float) -> None:
        """Let time pass for what happens next."""
        self._clock += timedelta(seconds=seconds)

    def tell(self, **changes: object) -> None:
        """Change what is, and tell it."""
        before, self.now = self.now, replace(self.now, **changes)  # type: ignore[arg-type]
        for heard in tuple(self.listeners):
            heard(before, self.now)

    def _agent(self, state: AgentState, reason: str = "") -> AgentNow:
        return replace(self.now.agent, state=state, reason=reason, since=self._clock)

    # What is asked

    async def log_in(self, extension: str, queues: Sequence[str]) -> None:
        """Remember, and be paused until ready."""
        self._ask("log_in", extension, tuple(queues))
        agent = replace(self._agent("paused"), extension=extension, queues=tuple(queues))
        self.tell(agent=agent)

    async def ready(self) -> None:
        """Remember."""
        self._ask("ready")
        self.tell(agent=self._agent("ready"))

    async def pause(self, reason: str) -> None:
        """Remember."""
        self._ask("pause", reason)
        self.tell(agent=self._agent("paused", reason))

    async def log_out(self) -> None:
        """Remember."""
        self._ask("log_out")
        self.tell(agent=self._agent("logged_out"))

    async def wrapped(self, call_id: UUID) -> None:
        """Remember, and forget the call."""
        self._ask("wrapped", call_id)
        calls = tuple(one for one in self.now.calls if one.id != call_id)
        self.tell(calls=calls, agent=self._agent("paused"))

    async def dial(self, number: str) -> None:
        """Remember."""
        self._ask("dial", number)

    async def answer(self, call_id: UUID) -> None:
        """Remember, and connect the call."""
        self._ask("answer", call_id)
        self._move(call_id, "talking")

    async def hang_up(self, call_id: UUID) -> None:
        """Remember, and end the call."""
        self._ask("hang_up", call_id)
        self._move(call_id, "ended")

    async def transfer(self, call_id: UUID, to: str, *, note: str = "", account_id: UUID | None = None) -> None:
        """Remember, and end the call here."""
        self._ask("transfer", call_id, to, note, account_id)
        self._move(call_id, "ended")

    async def colleagues(self) -> tuple[Colleague, ...]:
        """Return them."""
        if self.refusal is not None:
            raise Refused(self.refusal)
        return self.others

    async def hold(self, call_id: UUID) -> None:
        """Remember."""
        self._ask("hold", call_id)
        self._move(call_id, "held")

    async def resume(self, call_id: UUID) -> None:
        """Remember."""
        self._ask("resume", call_id)
        self._move(call_id, "talking")

    def _move(self, call_id: UUID, state: CallState) -> None:
        call = self.now.call(call_id)
        if call is not None:
            self.move(call, state)

    def _ask(self, *what: object) -> None:
        self.asked.append(what)
        if self.refusal is not None:
            raise Refused(self.refusal)
