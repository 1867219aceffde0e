"""What the call bar does: it follows the telephone, changes the agent's state, and acts on the call in hand."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from ccbs_desk.config.language import Text, TimeOfDay
from ccbs_desk.domain.errors import Reason, Refused, Unavailable
from ccbs_desk.domain.ids import derive
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.call_codes import pause_reasons
from ccbs_desk.services.drafts import draft, save_draft
from ccbs_desk.services.session import Session
from ccbs_desk.sync.phone_state import PhoneNow
from ccbs_desk.ui.agent import text
from ccbs_desk.ui.agent.shown import (
    QueueChoice,
    Target,
    actions_on,
    agent_text,
    bar_facts,
    call_in_hand,
    queue_choices,
    targets_of,
)
from ccbs_desk.ui.phone import Phone
from ccbs_desk.ui.refusals import sentence_of
from ccbs_desk.ui.shell.callbar import BarFacts
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.values import Named, filled

LOG_IN_DRAFT = "agent.log_in"
ASKED_OF_THE_CENTRE = ("logged_out", "ready", "paused", "away")
"""States that only the centre can change; a call is wrapped up without it."""
READY, LOG_OUT, WRAP_UP, PAUSE = "ready", "log_out", "wrap_up", "pause:"


@dataclass(frozen=True, slots=True)
class Choice:
    """A state that may be chosen, in words."""

    id: str
    text: Text


class Bar(Protocol):
    """The call bar as the presenter sees it."""

    def show_facts(self, facts: BarFacts) -> None:
        """Show the telephone as it is now."""


class Dialog(Protocol):
    """An open dialog."""

    def show_problem(self, problem: Text) -> None:
        """Say why it was refused; what was typed stays."""

    def finish(self) -> None:
        """Close it."""


LoggedIn = Callable[[Dialog, str, tuple[str, ...]], None]
"""Called with the telephone and the codes of the queues; none where there is no list of them."""


class Dialogs(Protocol):
    """What is asked over the window. What is answered comes through the functions that are given."""

    def ask_state(self, current: Text, choices: Sequence[Choice], chosen: Callable[[Dialog, str], None]) -> None:
        """Ask for another state."""

    def ask_log_in(self, extension: str, queues: Sequence[QueueChoice], entered: LoggedIn) -> None:
        """Ask for telephone and queues."""

    def ask_transfer(self, targets: Sequence[Target], entered: Callable[[Dialog, str, str], None]) -> None:
        """Ask to whom the call goes, and what he is to know."""


class AgentPresenter:
    """Decides what the call bar shows and does."""

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        bar: Bar,
        dialogs: Dialogs,
        phone: Phone,
        explain: Callable[[Reason], None],
        wrap_up: Callable[[UUID], None],
        about: Callable[[UUID], UUID | None],
    ) -> None:
        self._session, self._tasks, self._bar, self._dialogs = session, tasks, bar, dialogs
        self._phone, self._explain, self._wrap_up, self._about = phone, explain, wrap_up, about
        self._reasons: Mapping[str, Bilingual] = {}

    async def start(self) -> None:
        """Follow the telephone from now on."""
        reasons = await self._session.read(pause_reasons)
        self._reasons = {reason.code: reason.name for reason in reasons}
        self._phone.listeners.append(self._heard)
        self._show()

    def close(self) -> None:
        """Let go of the telephone; the bar is a plain one again."""
        if self._heard in self._phone.listeners:
            self._phone.listeners.remove(self._heard)
        self._bar.show_facts(BarFacts())

    def state(self) -> None:
        """Ask for another state."""
        self._tasks.start(self._ask_state(), latest="state")

    def choices(self) -> tuple[Choice, ...]:
        """Return the states that may be chosen now."""
        agent = self._phone.now.agent
        if agent.state in ("offered", "talking"):
            return ()
        if agent.state == "wrap_up":
            return (Choice(WRAP_UP, text.WRAP_UP),)
        if agent.state == "logged_out":
            return ()
        ready = () if agent.state == "ready" else (Choice(READY, text.READY),)
        pauses = (
            Choice(f"{PAUSE}{code}", filled(text.PAUSE, reason=Named(name)))
            for code, name in self._reasons.items()
            if not (agent.state == "paused" and agent.reason == code)
        )
        return (*ready, *pauses, Choice(LOG_OUT, text.LOG_OUT))

    def choose(self, choice: str) -> None:
        """Change the state, and explain where it is refused."""
        self._tasks.start(self._or_explain(self._change(choice)))

    def act(self, action: str) -> None:
        """Do with the call in hand what was pressed; what can't be done now does nothing."""
        now = self._phone.now
        call = call_in_hand(now)
        if call is None or action not in actions_on(now, call):
            return
        match action:
            case "answer":
                self._tasks.start(self._or_explain(self._phone.answer(call.id)), latest="answer")
            case "hang_up":
                self._tasks.start(self._or_explain(self._phone.hang_up(call.id)), latest="hang up")
            case "hold":
                self._tasks.start(self._or_explain(self._phone.hold(call.id)), latest="hold")
            case "resume":
                self._tasks.start(self._or_explain(self._phone.resume(call.id)), latest="hold")
            case "transfer":
                self._tasks.start(self._ask_transfer(call.id), latest="transfer")
            case _:
                self._wrap_up(call.id)

    def hold_or_resume(self) -> None:
        """One key for both."""
        call = call_in_hand(self._phone.now)
        self.act("resume" if call is not None and call.state == "held" else "hold")

    def _heard(self, _before: PhoneNow, _after: PhoneNow) -> None:
        self._show()

    def _show(self) -> None:
        self._bar.show_facts(bar_facts(self._phone.now, self._reasons))

    async def _ask_state(self) -> None:
        now, agent = self._phone.now, self._phone.now.agent
        if now.problem is not None and agent.state in ASKED_OF_THE_CENTRE:
            # Said now, and not when telephone and queues have been typed.
            self._explain(now.problem)
            return
        if agent.state == "logged_out":
            extension, queues = await self._last_place()
            choices = queue_choices(self._phone.now.queues, queues)
            self._dialogs.ask_log_in(extension, choices, self._log_in)
            return
        current = filled(text.SINCE, state=agent_text(agent, self._reasons), time=TimeOfDay(agent.since))
        self._dialogs.ask_state(current, self.choices(), self._chosen)

    async def _ask_transfer(self, call_id: UUID) -> None:
        try:
            colleagues = await self._phone.colleagues()
        except (Refused, Unavailable):
            # The queues are there all the same, and an extension can be typed.
            colleagues = ()
        targets = targets_of(self._phone.now.queues, colleagues)
        self._dialogs.ask_transfer(targets, lambda dialog, to, note: self._hand_over(dialog, call_id, to, note))

    async def _last_place(self) -> tuple[str, tuple[str, ...]]:
        agent = self._phone.now.agent
        kept = await self._session.read(draft, self._draft_id)
        fields = kept.fields if kept else {}
        queues = agent.queues or tuple(filter(None, str(fields.get("queues", "")).split(",")))
        return agent.extension or str(fields.get("extension", "")), queues

    @property
    def _draft_id(self) -> UUID:
        return derive(self._session.person.id, "draft", LOG_IN_DRAFT)

    def _log_in(self, dialog: Dialog, extension: str, queues: tuple[str, ...]) -> None:
        self._tasks.start(self._or_tell(dialog, self._take_place(extension, queues)), latest="state")

    async def _take_place(self, extension: str, queues: tuple[str, ...]) -> None:
        await self._phone.log_in(extension, queues)
        await self._session.write(
            save_draft,
            command_id=self._draft_id,
            kind=LOG_IN_DRAFT,
            staff_id=self._session.person.id,
            subject=LOG_IN_DRAFT,
            fields={"extension": extension, "queues": ",".join(queues)},
            now=self._session.now(),
        )

    def _chosen(self, dialog: Dialog, choice: str) -> None:
        if choice == WRAP_UP:
            dialog.finish()
            self.act(WRAP_UP)
        else:
            self._tasks.start(self._or_tell(dialog, self._change(choice)), latest="state")

    async def _change(self, choice: str) -> None:
        if choice == READY:
            await self._phone.ready()
        elif choice == LOG_OUT:
            await self._phone.log_out()
        else:
            await self._phone.pause(choice.removeprefix(PAUSE))

    def _hand_over(self, dialog: Dialog, call_id: UUID, to: str, note: str) -> None:
        work = self._phone.transfer(call_id, to, note=note, account_id=self._about(call_id))
        self._tasks.start(self._or_tell(dialog, work), latest="transfer")

    async def _or_tell(self, dialog: Dialog, work: Coroutine[Any, Any, None]) -> None:
        """Close the dialog once it is done; say in it what stands against it."""
        try:
            await work
        except (Refused, Unavailable) as no:
            dialog.show_problem(sentence_of(no.reason))
        else:
            dialog.finish()

    async def _or_explain(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (Refused, Unavailable) as no:
            self._explain(no.reason)
