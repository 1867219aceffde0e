"""The short history of a card: bills, payments, complaints and bars by time, newest first. Nothing here writes."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.domain.clock import DAMASCUS
from ccbs_desk.models.subscribers import Complaint, LineBar
from ccbs_desk.services.card_facts import BillView, Event, PaymentView

SHOWN_EVENTS = 30


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
        *_bars(connection, line_ids),
    ]
    return tuple(sorted(events, key=lambda event: event.at, reverse=True)[:SHOWN_EVENTS])


def _morning(day: date) -> datetime:
    """Return the first moment of a business date."""
    return datetime.combine(day, time(), DAMASCUS).astimezone(UTC)


def _complaints(connection: Connection, account_id: UUID) -> Iterator[Event]:
    rows = connection.execute(
        select(Complaint.category, Complaint.opened_at, Complaint.resolved_at)
        .where(Complaint.account_id == account_id)
        .order_by(Complaint.opened_at)
    )
    for category, opened_at, resolved_at in rows:
        yield Event(opened_at, "complaint_opened", category)
        if resolved_at is not None:
            yield Event(resolved_at, "complaint_resolved", category)


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
