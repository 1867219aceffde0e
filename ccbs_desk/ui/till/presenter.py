"""What the till does: it is opened with a float, shows its session, and is closed by a count made blind."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Code, Text
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import CloseTill, Command, OpenTill
from ccbs_desk.domain.errors import DifferenceNeedsApproval, Reason, Refused, TillOfOtherClerk, Unavailable
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE, TILL_CLOSE
from ccbs_desk.domain.till import count_total
from ccbs_desk.services.session import Session
from ccbs_desk.services.till_notices import TillNotice, see_to, told_at_till
from ccbs_desk.services.till_views import OpenSession, TillView, count_to_approve, notes_to_count, till_view
from ccbs_desk.ui.asking import ApprovalAsk, Approve
from ccbs_desk.ui.drafting import Keeper
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.till import text
from ccbs_desk.ui.till.counting import Counting, CountShown
from ccbs_desk.ui.till.shown import ClosedShown, Head, OpenShown, Told, closed_shown, head, open_shown, told
from ccbs_desk.ui.values import Joined, Named, filled

OPENING, CLOSING = "opening", "closing"


class TillViewer(Protocol):
    """The screen as the presenter sees it."""

    def show_head(self, head: Head) -> None:
        """Show which till it is and how it stands."""

    def show_told(self, told: Sequence[Told]) -> None:
        """Show what the people at the till must know; nothing where it is nothing."""

    def show_nothing(self, title: Text, todo: Text, action: Text | None = None) -> None:
        """Say why there is no till to work at, and what can be done about it."""

    def show_count(self, count: CountShown, purpose: str, last: ClosedShown | None, *, anew: bool) -> None:
        """Show the fields of a count, to open or to close; `anew` sets what stands in them."""

    def show_totals(self, count: CountShown) -> None:
        """Show what the count comes to so far."""

    def show_session(self, session: OpenShown) -> None:
        """Show the open session."""

    def show_problem(self, title: Text, todo: Text = "") -> None:
        """Say what stands against it; an empty title takes it back."""

    async def may_open_empty(self) -> bool:
        """Ask whether the till is really to be opened without a float."""

    def show_busy(self, busy: bool) -> None:
        """The act is being recorded, or not."""

    def take_keyboard(self) -> None:
        """Put the keyboard where the work begins."""

    def go_to_error(self) -> None:
        """Put the keyboard on the first number that can't be read."""


