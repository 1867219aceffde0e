"""The short history of a card by time, newest first: bills, payments, complaints, orders, calls and bars.

Nothing here writes.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import Connection, select, union

from ccbs_desk.domain.clock import DAMASCUS
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.calls import Call, CallLink
from ccbs_desk.models.care import ComplaintCategory, ServiceOrder
from ccbs_desk.models.reference import Feature
from ccbs_desk.models.subscribers import Complaint, LineBar
from ccbs_desk.services.card_facts import BillView, Event, PaymentView
from ccbs_desk.services.complaint_facts import CANCELLED
from ccbs_desk.services.features import COMPLETED

SHOWN_EVENTS = 30
LOST = ("abandoned", "overflowed", "failed")
"""How calls end that nobody answered."""


def timeline_of(
    connection: Connection,
    account_id: UUID,
    line_ids: Collection[UUID],
    bills: Iterable[BillView],
    payments: Iterable[PaymentView],
) -> tuple[Event, ...]:
    """Return the account's last events, newest first."""
    events = [
        *(Event(_morning(bill.issued_on), "bill", bill.number, bill.amount) for bill in bills if not bill.void),
        *(Event(payment.occurred_at, "payment", payment.number, payment.amount) for payment in payments),
        *_complaints(connection, account_id),
        *_orders(connection, account_id),
        *_calls(connection, account_id),
        *_bars(connection, line_ids),
    ]
    return tuple(sorted(events, key=lambda event: event.at, reverse=True)[:SHOWN_EVENTS])


def _morning(day: date) -> datetime:
    """Return the first moment of a business date."""
    return datetime.combine(day, time(), DAMASCUS).astimezone(UTC)


def _complaints(connection: Connection, account_id: UUID) -> Iterator[Event]:
    rows = connection.execute(
        select(
            Complaint.category,
            Complaint.opened_at,
            Complaint.resolved_at,
            ComplaintCategory.name_ar,
            ComplaintCategory.name_en,
        )
        .outerjoin(ComplaintCategory, ComplaintCategory.code == Complaint.category)
        .where(Complaint.account_id == account_id, Complaint.state != CANCELLED)
        .order_by(Complaint.opened_at)
    )
    for category, opened_at, resolved_at, ar, en in rows:
        name = _named(ar, en)
        yield Event(opened_at, "complaint_opened", category, name=name)
        if resolved_at is not None:
            yield Event(resolved_at, "complaint_resolved", category, name=name)


def _orders(connection: Connection, account_id: UUID) -> Iterator[Event]:
    rows = connection.execute(
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
        .where(ServiceOrder.account_id == account_id)
        .order_by(ServiceOrder.ordered_at)
    )
    for kind, state, ordered_at, closed_at, minor, currency, code, ar, en in rows:
        name = _named(ar, en)
        yield Event(ordered_at, kind, code or "", name=name)
        if closed_at is not None:
            charge = Money(minor, currency) if minor else None
            yield Event(closed_at, "order_done" if state == COMPLETED else "order_failed", code or "", charge, name)


def _calls(connection: Connection, account_id: UUID) -> Iterator[Event]:
    """Yield the last calls that came from the account or were about it, as far as this store has them."""
    # Not one question with an "or": each half has its own index.
    told = select(Call.id, Call.arrived_at, Call.outcome)
    about = select(CallLink.call_id).where(CallLink.account_id == account_id)
    both = union(told.where(Call.account_id == account_id), told.where(Call.id.in_(about))).subquery()
    rows = connection.execute(
        select(both.c.arrived_at, both.c.outcome).order_by(both.c.arrived_at.desc()).limit(SHOWN_EVENTS)
    )
    for arrived_at, outcome in rows:
        yield Event(arrived_at, "call_lost" if outcome in LOST else "call", outcome)


def _named(ar: str | None, en: str | None) -> Bilingual | None:
    return None if ar is None or en is None else Bilingual(ar, en)


def _bars(connection: Connection, line_ids: Collection[UUID]) -> Iterator[Event]:
    rows = connection.execute(
        select(LineBar.reason, LineBar.since, LineBar.until)
        .where(LineBar.line_id.in_(line_ids))
        .order_by(LineBar.since)
    )
    for reason, since, until in rows:
        yield Event(since, "barred", reason)
        if until is not None:
            yield Event(until, "unbarred", reason)
