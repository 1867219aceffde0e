"""What the card shows of the facts that were read: texts, values and tones, still without a widget."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from ccbs_desk.config.language import Code, Text, nmessage
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import OutlookCode
from ccbs_desk.services.card_facts import Card, LineView
from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.bills import BillRow, bill_row
from ccbs_desk.ui.card.rows import (
    EventRow,
    LineShown,
    NoteShown,
    PaymentRow,
    address_of,
    complaint_shown,
    event_row,
    line_shown,
    notice_shown,
    payment_row,
    power_of,
)
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.values import Joined, Phone, filled

EVENTS_SHOWN = 30
PAYMENTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Head:
    """Who it is, and whether the line is on."""

    name: str
    organisation: bool
    about: object
    number: object
    account: object
    place: object
    power: Text
    power_tone: Tone


@dataclass(frozen=True, slots=True)
class Balance:
    """What is owed, since when, and until when the line stays on."""

    owes_label: Text
    owes: Money
    owes_tone: Tone | None
    overdue: Money
    overdue_tone: Tone | None
    oldest: object
    credit: Money
    disputed: object
    line_label: Text
    line: object
    line_tone: Tone
    why: Text


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole card. `waiting` says what the centre has not recorded yet, None when it has recorded all."""

    account_id: UUID
    head: Head
    balance: Balance
    waiting: Text | None
    bills: tuple[BillRow, ...]
    payments: tuple[PaymentRow, ...]
    lines: tuple[LineShown, ...]
    complaints: tuple[NoteShown, ...]
    notices: tuple[NoteShown, ...]
    events: tuple[EventRow, ...]


def shown(card: Card) -> Shown:
    """Return what the card shows."""
    return Shown(
        account_id=card.account_id,
        head=_head(card),
        balance=_balance(card),
        waiting=_waiting(card),
        bills=tuple(map(bill_row, card.bills)),
        payments=tuple(map(payment_row, card.payments[:PAYMENTS_SHOWN])),
        lines=tuple(map(line_shown, card.lines)),
        complaints=tuple(map(complaint_shown, card.complaints)),
        notices=tuple(map(notice_shown, card.notices)),
        events=tuple(map(event_row, card.timeline[:EVENTS_SHOWN])),
    )


def _head(card: Card) -> Head:
    power, tone = _power_of_all(card)
    organisation = card.kind == "organisation"
    about = (
        text.ORGANISATION if organisation else text.PERSON,
        text.CLASSES.get(card.customer_class, text.OTHER_CLASS),
        card.title if card.title != card.category else "",
        card.category,
    )
    first = card.lines[0] if card.lines else None
    return Head(
        name=card.name,
        organisation=organisation,
        about=Joined(about),
        number=_numbers(card.lines),
        account=filled(text.ACCOUNT, number=Code(card.account_number)),
        place=address_of(first) if first else "",
        power=power,
        power_tone=tone,
    )


def _numbers(lines: tuple[LineView, ...]) -> object:
    if not lines:
        return text.NO_LINE
    first = Phone(lines[0].e164)
    return first if len(lines) == 1 else filled(text.MORE_LINES, number=first)


def _power_of_all(card: Card) -> tuple[Text, Tone]:
    if not card.lines:
        return text.NO_LINE, Tone.NEUTRAL
    told = [power_of(line) for line in card.lines]
    if len(set(told)) == 1:
        return told[0]
    return (text.ON, Tone.OK) if card.power == "on" else (text.PARTLY, Tone.WARN)


def _balance(card: Card) -> Balance:
    owes, zero = card.owes, Money(0, card.owes.balance.currency)
    label, tone = text.OWES_NOTHING, Tone.OK
    if owes.balance > zero:
        label, tone = text.OWES, Tone.BAD if owes.overdue > zero else Tone.WARN
    elif owes.balance < zero:
        label = text.IN_CREDIT
    late = owes.overdue > zero
    line_label, line, line_tone = _line_stays(card)
    return Balance(
        owes_label=label,
        owes=abs(owes.balance),
        owes_tone=tone,
        overdue=owes.overdue,
        overdue_tone=Tone.BAD if late else None,
        oldest=filled(text.OLDEST_DUE, day=owes.oldest_due) if owes.oldest_due else "",
        credit=owes.credit,
        disputed=filled(text.DISPUTED_SUM, amount=owes.disputed) if owes.disputed > zero else "",
        line_label=line_label,
        line=line,
        line_tone=line_tone,
        why=text.OUTLOOKS.get(card.outlook.reason, ""),
    )


def _line_stays(card: Card) -> tuple[Text, object, Tone]:
    """Return label, value and tone of the line's outlook; `until` is the first day that is not safe any more."""
    outlook = card.outlook
    if outlook.reason == OutlookCode.RECONNECTING:
        return text.STAYS_ON, text.RECONNECTS, Tone.INFO
    if outlook.stays_on and outlook.until is not None:
        return text.STAYS_ON_UNTIL, outlook.until - timedelta(days=1), Tone.OK
    if outlook.stays_on:
        return text.STAYS_ON, text.STAYS, Tone.OK
    cut = any(line.bars for line in card.lines)
    return text.STAYS_ON, text.STAYS_CUT if cut else text.MAY_BE_CUT, Tone.BAD


def _waiting(card: Card) -> Text | None:
    if not card.provisional:
        return None
    taken = card.waiting.taken
    if taken.minor == 0:
        return nmessage("{n} act waits for the centre", "{n} acts wait for the centre", card.waiting.acts)
    return nmessage(
        "{n} act waits for the centre: {taken} taken",
        "{n} acts wait for the centre: {taken} taken",
        card.waiting.acts,
        taken=taken,
    )