class TillPresenter:
    """Decides how the till stands and what may be done with it."""

    def __init__(
        self, session: Session, navigator: Navigator, tasks: Tasks, view: TillViewer, approve: Approve
    ) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._approve = approve
        self._keepers = {
            OPENING: Keeper(session, tasks, OpenTill.KIND),
            CLOSING: Keeper(session, tasks, CloseTill.KIND),
        }
        self._count = Counting()
        self._purpose: str | None = None
        self._counted_session: UUID | None = None
        self._till: TillView | None = None
        self._told: tuple[TillNotice, ...] = ()
        self._asked_before: CloseTill | None = None
        self._busy = False

    def activate(self) -> None:
        """Show how the till stands, and take the keyboard."""
        self._tasks.start(self._load(take_keyboard=True), latest="till")

    def refresh(self) -> None:
        """Look again how the till stands; what is typed stays."""
        if not self._busy:
            self._tasks.follow(self._load(take_keyboard=False), latest="till")

    def typed(self, key: str, number: str) -> None:
        """Take a number of notes."""
        self._count.type(key, number)
        self._view.show_problem("")
        self._view.show_totals(self._count.shown())
        if self._purpose is not None:
            self._keepers[self._purpose].keep(self._count.typed)

    def begin_count(self) -> None:
        """Count the drawer to close it."""
        if self._till is not None and self._till.session is not None and self._may_close(self._till):
            self._counted_session = self._till.session.session_id
            # Not latest of "till": what the feed brings at that moment must not take the key press away.
            self._tasks.start(self._begin(CLOSING, str(self._till.session.session_id)), latest="count")

    def leave_count(self) -> None:
        """Go back from the count to the session; what was counted is kept. From anywhere else, go back."""
        if self._purpose == CLOSING and not self._busy:
            self._purpose = None
            self.activate()
        else:
            self._navigator.back()

    def confirm(self) -> None:
        """Do the main act: begin the count of an open till, or open or close it with what was counted."""
        if self._busy or self._till is None:
            return
        if self._purpose is None:
            self.begin_count()
            return
        self._busy = True
        self._view.show_busy(True)
        self._tasks.start(self._confirm(self._till, self._purpose))

    def see_to(self) -> None:
        """Note that what the till had to know was seen to."""
        if self._told:
            self._tasks.start(self._see_to(tuple(known.notice.notice_id for known in self._told)))

    def close(self) -> None:
        """Keep what is counted before the screen goes."""
        for keeper in self._keepers.values():
            keeper.close()

    async def _load(self, *, take_keyboard: bool) -> None:
        till_id = self._session.place.till_id
        await self._tell(till_id)
        till = await self._session.read(till_view, till_id) if till_id else None
        self._till = till
        if till is None:
            self._purpose = None
            self._view.show_nothing(text.NO_TILL, text.NO_TILL_TODO)
            return
        mine = self._is_mine(till)
        self._view.show_head(head(till, mine=mine))
        if till.session is None:
            await self._begin(OPENING, str(till.till_id))
        elif self._purpose != CLOSING or self._counted_session != till.session.session_id:
            self._purpose = None
            if mine:
                self._view.show_session(open_shown(till.session))
            else:
                self._show_held(till, till.session)
        if take_keyboard:
            self._view.take_keyboard()

    async def _tell(self, till_id: UUID | None) -> None:
        """Show what this till, and to whom approves counts any till, must know."""
        everywhere = self._session.person.may(TILL_APPROVE_DIFFERENCE)
        now = self._session.now()
        self._told = await self._session.read(told_at_till, till_id, now=now, everywhere=everywhere)
        self._view.show_told(tuple(map(told, self._told)))

    async def _see_to(self, notice_ids: tuple[UUID, ...]) -> None:
        await self._session.mark(see_to, notice_ids, now=self._session.now())
        self._navigator.say(text.NOTED, Tone.OK)
        await self._tell(self._session.place.till_id)

    def _show_held(self, till: TillView, session: OpenSession) -> None:
        """Tell who holds the drawer; whoever may close a till may count it for him."""
        clerk, may = Named(session.holder), self._may_close(till)
        title = filled(text.OTHER_CLERK, till=Code(till.code), clerk=clerk, since=session.since)
        todo = filled(text.CLOSE_OTHER_TODO if may else text.OTHER_CLERK_TODO, clerk=clerk)
        self._view.show_nothing(title, todo, filled(text.CLOSE_OTHER, clerk=clerk) if may else None)

    async def _begin(self, purpose: str, subject: str) -> None:
        """Show the fields of a count, with what was counted before."""
        till, anew = self._till, self._purpose != purpose
        assert till is not None
        if anew:
            notes = await self._session.read(notes_to_count, today=self._session.today)
            kept = await self._keepers[purpose].open(subject)
            self._count, self._purpose, self._asked_before = Counting(notes), purpose, None
            if kept is not None:
                self._count.restore(kept.fields)
            self._view.show_problem("")
        last = closed_shown(till.last_closed) if purpose == OPENING and till.last_closed else None
        self._view.show_count(self._count.shown(), purpose, last, anew=anew)
        if anew:
            self._view.take_keyboard()

    async def _confirm(self, till: TillView, purpose: str) -> None:
        try:
            done = await (self._open(till) if purpose == OPENING else self._close(till))
        except (Refused, Unavailable) as no:
            self._say(no.reason)
            return
        finally:
            self._busy = False
            self._view.show_busy(False)
        if done:
            self._keepers[purpose].renew()
            self._purpose = None
            await self._load(take_keyboard=True)

    async def _open(self, till: TillView) -> bool:
        if not self._readable():
            return False
        notes = self._count.counted()
        if not notes and not await self._view.may_open_empty():
            return False
        await self._act(OpenTill(till_id=till.till_id, float_notes=notes), OPENING)
        self._navigator.say(filled(text.OPENED, till=Code(till.code)), Tone.OK)
        return True

    async def _close(self, till: TillView) -> bool:
        """Close with the count as it stands. Above the limit nothing is said but that a supervisor is needed."""
        if not self._readable() or till.session is None:
            return False
        if not self._count.typed:
            self._view.show_problem(text.NOTHING_COUNTED, text.NOTHING_COUNTED_TODO)
            return False
        command = CloseTill(till_id=till.till_id, session_id=till.session.session_id, counted=self._count.counted())
        try:
            await self._act(command, CLOSING)
        except Refused as no:
            if isinstance(no.reason, TillOfOtherClerk):
                problem = text.OTHER_NEEDS_SUPERVISOR, text.OTHER_NEEDS_SUPERVISOR_TODO
                # Another count would change nothing: the supervisor is asked at once.
                self._asked_before = command
            elif isinstance(no.reason, DifferenceNeedsApproval):
                problem = text.NEEDS_SUPERVISOR, text.NEEDS_SUPERVISOR_TODO
            else:
                raise
            return await self._close_with_approval(till, till.session, command, problem)
        return True

    async def _close_with_approval(
        self, till: TillView, session: OpenSession, command: CloseTill, problem: tuple[Text, Text]
    ) -> bool:
        """The first time, ask for a second count; when the same count comes again, ask the supervisor.

        Only the supervisor is told what the drawer should hold: whoever counts it stays blind.
        """
        again, self._asked_before = self._asked_before == command, command
        approval = await self._approve(await self._ask(till, session, command)) if again else None
        if approval is None:
            self._view.show_problem(*problem)
            return False
        await self._act(command, CLOSING, approval)
        return True

    async def _ask(self, till: TillView, session: OpenSession, command: CloseTill) -> ApprovalAsk:
        facts = {"till": Code(till.code), "sums": Joined(tuple(count_total(command.counted).values()))}
        if self._is_mine(till):
            act = filled(text.APPROVE_CLOSE, **facts)
        else:
            act = filled(text.APPROVE_CLOSE_OTHER, **facts, clerk=Named(session.holder))
        counts = await self._session.read(count_to_approve, session.session_id, command.counted)
        return ApprovalAsk(command, self._keepers[CLOSING].command_id, TILL_APPROVE_DIFFERENCE, act, counts=counts)

    async def _act(self, command: Command, purpose: str, *approvals: Approval) -> None:
        keeper = self._keepers[purpose]
        await self._session.act(command, command_id=keeper.command_id, approvals=approvals, amends=keeper.amends)

    def _readable(self) -> bool:
        if self._count.shown().readable:
            return True
        self._view.show_problem(text.NOT_A_COUNT)
        self._view.go_to_error()
        return False

    def _say(self, reason: Reason) -> None:
        words = words_of(reason)
        self._view.show_problem(words.title, words.todo)

    def _may_close(self, till: TillView) -> bool:
        return self._is_mine(till) or self._session.person.may(TILL_CLOSE)

    def _is_mine(self, till: TillView) -> bool:
        return till.session is not None and till.session.holder_id == self._session.person.id
