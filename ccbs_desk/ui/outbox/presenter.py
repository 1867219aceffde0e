"""What the outbox does: it lists what waits, explains what was refused, and leads to where it is mended."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.domain.care_commands import OpenComplaint
from ccbs_desk.domain.commands import TakePayment, WithdrawAct
from ccbs_desk.domain.permissions import OUTBOX_AMEND
from ccbs_desk.services.complaints import complaints_of
from ccbs_desk.services.drafts import save_draft
from ccbs_desk.services.outbox import (
    PAGE,
    Amendment,
    OutboxItem,
    Shown,
    amend_of,
    count,
    items,
    mark_handled,
    retry,
    summary,
)
from ccbs_desk.services.session import Session
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.outbox import text
from ccbs_desk.ui.outbox.mending import FEATURES, SAID, mending_of
from ccbs_desk.ui.outbox.shown import Detail, Line, SummaryShown, detail, line, shown_of, summary_shown
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks

COMPLAINTS = SAID | {OpenComplaint.KIND}
FILTERS: Mapping[str, Shown] = {"unsent": "unsent", "attention": "attention", "done": "done", "all": "all"}


class OutboxView(Protocol):
    """The screen as the presenter sees it."""

    def show_summary(self, summary: SummaryShown) -> None:
        """Show how much waits."""

    def show_lines(self, lines: Sequence[Line], chosen: UUID | None, shown: str, part: Text) -> None:
        """Show the acts of a filter, the chosen one marked; `part` says of how many, if these are not all."""

    def show_detail(self, detail: Detail | None) -> None:
        """Show one act, or that none is chosen."""

    def take_keyboard(self) -> None:
        """Put the keyboard on the table."""

    async def why_withdraw(self) -> str | None:
        """Ask whether the act is really to be taken back, and why; None when it is not."""


class OutboxPresenter:
    """Decides what the outbox shows and what may be done."""

    def __init__(self, session: Session, navigator: Navigator, tasks: Tasks, view: OutboxView) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._shown: Shown | None = None
        self._items: dict[UUID, OutboxItem] = {}
        self._chosen: UUID | None = None
        self._limit, self._total = PAGE, 0

    def activate(self) -> None:
        """Show what a person must see to, else what waits, and take the keyboard."""
        self._shown, self._limit = None, PAGE
        self._tasks.start(self._load(take_keyboard=True), latest="outbox")

    def refresh(self) -> None:
        """Read again; filter and choice stay."""
        self._tasks.follow(self._load(take_keyboard=False), latest="outbox")

    def filter(self, shown: str) -> None:
        """Show other acts."""
        self._shown, self._limit = FILTERS[shown], PAGE
        self._tasks.start(self._load(take_keyboard=False), latest="outbox")

    def more(self) -> None:
        """Show the acts before the oldest that is listed, if there are any; what is being read is waited for."""
        if self._limit <= len(self._items) < self._total:
            self._limit += PAGE
            self._tasks.start(self._load(take_keyboard=False), latest="outbox")

    def choose(self, command_id: UUID | None) -> None:
        """Show an act in full."""
        self._chosen = command_id
        self._tell()

    def retry(self) -> None:
        """Send a parked act again."""
        self._do(retry, text.SENT_AGAIN)

    def note(self) -> None:
        """Note that a person has seen to it."""
        self._do(mark_handled, text.NOTED)

    def withdraw(self) -> None:
        """Take a refused act back, once it was asked why."""
        item = self._current()
        if item is not None and item.can_withdraw and self._may_amend():
            self._tasks.start(self._withdraw(item))

    def amend(self) -> None:
        """Open the form of a refused act with what was meant, as a new act that mends it."""
        item = self._current()
        if item is not None and item.can_amend and self._may_amend():
            self._tasks.start(self._amend(item.command_id))

    def main_act(self) -> None:
        """Do what mostly is to be done about the chosen act."""
        item = self._current()
        if item is None:
            return
        shown = detail(item)
        if shown.can_amend:
            self.amend()
        elif shown.can_retry:
            self.retry()
        elif shown.can_note:
            self.note()

    def card(self) -> None:
        """Go to the card of the act's subscriber."""
        item = self._current()
        if item is not None and item.account_id is not None:
            self._navigator.open_card(item.account_id)

    def back(self) -> None:
        """Go back to where the person came from."""
        self._navigator.back()

    async def _load(self, *, take_keyboard: bool) -> None:
        waits = await self._session.read(summary)
        if self._shown is None:
            self._shown = "attention" if waits.attention else "unsent"
        rows = await self._session.read(items, self._shown, limit=self._limit)
        self._total = await self._session.read(count, self._shown)
        self._items = {item.command_id: item for item in rows}
        if self._chosen not in self._items:
            self._chosen = rows[0].command_id if rows else None
        self._view.show_summary(summary_shown(waits))
        part = shown_of(len(rows), self._total)
        self._view.show_lines(tuple(map(line, rows)), self._chosen, self._shown, part)
        self._tell()
        if take_keyboard:
            self._view.take_keyboard()

    def _tell(self) -> None:
        item = self._current()
        self._view.show_detail(detail(item) if item is not None else None)

    def _current(self) -> OutboxItem | None:
        return self._items.get(self._chosen) if self._chosen else None

    def _do(self, act: Callable[..., bool], said: Text) -> None:
        item = self._current()
        if item is not None and self._may_amend():
            self._tasks.start(self._done(self._session.mark(act, item.command_id), said))

    async def _done(self, work: Awaitable[bool], said: Text) -> None:
        if await work:
            self._navigator.say(said, Tone.OK)
        await self._load(take_keyboard=False)

    async def _withdraw(self, item: OutboxItem) -> None:
        why = await self._view.why_withdraw()
        if why is not None:
            act, which = WithdrawAct(act_id=item.command_id, why=why), self._session.new_id()
            await self._session.act(act, command_id=which, amends=item.command_id)
            self._navigator.say(text.WITHDRAWN, Tone.OK)
            await self._load(take_keyboard=False)

    async def _amend(self, command_id: UUID) -> None:
        """Keep what was meant as a new draft, then show its form."""
        meant = await self._session.read(amend_of, command_id)
        if meant is None:
            await self._load(take_keyboard=False)
            return
        draft = mending_of(meant, await self._complaints(meant))
        draft_id = self._session.new_id()
        await self._session.write(
            save_draft,
            draft_id,
            kind=draft.kind,
            staff_id=self._session.person.id,
            subject=draft.subject,
            fields=draft.fields,
            now=self._session.now(),
            amends=meant.amends,
        )
        self._open(meant, draft_id)

    async def _complaints(self, meant: Amendment) -> frozenset[UUID]:
        """Return the complaints that are here, where something is to be said on one of them."""
        if meant.kind not in SAID:
            return frozenset()
        known = await self._session.read(complaints_of, UUID(meant.subject), now=self._session.now())
        return frozenset(one.complaint_id for one in known)

    def _open(self, meant: Amendment, draft_id: UUID) -> None:
        if meant.kind in FEATURES:
            self._navigator.open_features(UUID(meant.subject))
        elif meant.kind in COMPLAINTS:
            self._navigator.open_complaint(UUID(meant.subject))
        elif meant.kind == TakePayment.KIND:
            self._navigator.open_payment(UUID(meant.subject), draft_id)
        else:
            self._navigator.open_till()

    def _may_amend(self) -> bool:
        return self._session.person.may(OUTBOX_AMEND)
