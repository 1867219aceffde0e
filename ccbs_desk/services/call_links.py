"""The links between a call and what was done in its tab. The bus writes them, so that no handler has to."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select

from ccbs_desk.models.calls import Call, CallLink
from ccbs_desk.services.work import Work

TO_ACCOUNT, TO_LINE = "account", "line"
PRINCIPAL = frozenset({"payment", "receipt", "complaint", "complaint_note", "service_order"})
"""The tables of which a row that an act in a call's tab made or changed is linked to the call."""

_LINKED = select(CallLink.id).where(CallLink.call_id == bindparam("call"), CallLink.target_id == bindparam("target"))


def link_call(work: Work) -> None:
    """Link what the act made or changed to the call in whose tab it was done, if there was one."""
    call_id = work.stamps.call_id
    if call_id is None:
        return
    facts = {(fact.table, fact.id): fact.row for fact in work.facts if fact.table in PRINCIPAL and fact.row}
    for (table, target_id), row in facts.items():
        # A table's name is more than a text; on the wire it is one.
        link(work, call_id, str(table), target_id, area_id=row["area_id"], account_id=row["account_id"])


def link(work: Work, call_id: UUID, kind: str, target_id: UUID, *, area_id: int, account_id: UUID) -> None:
    """Link a call to one row, an account or a line."""
    work.insert(
        CallLink,
        f"{kind}:{target_id}",
        area_id=area_id,
        account_id=account_id,
        call_id=call_id,
        command_id=work.command_id,
        kind=kind,
        target_id=target_id,
        staff_id=work.stamps.staff_id,
        at=work.stamps.occurred_at,
    )


def call_moments(connection: Connection, targets: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when the call was in which each of these was made, for those that one was: its arrival, where known."""
    rows = (
        select(CallLink.target_id, func.coalesce(Call.arrived_at, CallLink.at, type_=Call.arrived_at.type))
        .outerjoin(Call, Call.id == CallLink.call_id)
        .where(CallLink.target_id.in_(targets))
        .order_by(CallLink.at.desc())
    )
    return {row.target_id: row[1] for row in connection.execute(rows)}


def linked(connection: Connection, call_id: UUID, target_id: UUID) -> bool:
    """Tell whether a call is linked to something already."""
    return connection.execute(_LINKED, {"call": call_id, "target": target_id}).first() is not None
