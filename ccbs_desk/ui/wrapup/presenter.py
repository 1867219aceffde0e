"""What the wrap-up does: it keeps code and notes of the call, then tells the telephone what the agent does next."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ccbs_desk.config.language import Text
from ccbs_desk.domain.care_commands import WrapUpCall
from ccbs_desk.domain.errors import Reason, Refused, Unavailable
from ccbs_desk.services.call_codes import pause_reasons, wrap_up_codes
from ccbs_desk.services.calls import read_call
from ccbs_desk.services.session import Session
from ccbs_desk.sync.phone_state import CallNow
from ccbs_desk.ui.callers import name_of, number_of
from ccbs_desk.ui.drafting import Keeper
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.phone import Phone
from ccbs_desk.ui.refusals import sentence_of
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.values import Joined
from ccbs_desk.ui.wrapup import text
from ccbs_desk.ui.wrapup.shown import PAUSE, READY, CodeRow, DoneRow, codes_shown, done_in, next_states

CODE, NOTES, THEN = "code", "notes", "then"


class WrapUpView(Protocol):
    """The screen as the presenter sees it."""

    def show_call(self, who: object) -> None:
        """Show which call it is."""

    def show_form(self, codes: Sequence[CodeRow], then: Sequence[tuple[str, Text]], typed: Mapping[str, str]) -> None:
        """Show the form with what was typed in it."""

    def show_done(self, rows: Sequence[DoneRow]) -> None:
        """Show what was done in the call."""

    def show_needs(self, *, notes: bool) -> None:
        """Say whether notes are needed."""

    def show_problem(self, problem: Text) -> None:
        """Say what is missing or was refused; empty takes it back."""

    def show_ready(self, ready: bool) -> None:
        """Let it be confirmed, or not."""

    def enter_codes(self) -> None:
        """Put the keyboard on the results."""

    def enter_notes(self) -> None:
        """Put the keyboard on the notes."""


class WrapUpPresenter:
    """Decides what the wrap-up of one call shows and records."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        tasks: Tasks,
        view: WrapUpView,
        phone: Phone,
        call: Callable[[], CallNow | None],
        done: Callable[[], None],
    ) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._phone, self._call, self._done = phone, call, done
        self._keeper = Keeper(session, tasks, WrapUpCall.KIND)
        self._codes: tuple[CodeRow, ...] = ()
        self._typed: dict[str, str] = {}
        self._busy = False

    def activate(self) -> None:
        """Show the form as it was left, and take the keyboard."""
        self._tasks.start(self._open(), latest="open")

    def refresh(self) -> None:
        """Show what was done meanwhile; what is typed stays."""
        self._tasks.start(self._look(), latest="look")

    def typed(self, name: str, what: str) -> None:
        """Take what stands in a field."""
        if self._busy or self._typed.get(name) == what:
            return
        self._typed[name] = what
        self._keeper.keep(dict(self._typed))
        self._view.show_problem("")
        self._view.show_needs(notes=self._needs_notes)

    def choose(self, code: CodeRow) -> None:
        """Take a result, and go on to the notes."""
        self.typed(CODE, code.code)
        self._view.enter_notes()

    def confirm(self) -> None:
        """Record the wrap-up, once, and go on as was chosen."""
        call = self._call()
        if call is None or self._busy:
            return
        if call.state != "ended":
            self._view.show_problem(text.STILL_TALKING)
        elif not self._typed.get(CODE):
            self._view.show_problem(text.CODE_MISSING)
            self._view.enter_codes()
        elif self._needs_notes and not self._typed.get(NOTES, "").strip():
            self._view.show_problem(text.NOTES_MISSING)
            self._view.enter_notes()
        else:
            self._busy = True
            self._view.show_ready(False)
            self._tasks.start(self._finish(call))

    def back(self) -> None:
        """Go back to where the person came from; what was typed is kept."""
        self._navigator.back()

    def close(self) -> None:
        """Keep what is typed before the screen goes."""
        self._keeper.close()

    @property
    def _needs_notes(self) -> bool:
        return any(one.needs_notes for one in self._codes if one.code == self._typed.get(CODE))

    async def _open(self) -> None:
        session = self._session
        self._codes = codes_shown(await session.read(wrap_up_codes))
        then = next_states(await session.read(pause_reasons))
        if not self._typed:
            kept = await self._keeper.open("")
            self._typed = {name: str(value) for name, value in (kept.fields if kept else {}).items()}
        self._view.show_form(self._codes, then, self._typed)
        self._view.show_needs(notes=self._needs_notes)
        await self._look()
        if self._typed.get(CODE):
            self._view.enter_notes()
        else:
            self._view.enter_codes()

    async def _look(self) -> None:
        call = self._call()
        if call is None:
            return
        self._view.show_call(Joined((number_of(call), name_of(call))))
        self._view.show_done(done_in(await self._session.read(read_call, call.id)))
        self._view.show_ready(not self._busy)

    async def _finish(self, call: CallNow) -> None:
        try:
            command = WrapUpCall(call_id=call.id, code=self._typed[CODE], notes=self._typed.get(NOTES, "").strip())
            await self._session.act(command, command_id=self._keeper.command_id)
            self._keeper.renew()
            said = await self._tell_telephone(call)
        except (Refused, Unavailable) as no:
            self._view.show_problem(sentence_of(no.reason))
            return
        finally:
            self._busy = False
            self._view.show_ready(True)
        if said is None:
            self._navigator.say(text.FINISHED, Tone.OK)
        else:
            self._navigator.say(sentence_of(said), Tone.WARN)
        self._done()

    async def _tell_telephone(self, call: CallNow) -> Reason | None:
        """Return what the telephone has against it: the wrap-up is kept whatever it says, and the call is done with."""
        then = self._typed.get(THEN, READY)
        try:
            await self._phone.wrapped(call.id)
            if then == READY:
                await self._phone.ready()
            else:
                await self._phone.pause(then.removeprefix(PAUSE))
        except (Refused, Unavailable) as no:
            return no.reason
        return None
