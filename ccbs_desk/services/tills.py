"""Tills and their sessions, read for handlers and views; nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.domain.money import Money
from ccbs_desk.models.money import LedgerRow, TillSession
from ccbs_desk.models.reference import Staff, Till


@dataclass(frozen=True, slots=True)
class TillFacts:
    """A till and its open session, if any. `clerk` is the holder's name as printed in Arabic."""

    id: UUID
    code: str
    area_id: int
    centre_id: UUID
    session_id: UUID | None
    holder_id: UUID | None
    holder_name: str
    opened_at: datetime | None


def till_facts(connection: Connection, till_id: UUID) -> TillFacts | None:
    """Return the till, or None when there is no such till here."""
    till = connection.execute(
        select(Till.id, Till.code, Till.area_id, Till.centre_id).where(Till.id == till_id)
    ).one_or_none()
    if till is None:
        return None
    session = connection.execute(
        select(TillSession.id, TillSession.staff_id, TillSession.opened_at, Staff.name_ar)
        .outerjoin(Staff, Staff.id == TillSession.staff_id)
        .where(TillSession.till_id == till_id, TillSession.closed_at.is_(None))
        .order_by(TillSession.opened_at.desc())
        .limit(1)
    ).one_or_none()
    if session is None:
        return TillFacts(till.id, till.code, till.area_id, till.centre_id, None, None, "", None)
    return TillFacts(
        till.id,
        till.code,
        till.area_id,
        till.centre_id,
        session.id,
        session.staff_id,
        session.name_ar or "",
        session.opened_at,
    )


def cash_in_drawer(connection: Connection, session_id: UUID) -> dict[str, Money]:
    """Return what the drawer should hold, by currency: float, plus what came in, minus what went out."""
    rows = connection.execute(
        select(LedgerRow.currency, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.session_id == session_id, LedgerRow.ledger_account == CASH_TILL)
        .group_by(LedgerRow.currency)
    )
    return {currency: Money(int(minor), currency) for currency, minor in rows}
