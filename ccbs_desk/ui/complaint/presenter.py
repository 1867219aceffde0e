"""What the complaints do: the open ones are shown first; a new one is opened once, an old one commented or resolved."""

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.domain.care_commands import CommentComplaint, OpenComplaint, ResolveComplaint
from ccbs_desk.domain.care_errors import ComplaintOpenAlready
from ccbs_desk.domain.commands import Command
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.domain.permissions import COMPLAINT_RESOLVE
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.complaints import ComplaintView, complaint_categories, complaints_of
from ccbs_desk.services.session import Session
from ccbs_desk.ui.bringing import card_of
from ccbs_desk.ui.complaint import text
from ccbs_desk.ui.complaint.shown import (
    CategoryRow,
    ComplaintRow,
    NoteShown,
    categories_shown,
    lines_of,
    notes_of,
    row_of,
    who_of,
)
from ccbs_desk.ui.drafting import ACCOUNT, CATEGORY, COMMENT, LINE, WORDS, Keeper
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.refusals import sentence_of
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class ComplaintsView(Protocol):
    """The screen as the presenter sees it."""

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Say that there is no account to show."""

    def show_account(self, who: object, lines: Sequence[tuple[str, Text]]) -> None:
        """Show whose complaints they are, and what a new one may be about."""

    def show_complaints(self, rows: Sequence[ComplaintRow], chosen: UUID | None) -> None:
        """Show the complaints, the open ones first."""

    def show_notes(self, notes: Sequence[NoteShown]) -> None:
        """Show what was said on the chosen one."""

    def show_new(self, categories: Sequence[CategoryRow], typed: Mapping[str, str]) -> None:
        """Show the form of a new complaint with what was typed in it."""

    def show_existing(self, typed: str, *, is_open: bool, may_resolve: bool) -> None:
        """Show what can be said on the chosen complaint."""

    def show_problem(self, problem: Text, action: Text | None = None) -> None:
        """Say what is missing or was refused; empty takes it back."""

    def show_ready(self, ready: bool) -> None:
        """Let it be confirmed, or not."""

    def enter_form(self) -> None:
        """Put the keyboard where one goes on: on the categories, or on the words."""

    def enter_words(self) -> None:
        """Put the keyboard on the words."""

    def enter_list(self) -> None:
        """Put the keyboard on the complaints."""


class ComplaintsPresenter:
    """Decides what the complaints show and record."""

    def __init__(self, session: Session, navigator: Navigator, tasks: Tasks, view: ComplaintsView) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._new = Keeper(session, tasks, OpenComplaint.KIND)
        self._said = Keeper(session, tasks, CommentComplaint.KIND)
        self._card: Card | None = None
        self._complaints: tuple[ComplaintView, ...] = ()
        self._categories: tuple[CategoryRow, ...] = ()
        self._typed: dict[str, str] = {}
        self._comment = ""
        self._chosen: UUID | None = None
        self._making = False
        self._busy = False

    def activate(self, account_id: UUID | None) -> None:
        """Show an account's complaints, or the ones that were open, and take the keyboard."""
        if account_id is None and self._card is None:
            self._view.show_nobody(text.NOBODY, text.NOBODY_TODO)
        elif account_id is None or (self._card is not None and self._card.account_id == account_id):
            self._tasks.start(self._return(), latest="complaints")
        else:
            self._tasks.start(self._open(account_id), latest="complaints")

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Read again what may have changed; what is typed and chosen stays."""
        if self._card is not None and not self._busy and (accounts is None or self._card.account_id in accounts):
            self._tasks.start(self._again(), latest="refresh")

    def choose(self, row: ComplaintRow | None) -> None:
        """Show what was said on a complaint, and what can be said."""
        if row is not None and (self._making or row.complaint_id != self._chosen):
            self._tasks.start(self._show_existing(row.complaint_id), latest="choose")

    def begin(self) -> None:
        """Begin a new complaint."""
        if self._card is not None:
            self._show_new()
            self._view.enter_form()

    def choose_category(self, row: CategoryRow) -> None:
        """Take a category, and go on to the words."""
        self.typed(CATEGORY, row.code)
        self._view.enter_words()

    def typed(self, name: str, what: str) -> None:
        """Take what stands in a field of the new complaint."""
        if self._busy or self._typed.get(name) == what:
            return
        self._typed[name] = what
        self._new.keep(dict(self._typed))
        self._view.show_problem("")

    def commented(self, what: str) -> None:
        """Take what stands in the comment."""
        if not self._busy and what != self._comment:
            self._comment = what
            self._said.keep({COMMENT: what})
            self._view.show_problem("")

    def confirm(self, beside: UUID | None = None) -> None:
        """Open the new complaint, or add the comment; once."""
        if self._card is None or self._busy:
            return
        if not self._making:
            self._say(resolve=False)
        elif not self._typed.get(CATEGORY):
            self._view.show_problem(text.CATEGORY_MISSING)
            self._view.enter_form()
        elif not self._typed.get(WORDS, "").strip():
            self._view.show_problem(text.WORDS_MISSING)
            self._view.enter_words()
        else:
            self._start(self._open_new(self._card.account_id, beside))

    def all_the_same(self) -> None:
        """Open a second complaint of the same kind, knowingly."""
        self.confirm(self._beside)

    def resolve(self) -> None:
        """Resolve the chosen complaint with the words that stand there."""
        if not self._making and self._card is not None and not self._busy:
            self._say(resolve=True)

    def search(self) -> None:
        """Go and look for somebody."""
        self._navigator.open_search()

    def back(self) -> None:
        """Go back to where the person came from; what was typed is kept."""
        self._navigator.back()

    def close(self) -> None:
        """Keep what is typed before the screen goes."""
        self._new.close()
        self._said.close()

    @property
    def _beside(self) -> UUID | None:
        """The open complaint of the kind that is being typed."""
        line = self._line()
        return next(
            (
                one.complaint_id
                for one in self._complaints
                if one.is_open and one.category == self._typed.get(CATEGORY) and one.line_id == line
            ),
            None,
        )

    def _line(self) -> UUID | None:
        card, typed = self._card, self._typed.get(LINE)
        if typed == ACCOUNT or card is None or not card.lines:
            return None
        return UUID(typed) if typed else card.lines[0].line_id

    async def _open(self, account_id: UUID) -> None:
        session = self._session
        card = await card_of(session, account_id, self._view.show_nobody)
        if card is None:
            self._card = None
            self._view.show_nobody(text.NOBODY, text.NOBODY_TODO)
            return
        self._card, self._chosen = card, None
        self._categories = categories_shown(await session.read(complaint_categories))
        subject = str(account_id)
        kept = await self._new.open(subject, await self._new.mending(subject))
        self._typed = {name: str(value) for name, value in (kept.fields if kept else {}).items()}
        self._view.show_account(who_of(card), lines_of(card))
        self._view.show_problem("")
        await self._read()
        await self._begin_where_it_stands()

    async def _begin_where_it_stands(self) -> None:
        """An open complaint comes before a new one, what was begun before them, what was refused before all."""
        mended = await self._to_mend()
        if mended is not None:
            await self._show_existing(mended)
            self._view.enter_words()
            return
        first = next((one for one in self._complaints if one.is_open), None)
        if first is None or self._typed.get(WORDS):
            self._show_new()
            self._view.enter_form()
        else:
            await self._show_existing(first.complaint_id)
            self._view.enter_list()

    async def _to_mend(self) -> UUID | None:
        """Return the complaint on which refused words wait to be said again, if there is one."""
        for one in self._complaints:
            if await self._said.mending(str(one.complaint_id)) is not None:
                return one.complaint_id
        return None

    async def _return(self) -> None:
        await self._again()
        card = self._card
        if card is not None and (await self._new.mending(str(card.account_id)) or await self._to_mend()):
            await self._open(card.account_id)
            return
        if self._making:
            self._view.enter_form()
        else:
            self._view.enter_list()

    async def _again(self) -> None:
        await self._read()
        if not self._making and self._chosen is not None:
            self._show_said(self._chosen)

    async def _read(self) -> None:
        card, session = self._card, self._session
        if card is None:
            return
        self._complaints = await session.read(complaints_of, card.account_id, now=session.now())
        self._view.show_complaints(tuple(map(row_of, self._complaints)), self._chosen)

    def _show_new(self) -> None:
        self._making = True
        self._view.show_new(self._categories, self._typed)
        self._view.show_ready(not self._busy)

    async def _show_existing(self, complaint_id: UUID) -> None:
        self._making, self._chosen = False, complaint_id
        kept = await self._said.open(str(complaint_id), await self._said.mending(str(complaint_id)))
        self._comment = str(kept.fields.get(COMMENT, "")) if kept else ""
        self._view.show_complaints(tuple(map(row_of, self._complaints)), complaint_id)
        self._view.show_problem("")
        self._show_said(complaint_id)

    def _show_said(self, complaint_id: UUID) -> None:
        one = next((each for each in self._complaints if each.complaint_id == complaint_id), None)
        if one is not None:
            self._view.show_notes(notes_of(one))
            may_resolve = one.is_open and self._session.person.may(COMPLAINT_RESOLVE)
            self._view.show_existing(self._comment, is_open=one.is_open, may_resolve=may_resolve)
            self._view.show_ready(not self._busy)

    def _say(self, *, resolve: bool) -> None:
        if self._chosen is None or self._card is None:
            return
        if not self._comment.strip():
            self._view.show_problem(text.COMMENT_MISSING)
            self._view.enter_words()
            return
        make = ResolveComplaint if resolve else CommentComplaint
        command = make(account_id=self._card.account_id, complaint_id=self._chosen, text=self._comment)
        self._start(self._act(self._said, command, text.RESOLVED_NOW if resolve else text.COMMENTED))

    async def _open_new(self, account_id: UUID, beside: UUID | None) -> None:
        category, words = self._typed[CATEGORY], self._typed[WORDS]
        command = OpenComplaint(
            account_id=account_id, line_id=self._line(), category=category, text=words, beside=beside
        )
        await self._act(self._new, command, text.OPENED_NOW)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._busy = True
        self._view.show_ready(False)
        self._tasks.start(work)

    async def _act(self, keeper: Keeper, command: Command, said: Text) -> None:
        try:
            await self._session.act(command, command_id=keeper.command_id, amends=keeper.amends)
        except (Refused, Unavailable) as no:
            known = isinstance(no.reason, ComplaintOpenAlready)
            words = text.ALREADY if known else sentence_of(no.reason)
            self._view.show_problem(words, text.ALL_THE_SAME if known else None)
            return
        finally:
            self._busy = False
            self._view.show_ready(True)
        keeper.renew()
        self._typed, self._comment = ({}, self._comment) if keeper is self._new else (self._typed, "")
        self._navigator.say(said, Tone.OK)
        await self._read()
        await self._show_newest(command)

    async def _show_newest(self, command: Command) -> None:
        """Show the complaint that the act was about, so that it can be read back to the subscriber."""
        if isinstance(command, OpenComplaint):
            same = [one for one in self._complaints if one.is_open and one.category == command.category]
            chosen = max(same, key=lambda one: one.opened_at).complaint_id if same else self._chosen
        else:
            chosen = self._chosen
        if chosen is not None:
            await self._show_existing(chosen)
            self._view.enter_list()
