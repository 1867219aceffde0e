"""What the card does: it reads the account, follows its changes, and leads on to payment, receipt and explanation."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.permissions import PAYMENT_TAKE, PAYMENT_TAKE_CARD
from ccbs_desk.services.calls import read_call
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.session import Session
from ccbs_desk.services.subscriber_card import explain_balance, read_card
from ccbs_desk.ui.bringing import card_of
from ccbs_desk.ui.call_record import ELSEWHERE, CallRecord, record_of
from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.rows import LedgerRow, PaymentRow, ledger_row
from ccbs_desk.ui.card.shown import Shown, shown
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks

Told = Callable[[UUID], Card | None]


def nobody_told(_account_id: UUID) -> Card | None:
    """No card came from elsewhere."""
    return None


class CardView(Protocol):
    """The screen as the presenter sees it."""

    def show_card(self, card: Shown, *, may_pay: bool, anew: bool) -> None:
        """Show a card; `anew` means another subscriber than before, so that nothing of the old view is kept."""

    def show_dial(self, may: bool) -> None:
        """Offer to call the number, or not."""

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Say that there is no card to show."""

    def show_explanation(self, lines: Sequence[LedgerRow], balance: Money) -> None:
        """Show what the balance is made of."""

    def show_call(self, record: CallRecord) -> None:
        """Show what was spoken and done in a call."""

    def take_keyboard(self) -> None:
        """Put the keyboard where the work on a card begins."""


class CardPresenter:
    """Decides what the card shows and where its actions lead."""

    def __init__(
        self, session: Session, navigator: Navigator, tasks: Tasks, view: CardView, told: Told = nobody_told
    ) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._told = told
        self._account_id: UUID | None = None
        self._shown: Shown | None = None
        self._number = ""

    @property
    def account_id(self) -> UUID | None:
        """The account on the card, for whoever must know which subscriber was last."""
        return self._account_id

    def activate(self, account_id: UUID | None = None) -> None:
        """Show an account's card, or the one that was open, and take the keyboard."""
        if account_id is not None and account_id != self._account_id:
            self._account_id, self._shown = account_id, None
        if self._account_id is None:
            self._view.show_nobody(text.NOBODY, text.NOBODY_TODO)
            return
        self._tasks.start(self._load(take_keyboard=True), latest="card")

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Read the card again when it may have changed; focus, choice and scroll stay."""
        if self._account_id is not None and (accounts is None or self._account_id in accounts):
            self._tasks.follow(self._load(take_keyboard=False), latest="card")

    def pay(self) -> None:
        """Go on to the payment."""
        if self._shown is not None and self._may_pay():
            self._navigator.open_payment(self._shown.account_id)

    def receipt(self, chosen: PaymentRow | None = None) -> None:
        """Show the receipt of the chosen payment, otherwise the newest one that there is."""
        payments = self._shown.payments if self._shown else ()
        candidates = (*((chosen,) if chosen else ()), *payments)
        found = next((payment.receipt_id for payment in candidates if payment.receipt_id is not None), None)
        if found is not None:
            self._navigator.open_receipt(found)
        elif self._shown is not None:
            self._navigator.say(text.NO_RECEIPT)

    def explain(self) -> None:
        """Show what the balance is made of."""
        if self._shown is not None:
            self._tasks.start(self._explain(self._shown.account_id), latest="explain")

    def call(self, call_id: UUID | None) -> None:
        """Show a call of the history with all that was done in it; nothing for a line that is no call."""
        if call_id is not None:
            self._tasks.start(self._show_call(call_id), latest="call")

    def dial(self) -> None:
        """Call the number of the first line."""
        if self._shown is not None and self._number and self._navigator.may_dial():
            self._navigator.dial(self._number)

    def search(self) -> None:
        """Go and look for somebody."""
        self._navigator.open_search()

    def back(self) -> None:
        """Go back to where the person came from."""
        self._navigator.back()

    async def _load(self, *, take_keyboard: bool) -> None:
        account_id = self._account_id
        assert account_id is not None
        card = await self._session.read(read_card, account_id, today=self._session.today)
        if card is None:
            # A caller from another area: his card came with the call.
            card = self._told(account_id)
        if card is None and self._shown is None:
            card = await card_of(self._session, account_id, self._view.show_nobody)
        if card is None:
            self._shown = None
            self._view.show_nobody(text.GONE, text.GONE_TODO)
            return
        anew = self._shown is None
        self._shown = shown(card)
        self._number = card.lines[0].e164 if card.lines else ""
        self._view.show_card(self._shown, may_pay=self._may_pay(), anew=anew)
        self._view.show_dial(bool(self._number) and self._navigator.may_dial())
        if take_keyboard:
            self._view.take_keyboard()

    async def _explain(self, account_id: UUID) -> None:
        lines = await self._session.read(explain_balance, account_id)
        balance = lines[-1].running if lines else Money(0, self._currency())
        self._view.show_explanation(tuple(map(ledger_row, lines)), balance)

    async def _show_call(self, call_id: UUID) -> None:
        call = await self._session.read(read_call, call_id)
        if call is None:
            self._navigator.say(ELSEWHERE)
        else:
            self._view.show_call(record_of(call))

    def _currency(self) -> str:
        assert self._shown is not None
        return self._shown.balance.credit.currency

    def _may_pay(self) -> bool:
        person = self._session.person
        return person.may(PAYMENT_TAKE) or person.may(PAYMENT_TAKE_CARD)
