"""What the payment shows of a preview: rows, texts and tones, still without a widget."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from ccbs_desk.config.language import Code, Month, Text, TimeOfDay, nmessage
from ccbs_desk.domain.allocation import NO_CYCLE
from ccbs_desk.domain.card_errors import CardSlipAmiss
from ccbs_desk.domain.errors import (
    AmountNotPositive,
    AmountOverLimit,
    AmountUnreadable,
    CurrencyNotTaken,
    OverrideNeedsReason,
    Reason,
    TenderedTooLittle,
)
from ccbs_desk.domain.money import SYO, Money
from ccbs_desk.domain.receipts import Expected, Outlook, OutlookCode
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.drafts import DraftView
from ccbs_desk.services.payment_preview import Preview, PreviewBill, PreviewMonth
from ccbs_desk.services.payment_terms import CashTerms
from ccbs_desk.services.till_views import TillView
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.payment import text
from ccbs_desk.ui.payment.form import AMOUNT, REASON, TENDERED, TENDERED_OLD, PaymentForm
from ccbs_desk.ui.values import Absent, Joined, Named, Phone, figure, month_of

INDENT = "\u2003\u2003"
SHOWN_EXPECTED = 3


@dataclass(frozen=True, slots=True)
class Who:
    """Whose payment it is."""

    name: str
    number: object
    account: object
    label: Text
    owes: Money
    tone: Tone | None


@dataclass(frozen=True, slots=True)
class BillLine:
    """A row of the table: a bill, or one month under it."""

    bill_id: UUID
    part_id: UUID | None
    choice: object
    what: object
    due: object
    owed: object
    pays: object
    remains: object
    note: Text
    note_tone: Tone

    @property
    def tone(self) -> Tone | None:
        """Months are softer than their bill."""
        return None if self.part_id is None else Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Shown:
    """The payment as it would be. What can't be told of what was typed is absent, never what it was before.

    `rest` is what is taken to be handed over; nobody typed it unless `rest_typed`.
    """

    lines: tuple[BillLine, ...]
    amount: Money
    rest: Money | None
    rest_typed: bool
    collect: object
    rounding: Text
    change_label: Text
    change: object
    change_tone: Tone | None
    credit: Text
    after: Text
    needs_reason: bool
    outlook: Text
    outlook_text: object
    outlook_tone: Tone
    by_card: bool = False


def who(card: Card) -> Who:
    """Return whose payment it is."""
    owed = card.owes.balance
    label: Text = text.OWES_NOTHING
    tone = Tone.OK
    if owed.minor > 0:
        label, tone = text.OWES, Tone.BAD if card.owes.overdue.minor > 0 else Tone.WARN
    elif owed.minor < 0:
        label = text.IN_CREDIT
    if card.provisional:
        label = filled(text.NOT_RECORDED, what=label)
    number = Phone(card.lines[0].e164) if card.lines else ""
    return Who(card.name, number, filled(text.ACCOUNT, number=Code(card.account_number)), label, abs(owed), tone)


def shown(seen: Preview, form: PaymentForm) -> Shown:
    """Return what the form shows of its preview."""
    known = _unknown(seen, form) if seen.terms is None else _known(seen, seen.terms, form)
    if form.unreadable():
        return known
    change = form.change(seen)
    return replace(
        known,
        rest=form.rest(seen),
        change_label=text.STILL_MISSING if change.minor < 0 else text.CHANGE,
        change=abs(change) if seen.terms is not None else Absent(),
        change_tone=Tone.BAD if change.minor < 0 else Tone.INFO if change.minor else None,
    )


def _unknown(seen: Preview, form: PaymentForm) -> Shown:
    """Return what is left to show where there is no amount that can be taken: what is owed."""
    return Shown(
        lines=tuple(line for bill in seen.bills for line in _lines(bill, form)),
        amount=seen.amount,
        rest=None,
        rest_typed=not form.exact,
        collect=Absent(),
        rounding="",
        change_label=text.CHANGE,
        change=Absent(),
        change_tone=None,
        credit="",
        after="",
        needs_reason=False,
        outlook="",
        outlook_text="",
        outlook_tone=Tone.NEUTRAL,
        by_card=form.by_card,
    )


def _known(seen: Preview, terms: CashTerms, form: PaymentForm) -> Shown:
    """Return the payment without what is handed over."""
    rounding, credit = terms.rounding, seen.split.credit
    headline, tone = _headline(seen.outlook)
    return replace(
        _unknown(seen, form),
        collect=terms.collect,
        rounding=filled(text.ROUNDING, amount=seen.amount, difference=rounding) if rounding.minor else "",
        credit=filled(text.CREDIT, amount=credit) if credit.minor > 0 else "",
        after=_after(seen.balance_after),
        needs_reason=seen.departs_from_rule,
        outlook=headline,
        outlook_text=_outlook_text(seen.outlook),
        outlook_tone=tone,
    )


def field_of(reason: Reason, amount: Money | None) -> str:
    """Return the field that a reason belongs to; empty for one that belongs to none."""
    match reason:
        case OverrideNeedsReason():
            return REASON
        case TenderedTooLittle():
            return TENDERED
        case CurrencyNotTaken(currency):
            return TENDERED_OLD if currency == SYO else AMOUNT
        case AmountNotPositive(bad) if amount is not None and bad != amount:
            return TENDERED_OLD if bad.currency == SYO else TENDERED
        case CardSlipAmiss(part):
            return part
        case AmountNotPositive() | AmountOverLimit() | AmountUnreadable():
            return AMOUNT
        case _:
            return ""


def note_of(kept: DraftView | None) -> Text:
    """Say where what stands in the form comes from; nothing of a form that is new."""
    if kept is None:
        return ""
    return text.AMENDS if kept.amends else filled(text.RESTORED, time=TimeOfDay(kept.updated_at))


def till_told(till: TillView | None, person_id: UUID, *, by_card: bool = False) -> tuple[Text, Text, Text | None]:
    """Say what keeps the person from taking money at this till, with what leads on; empty when nothing does."""
    if till is None:
        return text.NO_TILL, text.NO_TILL_TODO, None
    if by_card:
        # The till gives the number of the receipt; nothing goes into its drawer.
        return "", "", None
    if till.session is None:
        return filled(text.CLOSED, till=Code(till.code)), text.CLOSED_TODO, text.OPEN_TILL
    if till.session.holder_id != person_id:
        title = filled(text.OTHER_CLERK, till=Code(till.code), clerk=Named(till.session.holder))
        return title, text.OTHER_CLERK_TODO, text.TO_TILL
    return "", "", None


def filled(template: Text, **values: object) -> Text:
    """Return a message with its values."""
    return template if isinstance(template, str) else replace(template, values=tuple(values.items()))


def _lines(bill: PreviewBill, form: PaymentForm) -> Iterator[BillLine]:
    note, tone = _note(bill)
    yield BillLine(
        bill_id=bill.bill_id,
        part_id=None,
        choice=form.chosen.index(bill.bill_id) + 1 if bill.bill_id in form.chosen else "",
        what=Code(bill.number) if bill.number else text.OPENING,
        due=bill.due_on,
        owed=figure(bill.owed),
        pays=_pays(bill.share),
        remains=figure(bill.remaining_after),
        note=note,
        note_tone=tone,
    )
    for month in bill.months if bill.number else ():
        yield _month_line(bill, month)


def _month_line(bill: PreviewBill, month: PreviewMonth) -> BillLine:
    return BillLine(
        bill_id=bill.bill_id,
        part_id=month.part_id,
        choice="",
        what=Joined((INDENT, Month(month_of(month.month))), ""),
        due="",
        owed=figure(month.owed),
        pays=_pays(month.share),
        remains=figure(month.remaining_after),
        note=text.DISPUTED if month.disputed else "",
        note_tone=Tone.INFO,
    )


def _pays(share: Money) -> object:
    return figure(share) if share.minor else Absent()


def _note(bill: PreviewBill) -> tuple[Text, Tone]:
    """Return what must be known of a bill, the worst first."""
    if bill.half_paid_after:
        return text.HALF_CYCLE, Tone.BAD
    if bill.incomplete:
        return text.INCOMPLETE, Tone.WARN
    if bill.remaining_after.minor <= 0:
        return text.IN_FULL, Tone.OK
    return (text.OVERDUE, Tone.WARN) if bill.overdue else ("", Tone.NEUTRAL)


def _after(balance: Money) -> Text:
    if balance.minor > 0:
        return filled(text.BALANCE_AFTER, amount=balance)
    return filled(text.CREDIT_AFTER, amount=-balance) if balance.minor < 0 else text.SETTLED_AFTER


def _headline(outlook: Outlook | None) -> tuple[Text, Tone]:
    """Say whether the line stays on; `until` is the first day that is not safe any more."""
    if outlook is None:
        return "", Tone.NEUTRAL
    if outlook.reason == OutlookCode.RECONNECTING:
        return text.RECONNECTS, Tone.INFO
    if outlook.stays_on and outlook.until is not None:
        tone = Tone.WARN if outlook.reason == OutlookCode.HALF_CYCLE else Tone.OK
        return filled(text.STAYS_UNTIL, day=outlook.until - timedelta(days=1)), tone
    if outlook.stays_on:
        return text.STAYS, Tone.OK
    cut = outlook.reason in (OutlookCode.DEBT, OutlookCode.OTHER_BAR)
    return text.STAYS_CUT if cut else text.MAY_BE_CUT, Tone.BAD


def _outlook_text(outlook: Outlook | None) -> object:
    if outlook is None:
        return ""
    why = text.OUTLOOKS.get(outlook.reason, "")
    if not outlook.expected:
        return why
    items = [_expected(item) for item in outlook.expected[:SHOWN_EXPECTED]]
    left = len(outlook.expected) - len(items)
    more = (nmessage("and {n} more month", "and {n} more months", left),) if left else ()
    return Joined((why, filled(text.EXPECTED, items=Joined((*items, *more)))), "\n")


def _expected(item: Expected) -> Text:
    if item.month == NO_CYCLE:
        return filled(text.EXPECTED_OPENING, amount=item.amount)
    month = Month(month_of(item.month))
    if item.amount is None:
        return filled(text.EXPECTED_LATER, month=month)
    return filled(text.EXPECTED_PART, month=month, amount=item.amount)
