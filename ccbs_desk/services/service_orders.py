"""Read the orders of an account: what was ordered, how it stands and who holds it. Nothing here writes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.reference import Feature, Staff
from ccbs_desk.services.features import ACKNOWLEDGED, IN_PROGRESS, REMOVE
from ccbs_desk.services.unsent import unsent_on

Holder = Literal["desk", "centre", "exchange", "nobody"]
"""Who has to act next: this desk as long as the act is not sent, the centre, the exchange, or nobody any more."""
SHOWN_ORDERS = 20


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order for a feature. `charge` is what was posted when the exchange had done it, else what was quoted.

    `since` is when whoever holds it got it, as far as that is known: the moment of the order, or of its end.
    """

    order_id: UUID
    line_id: UUID
    feature: Bilingual
    removal: bool
    state: str
    holder: Holder
    since: datetime
    ordered_at: datetime
    effective_on: date
    by: Bilingual
    charge: Money
    charged: bool
    failure: str


def orders_of(connection: Connection, account_id: UUID, *, limit: int = SHOWN_ORDERS) -> tuple[OrderView, ...]:
    """Return the account's orders, the last one first."""
    here_only = {act.command_id for act in unsent_on(connection, f"account:{account_id}")}
    rows = connection.execute(
        select(
            ServiceOrder.__table__,
            Feature.name_ar,
            Feature.name_en,
            Staff.name_ar.label("by_ar"),
            Staff.name_en.label("by_en"),
        )
        .join(Feature, Feature.id == ServiceOrder.feature_id)
        .outerjoin(Staff, Staff.id == ServiceOrder.staff_id)
        .where(ServiceOrder.account_id == account_id)
        .order_by(ServiceOrder.ordered_at.desc(), ServiceOrder.id)
        .limit(limit)
    )
    return tuple(
        OrderView(
            order_id=row.id,
            line_id=row.line_id,
            feature=Bilingual(row.name_ar, row.name_en),
            removal=row.kind == REMOVE,
            state=row.state,
            holder=_holder(row.state, unsent=row.command_id in here_only),
            since=row.closed_at or row.ordered_at,
            ordered_at=row.ordered_at,
            effective_on=row.effective_on,
            by=Bilingual(row.by_ar or "", row.by_en or ""),
            charge=Money(row.quoted_minor if row.charge_minor is None else row.charge_minor, row.currency),
            charged=row.charge_minor is not None,
            failure=row.failure or "",
        )
        for row in rows
    )


def _holder(state: str, *, unsent: bool) -> Holder:
    if unsent:
        return "desk"
    return {ACKNOWLEDGED: "centre", IN_PROGRESS: "exchange"}.get(state, "nobody")  # type: ignore[return-value]
