"""A bill as the card shows it: its months, what is left of it, its state and what to know about it."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from ccbs_desk.config.language import Code, Month, Text, map_digits
from ccbs_desk.domain.bills import BillState
from ccbs_desk.domain.money import Money
from ccbs_desk.services.card_facts import BillView, MonthView
from ccbs_desk.ui.card import text
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.values import Joined, figure, month_of


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill in the table. `months_told` says of each month what is open or paid."""

    bill_id: UUID
    number: object
    months: object
    months_told: object
    amount: Money
    remaining: Money
    due: date
    state: Text
    tone: Tone
    mark: Text
    mark_tone: Tone


def bill_row(bill: BillView) -> BillRow:
    """Return a bill as the table shows it."""
    state, tone = _state(bill)
    mark, mark_tone = _mark(bill)
    return BillRow(
        bill_id=bill.bill_id,
        number=Code(bill.number),
        months=Span(tuple(month_of(month.month) for month in bill.months) or (month_of(bill.cycle),)),
        months_told=Joined(tuple(map(month_words, bill.months))),
        amount=bill.amount,
        remaining=bill.remaining,
        due=bill.due_on,
        state=state,
        tone=tone,
        mark=mark,
        mark_tone=mark_tone,
    )


def month_words(month: MonthView) -> Text:
    """Say what of a month is open or paid."""
    if month.remaining.minor <= 0:
        template = text.MONTH_PAID
    else:
        template = text.MONTH_DISPUTED if month.disputed else text.MONTH_OPEN
    values = (
        ("month", Month(month_of(month.month))),
        ("remaining", figure(month.remaining)),
        ("amount", figure(month.amount)),
    )
    return replace(template, values=values)


@dataclass(frozen=True, slots=True)
class Span:
    """The months of a cycle, short: "Sep – Oct 2026", the year once where it is the same."""

    months: tuple[date, ...]

    def __str__(self) -> str:
        first, last = self.months[0], self.months[-1]
        if first == last:
            return _short(last)
        start = str(text.MONTHS_SHORT[first.month - 1]) if first.year == last.year else _short(first)
        return f"{start} – {_short(last)}"


def _short(month: date) -> str:
    return f"{text.MONTHS_SHORT[month.month - 1]} {map_digits(str(month.year))}"


def _state(bill: BillView) -> tuple[Text, Tone]:
    if bill.void:
        return text.BILL_VOID, Tone.NEUTRAL
    if bill.state == BillState.SETTLED:
        return text.BILL_SETTLED, Tone.OK
    if bill.overdue:
        return text.BILL_OVERDUE, Tone.BAD
    if bill.state == BillState.PARTIALLY_PAID:
        return text.BILL_PARTLY, Tone.WARN
    return (text.BILL_OPEN, Tone.WARN) if bill.state == BillState.SENT else (text.BILL_NOT_ISSUED, Tone.NEUTRAL)


def _mark(bill: BillView) -> tuple[Text, Tone]:
    """Return what must be known of it before anything is promised; half a cycle comes first."""
    if bill.half_paid:
        return text.HALF_PAID, Tone.BAD
    if bill.incomplete:
        return text.INCOMPLETE, Tone.WARN
    if any(month.disputed for month in bill.months):
        return text.DISPUTED_BILL, Tone.INFO
    return "", Tone.NEUTRAL
