"""What the caller's place does: it shows who may be calling, finds others, and attaches the call to whom is picked."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Text, strip_isolates
from ccbs_desk.domain.care_commands import AttachCall
from ccbs_desk.domain.commands import ViewSubscriber
from ccbs_desk.domain.text import fold
from ccbs_desk.services.look_up import Found, asked_hash, look_up
from ccbs_desk.services.session import Session
from ccbs_desk.sync.phone_state import CallNow
from ccbs_desk.ui.bringing import ASKING, UNREACHED, leads_further, look_further
from ccbs_desk.ui.callers import number_of, queue_of, state_of
from ccbs_desk.ui.callpop import text
from ccbs_desk.ui.callpop.shown import TONES, Row, handed_over, rows_of_hits, rows_of_matches, told_of
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.values import Joined, Name, filled

LEAST = 2
"""letters or digits from which on it is asked"""


class ChooserView(Protocol):
    """The screen as the presenter sees it."""

    def show_call(self, number: object, state: Text, tone: Tone, about: object) -> None:
        """Show what the exchange tells of the caller."""

    def show_told(self, title: Text, todo: Text, tone: Tone) -> None:
        """Say what is known of who he is, and what to do."""

    def show_rows(self, rows: Sequence[Row], hint: Text) -> None:
        """Show who he may be; nobody is chosen by us."""

    def take_keyboard(self, *, results: bool) -> None:
        """Put the keyboard on the list, with nothing chosen, or into the box."""

    def enter_results(self) -> None:
        """Go from the box into the list."""


class ChooserPresenter:
    """Decides who is offered, and attaches the call."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        tasks: Tasks,
        view: ChooserView,
        call: Callable[[], CallNow | None],
    ) -> None:
        self._session, self._navigator, self._tasks, self._view, self._call = session, navigator, tasks, view, call
        self._asked = ""
        self._rows: tuple[Row, ...] = ()
        self._how = "call"
        self._go_on = False
        self._settled = False
        self._attached: Row | None = None
        self._busy = False

    @property
    def attached(self) -> UUID | None:
        """The account that the call was attached to here."""
        return self._attached.account_id if self._attached else None

    def activate(self) -> None:
        """Show the caller, and take the keyboard: on the list where there is one, else in the box."""
        self.show()
        self._view.take_keyboard(results=bool(self._rows) and not self._asked)

    def show(self) -> None:
        """Show what is known now; what is typed stays."""
        call = self._call()
        if call is None:
            return
        queue = queue_of(call)
        about = Joined((Name(call.name) if call.name else "", queue, handed_over(call)))
        self._view.show_call(number_of(call), state_of(call), TONES[call.state], about)
        if self._attached is not None:
            self._view.show_told(filled(text.ATTACHED, name=Name(self._attached.name)), text.ATTACHED_TODO, Tone.OK)
        else:
            told, todo = told_of(call)
            self._view.show_told(told, todo, Tone.INFO if call.matches else Tone.WARN)
        if not self._asked:
            self._rows = rows_of_matches(call.matches)
            self._view.show_rows(self._rows, "" if self._rows else text.TYPE_MORE)

    def typed(self, asked: str) -> None:
        """Ask for what stands in the box now."""
        self._asked, self._go_on, self._settled = strip_isolates(asked).strip(), False, False
        if sum(letter.isalnum() for letter in fold(self._asked)) < LEAST:
            self._asked = ""
            self._tasks.start(self._forget(), latest="search")
            return
        self._tasks.start(self._search(self._asked), latest="search")

    def entered(self) -> None:
        """Go on from the box: to the only one who was found, else into the list, once it is there."""
        if self._asked and not self._settled:
            self._go_on = True
        elif len(self._rows) == 1 and self._asked:
            self.pick(self._rows[0])
        else:
            self._view.enter_results()

    def pick(self, row: Row) -> None:
        """Attach the call to somebody, and show the card."""
        if not self._busy:
            self._busy = True
            self._tasks.start(self._attach(row))

    def left(self) -> None:
        """Go back to where the person came from."""
        self._navigator.back()

    async def _forget(self) -> None:
        self.show()

    async def _search(self, asked: str) -> None:
        home = self._session.place.home_area
        found: Found = await self._session.read(look_up, asked, home_area=home, today=self._session.today)
        hint = text.NOTHING_FOUND
        if leads_further(self._session, found):
            self._view.show_rows(rows_of_hits(found.hits), "" if found.hits else ASKING)
            found, reached = await look_further(self._session, asked, found)
            hint = UNREACHED.get(reached, hint)
        self._rows, self._how, self._settled = rows_of_hits(found.hits), found.kind, True
        self._view.show_rows(self._rows, "" if self._rows else hint)
        if self._go_on:
            self._go_on = False
            self.entered()

    async def _attach(self, row: Row) -> None:
        """The call's link and the trace are on the disk before anything of the subscriber is shown."""
        call, session = self._call(), self._session
        try:
            await session.brought(row.account_id)
            if call is not None:
                attach = AttachCall(call_id=call.id, account_id=row.account_id, line_id=row.line_id)
                await session.act(attach, command_id=session.new_id())
            asked = asked_hash(self._asked or (call.number if call else ""), session.place.home_area)
            how = self._how if self._asked else "call"
            trace = ViewSubscriber(account_id=row.account_id, how=how, asked_hash=asked)
            await session.act(trace, command_id=session.new_id())
        finally:
            self._busy = False
        self._attached = row
        self._navigator.open_card(row.account_id)
