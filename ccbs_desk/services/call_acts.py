"""What was done in calls, one act a line, with what it was about: whoever reads it did not see it done.

An act leaves several linked rows (a payment and its receipt, a complaint and its first word): they are one here.
Nothing here writes.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select

from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.calls import CallLink
from ccbs_desk.models.care import ComplaintCategory, ComplaintNote, ServiceOrder
from ccbs_desk.models.money import Payment
from ccbs_desk.models.reference import Feature, Staff
from ccbs_desk.models.subscribers import Account, Complaint, Subscriber

_ACTS = (
    select(
        CallLink.call_id,
        CallLink.command_id,
        CallLink.kind,
        CallLink.target_id,
        CallLink.account_id,
        CallLink.at,
        Staff.name_ar.label("by_ar"),
        Staff.name_en.label("by_en"),
        Payment.amount_minor,
        Payment.currency,
        ServiceOrder.kind.label("order"),
        Feature.name_ar.label("feature_ar"),
        Feature.name_en.label("feature_en"),
        ComplaintNote.kind.label("note"),
        ComplaintCategory.name_ar.label("category_ar"),
        ComplaintCategory.name_en.label("category_en"),
        Subscriber.name.label("subscriber"),
    )
    .outerjoin(Staff, Staff.id == CallLink.staff_id)
    .outerjoin(Payment, Payment.id == CallLink.target_id)
    .outerjoin(ServiceOrder, ServiceOrder.id == CallLink.target_id)
    .outerjoin(Feature, Feature.id == ServiceOrder.feature_id)
    .outerjoin(ComplaintNote, ComplaintNote.id == CallLink.target_id)
    .outerjoin(Complaint, Complaint.id == func.coalesce(ComplaintNote.complaint_id, CallLink.target_id))
    .outerjoin(ComplaintCategory, ComplaintCategory.code == Complaint.category)
    .outerjoin(Account, Account.id == CallLink.account_id)
    .outerjoin(Subscriber, Subscriber.id == Account.subscriber_id)
    .where(CallLink.call_id.in_(bindparam("calls", expanding=True)))
    .order_by(CallLink.at, CallLink.command_id, CallLink.kind, CallLink.id)
)


@dataclass(frozen=True, slots=True)
class ActView:
    """Something that was done in a call.

    `kind` is payment, complaint_ and the kind of the word that it left (complaint_opened, complaint_comment …),
    feature_add, feature_remove, attached, or other. `target_id` is what leads there: of a payment its receipt. `name`
    is that of the complaint's category, of the feature, or of the subscriber whom the call was attached to.
    """

    command_id: UUID
    kind: str
    target_id: UUID
    account_id: UUID
    at: datetime
    by: Bilingual | None
    name: Bilingual | None = None
    amount: Money | None = None


def acts_in(connection: Connection, calls: Sequence[UUID]) -> dict[UUID, tuple[ActView, ...]]:
    """Return what was done in each of these calls, in its order."""
    rows: dict[tuple[UUID, UUID], list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in connection.execute(_ACTS, {"calls": list(calls)}) if calls else ():
        rows[row.call_id, row.command_id].append(row)
    acts: dict[UUID, list[ActView]] = defaultdict(list)
    for (call_id, _), linked in rows.items():
        acts[call_id].append(_act({row.kind: row for row in linked}))
    return {call_id: tuple(done) for call_id, done in acts.items()}


def _act(rows: dict[str, Row[*tuple[Any, ...]]]) -> ActView:
    """Return the act that left these rows, by their kinds."""
    first = next(iter(rows.values()))
    if (paid := rows.get("payment")) is not None:
        leads = rows.get("receipt", paid)
        return _view("payment", leads, amount=Money(paid.amount_minor, paid.currency) if paid.currency else None)
    if (order := rows.get("service_order")) is not None:
        return _view(order.order or "other", order, _named(order.feature_ar, order.feature_en))
    if (word := rows.get("complaint_note")) is not None:
        name = _named(word.category_ar, word.category_en)
        return _view(f"complaint_{word.note or 'comment'}", rows.get("complaint", word), name)
    if "account" in rows or "line" in rows:
        return _view("attached", first, _named(first.subscriber, first.subscriber))
    return _view("other", first)


def _view(kind: str, row: Row[*tuple[Any, ...]], name: Bilingual | None = None, amount: Money | None = None) -> ActView:
    by = _named(row.by_ar, row.by_en)
    return ActView(row.command_id, kind, row.target_id, row.account_id, row.at, by, name, amount)


def _named(ar: str | None, en: str | None) -> Bilingual | None:
    return None if ar is None or en is None else Bilingual(ar, en)
