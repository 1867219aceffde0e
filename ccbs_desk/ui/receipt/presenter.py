"""What the receipts do: they list, show one as it was printed, and print numbered copies of it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import LOCAL_TIME, Code, Language, Text, current_language
from ccbs_desk.domain.commands import CopyReceipt
from ccbs_desk.domain.permissions import RECEIPT_COPY
from ccbs_desk.printing.receipt_model import ReceiptPaper, paper_of
from ccbs_desk.services.call_links import call_moments
from ccbs_desk.services.notices import notices_of_account
from ccbs_desk.services.receipts import ReceiptRow, ReceiptView, receipt, receipts_at_till, receipts_of_account
from ccbs_desk.services.session import Session
from ccbs_desk.ui.asking import PrintReceipt
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.receipt import text
from ccbs_desk.ui.receipt.shown import Line, Shown, line, shown
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.values import filled

TILL, ACCOUNT = "till", "account"
FRESH = timedelta(minutes=2)
"""so long after a payment what goes back is still to be handed over"""
Draw = Callable[[ReceiptPaper, Language], Awaitable[object]]


class ReceiptViewer(Protocol):
    """The screen as the presenter sees it."""

    def show_list(self, lines: Sequence[Line], chosen: UUID | None, scope: str) -> None:
        """Show the receipts of a scope, the open one marked."""

    def show_receipt(self, receipt: Shown, *, may_copy: bool) -> None:
        """Show the facts of one receipt."""

    def show_paper(self, picture: object | None) -> None:
        """Show the receipt as it was printed; None while it is being drawn."""

    def show_nothing(self, title: Text, todo: Text) -> None:
        """Say that no receipt is open."""

    def show_busy(self, busy: bool) -> None:
        """A copy is being made, or not."""

    def take_keyboard(self) -> None:
        """Put the keyboard on the list."""


class ReceiptPresenter:
    """Decides which receipts are shown and what is printed."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        tasks: Tasks,
        view: ReceiptViewer,
        printer: PrintReceipt,
        draw: Draw,
    ) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._printer, self._draw = printer, draw
        self._open: ReceiptView | None = None
        self._fresh: UUID | None = None
        self._drawn: tuple[ReceiptPaper, Language] | None = None
        self._account_id: UUID | None = None
        self._scope = TILL
        self._busy = False

    def activate(self, receipt_id: UUID | None = None, account_id: UUID | None = None) -> None:
        """Show a receipt, or the one that was open, else the newest, and take the keyboard.

        With a subscriber and no receipt it is one of the subscriber's, if there is any.
        """
        self._account_id = account_id or self._account_id
        self._fresh = receipt_id
        self._tasks.start(self._activate(receipt_id, account_id), latest="receipt")

    def redraw(self) -> None:
        """Draw the paper, unless it stands there as it is, in the language of the moment."""
        if self._open is not None:
            paper = paper_of(self._open.printed, 0), current_language()
            if paper != self._drawn:
                self._drawn = paper
                self._tasks.start(self._show_paper(*paper), latest="paper")

    def choose(self, receipt_id: UUID) -> None:
        """Show another one of the list."""
        if self._open is None or receipt_id != self._open.row.receipt_id:
            self._tasks.start(self._show(receipt_id), latest="receipt")

    def scope(self, scope: str) -> None:
        """List the receipts of the till or of the subscriber."""
        self._scope = scope
        self._tasks.start(self._list(), latest="list")

    def copy(self) -> None:
        """Print the open receipt once more."""
        if self._open is not None and self._may_copy() and not self._busy:
            self._busy = True
            self._view.show_busy(True)
            self._tasks.start(self._copy(self._open))

    def card(self) -> None:
        """Go to the card of the receipt's subscriber."""
        if self._open is not None:
            self._navigator.open_card(self._open.row.account_id)

    def back(self) -> None:
        """Go back to where the person came from."""
        self._navigator.back()

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed: a receipt that the centre has recorded now, a notice, another receipt in the list."""
        if self._open is not None and (accounts is None or self._open.row.account_id in accounts):
            self._tasks.follow(self._show(self._open.row.receipt_id), latest="receipt")
        self._tasks.start(self._list(), latest="list")

    def close(self) -> None:
        """Forget the open receipt: nothing is drawn any more."""
        self._open = None

    async def _activate(self, receipt_id: UUID | None, account_id: UUID | None) -> None:
        if receipt_id is not None:
            await self._show(receipt_id)
        elif account_id is not None and not await self._turn_to(account_id):
            self._open, self._scope = None, ACCOUNT
            await self._list()
            self._view.take_keyboard()
            return
        elif self._open is not None:
            await self._show(self._open.row.receipt_id)
        rows = await self._rows()
        wanted = self._open.row.receipt_id if self._open else None
        if wanted not in {row.receipt_id for row in rows} and (wanted is not None or not rows):
            self._scope = ACCOUNT if self._scope == TILL else TILL
            rows = await self._rows()
        if self._open is None and rows:
            await self._show(rows[0].receipt_id)
        await self._list()
        self._view.take_keyboard()

    async def _turn_to(self, account_id: UUID) -> bool:
        """Show the newest receipt of a subscriber unless one of his is open; return whether there is any."""
        if self._open is None or self._open.row.account_id != account_id:
            rows = await self._session.read(receipts_of_account, account_id)
            if not rows:
                return False
            await self._show(rows[0].receipt_id)
        return True

    async def _show_paper(self, paper: ReceiptPaper, language: Language) -> None:
        self._view.show_paper(None)
        self._view.show_paper(await self._draw(paper, language))

    async def _show(self, receipt_id: UUID) -> None:
        found = await self._session.read(receipt, receipt_id)
        if found is None:
            self._view.show_nothing(text.NOBODY, text.NOBODY_TODO)
            return
        notices = await self._session.read(notices_of_account, found.row.account_id)
        self._open, self._account_id = found, found.row.account_id
        fresh = receipt_id == self._fresh and self._session.now() - found.row.occurred_at < FRESH
        call = (await self._session.read(call_moments, [receipt_id])).get(receipt_id)
        self._view.show_receipt(shown(found, notices, fresh=fresh, call=call), may_copy=self._may_copy())
        self.redraw()

    async def _list(self) -> None:
        rows = await self._rows()
        chosen = self._open.row.receipt_id if self._open else None
        self._view.show_list(tuple(map(line, rows)), chosen, self._scope)
        if self._open is not None:
            return
        if self._scope == ACCOUNT and self._account_id is not None and not rows:
            self._view.show_nothing(text.NO_RECEIPTS, text.NO_RECEIPTS_TODO)
        else:
            self._view.show_nothing(text.NOBODY, text.NOBODY_TODO)

    async def _rows(self) -> tuple[ReceiptRow, ...]:
        till_id = self._session.place.till_id
        if self._scope == TILL and till_id is not None:
            morning = datetime.combine(self._session.today, time(), LOCAL_TIME)
            return await self._session.read(receipts_at_till, till_id, since=morning)
        account_id = self._account_id or (self._open.row.account_id if self._open else None)
        return await self._session.read(receipts_of_account, account_id) if account_id else ()

    async def _copy(self, view: ReceiptView) -> None:
        """The copy is counted first, durably; then it is printed."""
        try:
            done = await self._session.act(
                CopyReceipt(receipt_id=view.row.receipt_id, account_id=view.row.account_id),
                command_id=self._session.new_id(),
            )
            number = done.result
            assert isinstance(number, int)
            await self._show(view.row.receipt_id)
            await self._printer(view.printed, number)
        finally:
            self._busy = False
            self._view.show_busy(False)
        said = filled(text.COPIED, n=number, number=Code(view.row.number))
        self._navigator.say(said, Tone.OK)

    def _may_copy(self) -> bool:
        return self._session.person.may(RECEIPT_COPY)
