"""Acts of this desk that the server has not recorded yet, as the views need them. Nothing here writes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.money import Money
from ccbs_desk.models.desk import Outbox

UNSENT = ("pending", "parked", "frozen")
"""States of the outbox in which the server has not recorded the act: its rows are this desk's word alone."""


@dataclass(frozen=True, slots=True)
class UnsentAct:
    """An act that is only here, and what it moved, if it moved money."""

    command_id: UUID
    amount: Money | None


def unsent_on(connection: Connection, order_key: str) -> tuple[UnsentAct, ...]:
    """Return the unsent acts that name an order key (`account:<id>`, `session:<till>`), oldest first."""
    keys = func.json_each(Outbox.order_keys).table_valued("value")
    rows = connection.execute(
        select(Outbox.command_id, Outbox.amount_minor, Outbox.currency)
        .where(Outbox.state.in_(UNSENT), select(keys.c.value).where(keys.c.value == order_key).exists())
        .order_by(Outbox.device_seq)
    )
    return tuple(UnsentAct(row.command_id, _money(row.amount_minor, row.currency)) for row in rows)


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)


def unsent_ids(connection: Connection) -> frozenset[UUID]:
    """Return the ids of all unsent acts."""
    return frozenset(connection.execute(select(Outbox.command_id).where(Outbox.state.in_(UNSENT))).scalars())
