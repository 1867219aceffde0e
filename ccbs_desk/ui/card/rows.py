"""What the card lists: lines, payments, complaints, notices, events and the lines of the ledger, as they are shown."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ccbs_desk.config.language import Code, Text, message
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.money import Money
from ccbs_desk.services.card_facts import ComplaintView, Event, LedgerLine, LineView, PaymentView
from ccbs_desk.services.notices import BecameCredit, NoticeView
from ccbs_desk.ui.card import text
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.values import Absent, Joined, Name, Named, Phone, figure, filled, method


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line: its number, whether it is on, where it ends, what is on it, why it is cut."""

    number: object
    former: tuple[Text, ...]
    power: Text
    tone: Tone
    place: object
    features: object
    bars: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment in the table."""

    payment_id: UUID
    receipt_id: UUID | None
    at: datetime
    method: Text
    number: object
    amount: Money
    state: Text
    tone: Tone


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A title, a text and how it weighs: a complaint or a notice."""

    title: Text
    text: object
    tone: Tone


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of the history."""

    at: datetime
    on: date
    what: object
    call_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of what the balance is made of."""

    key: UUID
    on: date
    what: Text
    number: object
    amount: Money
    running: Money
    state: Text
    tone: Tone


def ledger_row(line: LedgerLine) -> LedgerRow:
    """Return a line of the balance as it is shown."""
    what = text.LEDGER.get(line.what, text.LEDGER["other"])
    number = Code(line.number) if line.number else ""
    state, tone = (text.WAITS, Tone.INFO) if line.provisional else (text.RECORDED, Tone.OK)
    return LedgerRow(line.command_id, line.on, what, number, line.amount, line.running, state, tone)


def payment_row(payment: PaymentView) -> PaymentRow:
    """Return a payment as the table shows it."""
    state, tone = text.PAYMENT_STATES.get(payment.state, text.PAYMENT_OTHER), Tone.OK
    if payment.provisional:
        state, tone = text.WAITS, Tone.INFO
    elif payment.state in ("bounced", "reversed"):
        tone = Tone.BAD
    elif state is not text.RECORDED and payment.state != "cleared":
        tone = Tone.WARN
    number = Code(payment.number) if payment.number else Absent()
    return PaymentRow(
        payment.payment_id,
        payment.receipt_id,
        payment.occurred_at,
        method(payment.method),
        number,
        payment.amount,
        state,
        tone,
    )


def power_of(line: LineView) -> tuple[Text, Tone]:
    """Return whether a line is on, and the tone of it."""
    if line.state == "cancelled":
        return text.CANCELLED, Tone.NEUTRAL
    if line.state == "stopped":
        return text.STOPPED, Tone.WARN
    if line.power == "on":
        return text.ON, Tone.OK
    if line.power == "off":
        return text.OFF, Tone.BAD
    incoming = {bar.direction for bar in line.bars} == {"incoming"}
    return (text.INCOMING_CUT if incoming else text.OUTGOING_CUT), Tone.BAD


def address_of(line: LineView) -> object:
    """Return where a line ends."""
    address = line.address
    if address is None:
        return Named(line.exchange)
    quarter = address.quarter if address.quarter != address.town else ""
    building = Code(address.building) if address.building else ""
    return Name(Joined((address.town, quarter, address.street, building), "، "))


def line_shown(line: LineView) -> LineShown:
    """Return a line as the card shows it."""
    power, tone = power_of(line)
    place = Joined((Named(line.exchange), address_of(line), "" if line.listed else text.UNLISTED))
    features = Joined(tuple(Named(feature.name) for feature in line.features)) if line.features else text.FEATURES_NONE
    former = tuple(filled(text.FORMERLY, number=Phone(one.e164), day=one.until) for one in line.former)
    bars = tuple(
        filled(
            text.BAR,
            direction=text.DIRECTIONS.get(bar.direction, text.DIRECTIONS["both"]),
            reason=text.BAR_REASONS.get(bar.reason, text.BAR_OTHER),
            day=damascus_date(bar.since),
        )
        for bar in line.bars
    )
    return LineShown(Phone(line.e164), former, power, tone, place, features, bars)


def complaint_shown(complaint: ComplaintView) -> NoteShown:
    """Return an open complaint as the card shows it."""
    category = text.COMPLAINT_CATEGORIES.get(complaint.category, text.COMPLAINT_OTHER)
    state = text.COMPLAINT_STATES.get(complaint.state, text.COMPLAINT_STATE_OTHER)
    opened = filled(text.OPENED, day=damascus_date(complaint.opened_at))
    return NoteShown(
        message("{what}, {state}", what=category, state=state), Joined((opened, complaint.text)), Tone.WARN
    )


def notice_shown(notice: NoticeView) -> NoteShown:
    """Return a notice as the card shows it."""
    about = notice.about
    if isinstance(about, BecameCredit):
        title = filled(text.NOTICE_CREDIT, amount=about.became_credit, number=Code(about.receipt_number))
        return NoteShown(title, text.NOTICE_CREDIT_TEXT, Tone.INFO)
    words = words_of(about)
    return NoteShown(words.title, words.todo, Tone.WARN)


def event_row(event: Event) -> EventRow:
    """Return a line of the history."""
    what = text.EVENTS.get(event.kind, text.EVENT_OTHER)
    amount = figure(event.amount) if event.amount else ""
    said = Joined((filled(what, detail=_detail(event)), amount, *_of_call(event)))
    return EventRow(event.at, damascus_date(event.at), said, event.call.call_id if event.call else None)


def _of_call(event: Event) -> tuple[object, ...]:
    """Return what a call came to, in the order of what the next agent needs first."""
    call = event.call
    if call is None:
        return ()
    return (
        Named(call.result) if call.result is not None else "",
        Name(call.notes) if call.notes else "",
        Named(call.by) if call.by is not None else "",
        Phone(call.number),
    )


def _detail(event: Event) -> object:
    if event.name is not None:
        return Name(Named(event.name))
    match event.kind:
        case "complaint_opened" | "complaint_resolved":
            return text.COMPLAINT_CATEGORIES.get(event.detail, text.COMPLAINT_OTHER)
        case "barred" | "unbarred":
            return text.BAR_REASONS.get(event.detail, text.BAR_OTHER)
        case _:
            return Name(event.detail)
