"""What the payment does: it shows what each change comes to, and takes the money once, however often one presses."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.errors import ClockOff, OverrideNeedsReason, Reason, Refused, TenderedTooLittle, Unavailable
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.permissions import PAYMENT_CLOCK_OFF, PAYMENT_TAKE, PAYMENT_TAKE_CARD
from ccbs_desk.services.desk_bus import Submitted
from ccbs_desk.services.payment_preview import Preview
from ccbs_desk.services.payment_terms import CARD, CASH
from ccbs_desk.services.receipts import receipt_by_number
from ccbs_desk.services.session import Session
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.services.till_views import till_view
from ccbs_desk.ui.asking import ApprovalAsk, Approve, PrintReceipt
from ccbs_desk.ui.bringing import card_of
from ccbs_desk.ui.drafting import Keeper
from ccbs_desk.ui.payment import text
from ccbs_desk.ui.payment.form import AMOUNT, PaymentForm, form_of
from ccbs_desk.ui.payment.reading import read_in_part, read_whole
from ccbs_desk.ui.payment.shown import Shown, Who, field_of, filled, note_of, shown, till_told, who
from ccbs_desk.ui.refusals import sentence_of, words_of
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.values import Name


class PaymentView(Protocol):
    """The screen as the presenter sees it."""

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Say that there is nobody to take a payment from."""

    def show_form(self, who: Who, typed: Mapping[str, str]) -> None:
        """Show whose payment it is, with what was typed before; the rest of the fields is empty."""

    def show_method(self, *, by_card: bool, may_choose: bool) -> None:
        """Show the fields of a method, and the way to the other one where the person may take both."""

    def show_amount(self, amount: Money) -> None:
        """Put what is due into the amount."""

    def show_preview(self, payment: Shown) -> None:
        """Show what the payment would come to."""

    def show_errors(self, errors: Mapping[str, Text]) -> None:
        """Say under each field what is wrong with it; no error takes all back."""

    def show_problem(self, title: Text, todo: Text = "") -> None:
        """Say what stands against it, where no field can; an empty title takes it back."""

    def show_till(self, title: Text, todo: Text, action: Text | None) -> None:
        """Say what is wrong with the till; an empty title for nothing."""

    def show_note(self, note: Text) -> None:
        """Say where what stands in the form comes from; empty for a form that is new."""

    def show_ready(self, ready: bool) -> None:
        """Let it be confirmed, or not while it is being recorded or not shown yet."""

    def take_keyboard(self) -> None:
        """Put the keyboard on the amount, selected, so that typing replaces it."""

    def go_to_error(self) -> None:
        """Put the keyboard where the first error is."""


