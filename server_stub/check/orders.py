"""Every order that was completed has its feature and its charge once; nothing is charged that no exchange has done."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.ids import derive
from ccbs_desk.domain.ledger import UNBILLED
from ccbs_desk.domain.money import Money
from ccbs_desk.models.care import ComplaintInterval, ComplaintNote, ServiceOrder
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.models.subscribers import Complaint, LineFeature
from ccbs_desk.services.features import ADD, COMPLETED, FAILED, OPEN_ORDERS, right_way
from server_stub.check.findings import Check, Finding, pieces, stream

_DONE = select(
    ServiceOrder.id,
    ServiceOrder.kind,
    ServiceOrder.line_id,
    ServiceOrder.feature_id,
    ServiceOrder.quoted_minor,
    ServiceOrder.charge_minor,
    ServiceOrder.currency,
).where(ServiceOrder.state == COMPLETED)
_CHARGED = (
    select(
        LedgerRow.command_id,
        func.count().label("times"),
        func.sum(LedgerRow.amount_minor).label("minor"),
        func.max(LedgerRow.currency).label("currency"),
    )
    .where(LedgerRow.ledger_account == UNBILLED)
    .group_by(LedgerRow.command_id)
)


def completed_orders_have_their_feature(connection: Connection) -> Iterator[Finding]:
    """What was ordered is on the line, dated; what was removed has an end."""
    for orders in pieces(stream(connection, _DONE.order_by(ServiceOrder.id))):
        made = {derive(order.id, "line_feature", "feature"): order for order in orders if order.kind == ADD}
        there = set(connection.execute(select(LineFeature.id).where(LineFeature.id.in_(made))).scalars())
        ended = _ended(connection, [order.line_id for order in orders if order.kind != ADD])
        for feature, order in made.items():
            if feature not in there:
                yield Finding("a completed order has no feature on its line", f"order {order.id}")
        for order in orders:
            if order.kind != ADD and (order.line_id, order.feature_id) not in ended:
                yield Finding("a feature that was removed has no end", f"order {order.id}")


def _ended(connection: Connection, lines: list[UUID]) -> set[tuple[UUID, UUID]]:
    statement = select(LineFeature.line_id, LineFeature.feature_id)
    rows = connection.execute(statement.where(LineFeature.line_id.in_(lines), LineFeature.valid_to.is_not(None)))
    return {(row.line_id, row.feature_id) for row in rows}


def completed_orders_are_charged_once(connection: Connection) -> Iterator[Finding]:
    """What the ledger has of an order is what the order says, and no more than was shown."""
    charged = {row.command_id: row for row in stream(connection, _CHARGED)}
    for order in stream(connection, _DONE):
        row = charged.get(order.id)
        times, minor = (row.times, int(row.minor)) if row is not None else (0, 0)
        if order.charge_minor is None or minor != order.charge_minor or times != bool(order.charge_minor):
            yield Finding("a completed order is not charged as it says", f"order {order.id}: {times} x {minor}")
        elif abs(order.charge_minor) > abs(order.quoted_minor):
            yield Finding("more is charged than was shown", f"order {order.id}")
        elif row is not None and row.currency != order.currency:
            yield Finding("an order is charged in another currency than was shown", f"order {order.id}")


def prices_go_the_right_way(connection: Connection) -> Iterator[Finding]:
    """No addition credits anything, no removal costs anything."""
    prices = select(
        ServiceOrder.id, ServiceOrder.kind, ServiceOrder.currency, ServiceOrder.quoted_minor, ServiceOrder.charge_minor
    )
    for order in stream(connection, prices):
        for minor in (order.quoted_minor, order.charge_minor or 0):
            if not right_way(order.kind, Money(minor, order.currency)):
                yield Finding("the price of an order has the wrong sign", f"order {order.id}: {minor}")


def nothing_is_charged_unconfirmed(connection: Connection) -> Iterator[Finding]:
    """No charge of an order that was not completed."""
    done = select(ServiceOrder.id).where(ServiceOrder.state == COMPLETED)
    statement = select(LedgerRow.command_id).where(
        LedgerRow.ledger_account == UNBILLED, LedgerRow.command_id.not_in(done)
    )
    for row in stream(connection, statement):
        yield Finding("something is charged that no exchange has done", f"act {row.command_id}")
    closed = select(ServiceOrder.id, ServiceOrder.state, ServiceOrder.closed_at, ServiceOrder.failure)
    for order in stream(connection, closed):
        if (order.closed_at is None) != (order.state in OPEN_ORDERS) or (order.failure is None) == (
            order.state == FAILED
        ):
            yield Finding("an order's end does not fit its state", f"order {order.id}: {order.state}")


def complaints_hold_together(connection: Connection) -> Iterator[Finding]:
    """Notes and clocks are of complaints that are there; an end of the clock is never before its begin."""
    for model in (ComplaintNote, ComplaintInterval):
        missing = select(model.complaint_id).where(model.complaint_id.not_in(select(Complaint.id))).distinct()
        for row in stream(connection, missing):
            yield Finding(f"a {model.__tablename__} is of no complaint", f"complaint {row.complaint_id}")
    backwards = select(ComplaintInterval.id).where(ComplaintInterval.until < ComplaintInterval.since)
    for row in stream(connection, backwards):
        yield Finding("a clock ends before it begins", f"interval {row.id}")


CHECKS: tuple[Check, ...] = (
    completed_orders_have_their_feature,
    completed_orders_are_charged_once,
    prices_go_the_right_way,
    nothing_is_charged_unconfirmed,
    complaints_hold_together,
)
