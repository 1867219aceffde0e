"""What becomes of an order for a feature once it is at the centre: sent to the exchange, done, or failed.

These are no acts of people: the server's job runs them, under the feed lock, each with the order's own id. The feature
is dated and its price posted only here, when the exchange has done it, together in one transaction; what fails leaves
no charge, and word for whoever opens the account. Doing any of them again changes nothing: an order that was killed on
the way is asked about again, and the exchange gives its first answer. Source: domain.md, Orders.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.care_errors import OrderFailed
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.features import clashing_with, depending_on, missing_for
from ccbs_desk.domain.ledger import REVENUE_ADSL, REVENUE_FEATURES, UNBILLED, Posting
from ccbs_desk.domain.money import Money
from ccbs_desk.models.base import table_of
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.rows import fetch
from ccbs_desk.models.subscribers import LineFeature
from ccbs_desk.services.features import (
    ACKNOWLEDGED,
    ADD,
    ADSL,
    COMPLETED,
    FAILED,
    IN_PROGRESS,
    OPEN_ORDERS,
    FeatureFacts,
    LineFeatures,
    catalogue,
    charge_for,
    line_facts,
    line_features,
    right_way,
)
from ccbs_desk.services.work import Work

NOT_VALID = "order.not_valid"
"""Why an order fails before it is sent: it does not go together with what is on the line by now."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order that is not done yet."""

    id: UUID
    area_id: int
    account_id: UUID
    line_id: UUID
    kind: str
    feature_id: UUID
    state: str
    effective_on: date
    quoted: Money


def open_order(connection: Connection, order_id: UUID) -> Order | None:
    """Return an order that is not done yet; None for one that is, and for none at all."""
    row = fetch(connection, table_of(ServiceOrder), order_id)
    if row is None or row["state"] not in OPEN_ORDERS:
        return None
    same = {name: row[name] for name in Order.__dataclass_fields__ if name != "quoted"}
    return Order(**same, quoted=Money(row["quoted_minor"], row["currency"]))


def start_order(work: Work, order_id: UUID) -> None:
    """Note that the exchange is being asked."""
    order = open_order(work.connection, order_id)
    if order is not None and order.state == ACKNOWLEDGED:
        work.change(ServiceOrder, order.id, state=IN_PROGRESS)


def against_order(connection: Connection, order: Order) -> str | None:
    """Return why an order can't be sent to the exchange as the line is by now, in a code; None when it can."""
    line = line_facts(connection, order.line_id)
    if line is None or line.state != "active":
        return "exchange.line_gone"
    seen = line_features(connection, line, order.effective_on)
    feature = seen.catalogue.features.get(order.feature_id)
    return None if feature is not None and _fits(seen, feature, order) else NOT_VALID


def _fits(seen: LineFeatures, feature: FeatureFacts, order: Order) -> bool:
    on = frozenset(seen.catalogue.code_of(each.feature_id) for each in seen.on if each.until is None)
    rules, there = seen.catalogue.rules, seen.having(feature.id) is not None
    if order.kind == ADD:
        return not (there or missing_for(feature.code, on, rules) or clashing_with(feature.code, on, rules))
    return there and not depending_on(feature.code, on, rules)


def confirm_order(work: Work, order_id: UUID, reference: str) -> bool:
    """Date the feature and charge it, since the exchange has done it; return whether anything was left to do."""
    order = open_order(work.connection, order_id)
    line = line_facts(work.connection, order.line_id) if order else None
    if order is None or line is None:
        return False
    done_on = max(order.effective_on, damascus_date(work.stamps.occurred_at))
    seen = line_features(work.connection, line, done_on)
    counts_on = seen.counts_on(order.kind, order.feature_id, done_on)
    feature = seen.catalogue.features.get(order.feature_id)
    charge = _charge(order, feature, counts_on, work)
    if order.kind == ADD:
        _begin_feature(work, order, counts_on)
    else:
        _end_feature(work, order, seen, counts_on)
    adsl = feature is not None and feature.code.startswith(ADSL)
    revenue = Posting(REVENUE_ADSL if adsl else REVENUE_FEATURES, -charge, account_id=order.account_id)
    work.post([Posting(UNBILLED, charge, account_id=order.account_id), revenue], area_id=order.area_id)
    _close(work, order, state=COMPLETED, charge_minor=charge.minor, reference=reference)
    return True


def fail_order(work: Work, order_id: UUID, failure: str) -> bool:
    """Close an order that the exchange can't do, and leave word; return whether anything was left to do."""
    order = open_order(work.connection, order_id)
    if order is None:
        return False
    known = catalogue(work.connection)
    reason = OrderFailed(known.named(known.code_of(order.feature_id)), failure)
    _close(work, order, state=FAILED, failure=failure)
    work.notice(reason.code, reason, area_id=order.area_id, account_id=order.account_id, till_id=None)
    return True


def _charge(order: Order, feature: FeatureFacts | None, counts_on: date, work: Work) -> Money:
    """Return what is charged: what was shown, or less where the exchange was later or the price has fallen.

    Nothing where what was shown can't be a price of this order: the desk that gave it is not to be believed.
    """
    if not right_way(order.kind, order.quoted):
        return Money(0, order.quoted.currency)
    if feature is None:
        return order.quoted
    now = charge_for(order.kind, feature.monthly, order.effective_on, work.policy, done_on=counts_on)
    if now.currency != order.quoted.currency:
        return Money(0, order.quoted.currency)
    return min(now, order.quoted, key=lambda amount: abs(amount.minor))


def _begin_feature(work: Work, order: Order, since: date) -> None:
    work.insert(
        LineFeature,
        "feature",
        area_id=order.area_id,
        account_id=order.account_id,
        line_id=order.line_id,
        feature_id=order.feature_id,
        valid_from=since,
        valid_to=None,
    )


def _end_feature(work: Work, order: Order, seen: LineFeatures, last: date) -> None:
    there = seen.having(order.feature_id)
    if there is not None:
        work.change(LineFeature, there.row_id, valid_to=last)


def _close(work: Work, order: Order, **values: Any) -> None:
    work.change(ServiceOrder, order.id, closed_at=work.stamps.occurred_at, **values)