class PaymentPresenter:
    """Decides what the payment shows and does."""

    def __init__(
        self,
        session: Session,
        navigator: Navigator,
        tasks: Tasks,
        view: PaymentView,
        approve: Approve,
        printer: PrintReceipt,
    ) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._printer, self._approve = printer, approve
        self._keeper = Keeper(session, tasks, TakePayment.KIND)
        self._form: PaymentForm | None = None
        self._name = ""
        self._seen: Preview | None = None
        self._busy = False

    @property
    def account_id(self) -> UUID | None:
        """Whose payment is being typed."""
        return self._form.account_id if self._form else None

    def activate(self, account_id: UUID | None = None, draft_id: UUID | None = None) -> None:
        """Show the form of an account, or the one that was open, as it was left, and take the keyboard."""
        here = self._form is not None and (account_id is None or account_id == self._form.account_id)
        if self._busy or (here and draft_id is None):
            if not self._busy:
                # It was said of what stood against it then; the till may be open by now.
                self._view.show_problem("")
            self._tasks.start(self._look_at_till(), latest="till")
            self._tasks.start(self._preview(), latest="preview")
            self._view.take_keyboard()
            return
        self._tasks.start(self._open(account_id, draft_id), latest="open")

    def edited(self, name: str, typed: str) -> None:
        """Take what stands in a field now, and show what it comes to."""
        if self._form is not None and not self._busy:
            self._form.type(name, typed)
            self._changed()

    def change_method(self) -> None:
        """Pay by card instead of in cash, or the other way round; the rest of what is typed stays."""
        form = self._form
        if form is not None and not self._busy and _may_choose(self._session):
            form.method = CASH if form.by_card else CARD
            self._show_method(form)
            self._changed()
            self._view.take_keyboard()

    def toggle(self, bill_id: UUID) -> None:
        """Pay a bill first, or by the rule again."""
        if self._form is not None and not self._busy:
            self._form.toggle(bill_id)
            self._changed()

    def confirm(self) -> None:
        """Take the payment, once."""
        if self._form is None or self._busy:
            return
        if self._seen is None:
            self._view.go_to_error()
        else:
            self._busy = True
            self._view.show_ready(False)
            self._tasks.start(self._take(self._form, self._seen))

    def start_over(self) -> None:
        """Forget what was typed and begin with what is due."""
        if self._form is not None and not self._busy:
            self._tasks.start(self._start_over(self._form.account_id), latest="open")

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Look again at till and bills; what is typed stays."""
        if self._form is None or self._busy:
            return
        self._tasks.start(self._look_at_till(), latest="till")
        if accounts is None or self._form.account_id in accounts:
            self._tasks.start(self._preview(), latest="preview")

    def till(self) -> None:
        """Go to the till; the form stays as it is."""
        self._navigator.open_till()

    def search(self) -> None:
        """Go and look for somebody."""
        self._navigator.open_search()

    def back(self) -> None:
        """Go back to where the person came from; what was typed is kept."""
        self._navigator.back()

    def close(self) -> None:
        """Keep what is typed before the screen goes."""
        self._keeper.close()

    async def _open(self, account_id: UUID | None, draft_id: UUID | None) -> None:
        if account_id is None:
            subject = await self._keeper.last_subject()
            if subject is None:
                self._view.show_nobody(text.NOBODY, text.NOBODY_TODO)
                return
            account_id = UUID(subject)
        card = await card_of(self._session, account_id, self._view.show_nobody)
        if card is None:
            self._form = self._seen = None
            self._view.show_nobody(text.GONE, text.GONE_TODO)
            return
        kept = await self._keeper.open(str(account_id), draft_id)
        self._form = form_of(account_id, kept.fields) if kept else PaymentForm(account_id)
        if not self._session.person.may(PAYMENT_TAKE):
            self._form.method = CARD
        self._seen, self._name = None, card.name
        self._view.show_form(who(card), self._form.typed)
        self._show_method(self._form)
        self._view.show_note(note_of(kept))
        self._view.show_problem("")
        await self._look_at_till()
        await self._preview()
        self._view.take_keyboard()

    async def _start_over(self, account_id: UUID) -> None:
        await self._keeper.drop()
        self._form = None
        await self._open(account_id, None)

    def _show_method(self, form: PaymentForm) -> None:
        self._view.show_method(by_card=form.by_card, may_choose=_may_choose(self._session))
        self._tasks.start(self._look_at_till(), latest="till")

    def _changed(self) -> None:
        assert self._form is not None
        self._keeper.keep(self._form.fields())
        self._view.show_problem("")
        self._tasks.start(self._preview(), latest="preview")

    async def _preview(self) -> None:
        """Show what it comes to now; what can't be read is said at its field, and nothing stays of what was before."""
        form = self._form
        if form is None:
            return
        unreadable = form.unreadable()
        if unreadable:
            self._seen = None
            self._view.show_ready(False)
            self._view.show_preview(shown(await read_in_part(self._session, form, unreadable), form))
            self._view.show_errors({name: sentence_of(reason) for name, reason in unreadable.items()})
            return
        self._show(form, await read_whole(self._session, form))

    def _show(self, form: PaymentForm, seen: Preview) -> None:
        self._seen = seen
        if AMOUNT not in form.typed:
            self._view.show_amount(seen.amount)
        self._view.show_preview(shown(seen, form))
        self._object(_worth_saying(form, seen), seen.amount)
        self._view.show_ready(not self._busy)

    def _object(self, reasons: tuple[Reason, ...], amount: Money | None) -> None:
        """Say what stands against it, each at its field."""
        errors: dict[str, Text] = {}
        for reason in reasons:
            name = field_of(reason, amount)
            if name:
                errors.setdefault(name, sentence_of(reason))
            else:
                words = words_of(reason)
                self._view.show_problem(words.title, words.todo)
        self._view.show_errors(errors)

    async def _look_at_till(self) -> None:
        till_id = self._session.place.till_id
        till = await self._session.read(till_view, till_id) if till_id else None
        by_card = self._form is not None and self._form.by_card
        self._view.show_till(*till_told(till, self._session.person.id, by_card=by_card))

    async def _take(self, form: PaymentForm, looked_at: Preview) -> None:
        try:
            submitted = await self._decide(form, looked_at)
        except (Refused, Unavailable) as no:
            self._say(no.reason)
            return
        finally:
            self._busy = False
            self._view.show_ready(True)
        if submitted is not None:
            await self._done(submitted)

    async def _decide(self, form: PaymentForm, looked_at: Preview) -> Submitted | None:
        """Do the act as it is typed now. None when something stands against it, which is then shown."""
        seen = await read_whole(self._session, form)
        self._show(form, seen)
        same = (seen.amount, form.chosen) == (looked_at.amount, [b.bill_id for b in looked_at.bills if b.chosen])
        if same and seen.shares != looked_at.shares:
            self._view.show_problem(text.SPLIT_CHANGED)
            return None
        against = _against(form, seen)
        if seen.departs_from_rule and not form.reason:
            against = (*against, OverrideNeedsReason())
        if against:
            self._object(against, seen.amount)
            self._view.go_to_error()
            return None
        return await self._act(_command(self._session.place.till_id or UUID(int=0), form, seen))

    async def _act(self, command: TakePayment) -> Submitted | None:
        try:
            return await self._submit(command)
        except Refused as no:
            if not isinstance(no.reason, ClockOff):
                raise
            self._say(no.reason)
        act = filled(text.APPROVE_CLOCK, who=Name(self._name))
        ask = ApprovalAsk(command, self._keeper.command_id, PAYMENT_CLOCK_OFF, act, command.amount)
        approval = await self._approve(ask)
        if approval is None:
            self._view.show_problem(text.NOT_APPROVED)
            return None
        return await self._submit(command, approval)

    async def _submit(self, command: TakePayment, *approvals: Approval) -> Submitted:
        keeper = self._keeper
        return await self._session.act(command, command_id=keeper.command_id, approvals=approvals, amends=keeper.amends)

    def _say(self, reason: Reason) -> None:
        """Show a refusal at its field, or above the button; what is typed stays."""
        self._object((reason,), self._seen.amount if self._seen else None)
        self._view.go_to_error()

    async def _done(self, submitted: Submitted) -> None:
        """The money is on the disk: show the receipt, then print it. A printer that is gone costs a copy later."""
        self._keeper.renew()
        self._form = self._seen = None
        self._view.show_nobody(text.NOBODY, text.NOBODY_TODO)
        if isinstance(submitted.result, Taken):
            self._navigator.open_receipt(submitted.result.receipt_id)
            if submitted.result.printed.card is not None and self._session.call_id is not None:
                # Nobody stands here to take the paper.
                return
            await self._printer(submitted.result.printed, 0)
            return
        known = await self._session.read(receipt_by_number, submitted.receipt_number or "")
        if known is not None:
            self._navigator.open_receipt(known.row.receipt_id)


def _may_choose(session: Session) -> bool:
    """Tell whether the person may take cash and cards."""
    return session.person.may(PAYMENT_TAKE) and session.person.may(PAYMENT_TAKE_CARD)


def _against(form: PaymentForm, seen: Preview) -> tuple[Reason, ...]:
    """Return what speaks against it; where the exact rest is taken as handed over, nothing is missing."""
    return tuple(no for no in seen.refusals if not (form.exact and isinstance(no, TenderedTooLittle)))


def _worth_saying(form: PaymentForm, seen: Preview) -> tuple[Reason, ...]:
    """Return what to say before anybody confirms: who owes nothing and has typed nothing is not reproached for it."""
    return () if AMOUNT not in form.typed and seen.amount.minor == 0 else _against(form, seen)


def _command(till_id: UUID, form: PaymentForm, seen: Preview) -> TakePayment:
    return TakePayment(
        till_id=till_id,
        account_id=form.account_id,
        method=form.method,
        amount=seen.amount,
        tendered=form.tendered(seen),
        card=form.slip,
        shares=seen.shares,
        override_reason=form.reason if seen.departs_from_rule else None,
    )
