"""The short history of a card by time, newest first: bills, payments, complaints, orders, calls and bars.

Nothing here writes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, union

from ccbs_desk.domain.clock import DAMASCUS
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.calls import Call, CallLink, CallWrapUp, WrapUpCode
from ccbs_desk.models.care import ComplaintCategory, ServiceOrder
from ccbs_desk.models.reference import Feature, Staff
from ccbs_desk.models.subscribers import Complaint
from ccbs_desk.services.card_facts import BillView, CallBrief, Event, PaymentView
from ccbs_desk.services.card_lines import BarRow
from ccbs_desk.services.complaint_facts import CANCELLED
from ccbs_desk.services.features import COMPLETED

SHOWN_EVENTS = 30
OUTBOUND = "outbound"
LOST = ("abandoned", "overflowed", "failed")
"""How calls end that nobody answered."""

_COMPLAINTS = (
    select(
        Complaint.id,
        Complaint.line_id,
        Complaint.category,
        Complaint.state,
        Complaint.opened_at,
        Complaint.resolved_at,
        Complaint.text,
        ComplaintCategory.name_ar,
        ComplaintCategory.name_en,
    )
    .outerjoin(ComplaintCategory, ComplaintCategory.code == Complaint.category)
    .where(Complaint.account_id == bindparam("account"))
    .order_by(Complaint.opened_at, Complaint.id)
)
_ORDERS = (
    select(
        ServiceOrder.kind,
        ServiceOrder.state,
        ServiceOrder.ordered_at,
        ServiceOrder.closed_at,
        ServiceOrder.charge_minor,
        ServiceOrder.currency,
        Feature.code,
        Feature.name_ar,
        Feature.name_en,
    )
    .outerjoin(Feature, Feature.id == ServiceOrder.feature_id)
    .where(ServiceOrder.account_id == bindparam("account"))
    .order_by(ServiceOrder.ordered_at)
)
# Not one question with an "or": each half has its own index.
_CALL = select(Call.id, Call.arrived_at, Call.outcome, Call.direction, Call.caller_e164, Call.dialled, Call.staff_id)
_BOTH = union(
    _CALL.where(Call.account_id == bindparam("account")),
    _CALL.where(Call.id.in_(select(CallLink.call_id).where(CallLink.account_id == bindparam("account")))),
).subquery()
_LAST = select(_BOTH).order_by(_BOTH.c.arrived_at.desc()).limit(SHOWN_EVENTS).subquery()
_CALLS = (
    select(
        _LAST.c.id,
        _LAST.c.arrived_at,
        _LAST.c.outcome,
        _LAST.c.direction,
        _LAST.c.caller_e164,
        _LAST.c.dialled,
        CallWrapUp.code,
        CallWrapUp.notes,
        WrapUpCode.name_ar,
        WrapUpCode.name_en,
        Staff.name_ar.label("by_ar"),
        Staff.name_en.label("by_en"),
    )
    .outerjoin(CallWrapUp, CallWrapUp.call_id == _LAST.c.id)
    .outerjoin(WrapUpCode, WrapUpCode.code == CallWrapUp.code)
    .outerjoin(Staff, Staff.id == func.coalesce(CallWrapUp.staff_id, _LAST.c.staff_id, type_=CallWrapUp.staff_id.type))
    .order_by(_LAST.c.arrived_at, CallWrapUp.at, CallWrapUp.id)
)


class ComplaintRow(NamedTuple):
    """A complaint as a card needs it; its category's names are empty when the catalogue does not know it."""

    id: UUID
    line_id: UUID | None
    category: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    text: str
    name_ar: str | None
    name_en: str | None


def complaints_of(connection: Connection, account_id: UUID) -> tuple[ComplaintRow, ...]:
    """Return all complaints of an account, the oldest first."""
    return tuple(map(ComplaintRow._make, connection.execute(_COMPLAINTS, {"account": account_id})))


def timeline_of(
    connection: Connection,
    account_id: UUID,
    bills: Iterable[BillView],
    payments: Iterable[PaymentView],
    complaints: Sequence[ComplaintRow],
    bars: Sequence[BarRow],
) -> tuple[Event, ...]:
    """Return the account's last events, newest first."""
    events = [
        *(Event(_morning(bill.issued_on), "bill", bill.number, bill.amount) for bill in bills if not bill.void),
        *(Event(payment.occurred_at, "payment", payment.number, payment.amount) for payment in payments),
        *_complained(complaints),
        *_orders(connection, account_id),
        *_calls(connection, account_id),
        *_barred(bars),
    ]
    return tuple(sorted(events, key=lambda event: event.at, reverse=True)[:SHOWN_EVENTS])


def _morning(day: date) -> datetime:
    """Return the first moment of a business date."""
    return datetime.combine(day, time(), DAMASCUS).astimezone(UTC)


def _complained(complaints: Sequence[ComplaintRow]) -> Iterator[Event]:
    for row in complaints:
        if row.state == CANCELLED:
            continue
        name = _named(row.name_ar, row.name_en)
        yield Event(row.opened_at, "complaint_opened", row.category, name=name)
        if row.resolved_at is not None:
            yield Event(row.resolved_at, "complaint_resolved", row.category, name=name)


def _orders(connection: Connection, account_id: UUID) -> Iterator[Event]:
    rows = connection.execute(_ORDERS, {"account": account_id})
    for kind, state, ordered_at, closed_at, minor, currency, code, ar, en in rows:
        name = _named(ar, en)
        yield Event(ordered_at, kind, code or "", name=name)
        if closed_at is not None:
            charge = Money(minor, currency) if minor else None
            yield Event(closed_at, "order_done" if state == COMPLETED else "order_failed", code or "", charge, name)


def _calls(connection: Connection, account_id: UUID) -> Iterator[Event]:
    """Yield the last calls that came from the account or were about it, as far as this store has them.

    Of one that several agents had, it is the last one's word that counts.
    """
    rows = {row.id: row for row in connection.execute(_CALLS, {"account": account_id})}
    for row in rows.values():
        number = row.dialled if row.direction == OUTBOUND else row.caller_e164 and f"+{row.caller_e164}"
        by, result = _named(row.by_ar, row.by_en), _named(row.name_ar or row.code, row.name_en or row.code)
        brief = CallBrief(row.id, number, by, result, row.notes or "")
        yield Event(row.arrived_at, "call_lost" if row.outcome in LOST else "call", row.outcome, call=brief)


def _named(ar: str | None, en: str | None) -> Bilingual | None:
    return None if ar is None or en is None else Bilingual(ar, en)


def _barred(bars: Sequence[BarRow]) -> Iterator[Event]:
    for bar in bars:
        yield Event(bar.since, "barred", bar.reason)
        if bar.until is not None:
            yield Event(bar.until, "unbarred", bar.reason)
