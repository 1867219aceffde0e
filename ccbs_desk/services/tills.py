"""Tills and their sessions, read for handlers and views; nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, func, select

from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.domain.money import Money
from ccbs_desk.models.money import LedgerRow, TillSession
from ccbs_desk.models.reference import Centre, Staff, Till

_TILL = (
    select(
        Till.id,
        Till.code,
        Till.area_id,
        Till.centre_id,
        func.coalesce(Centre.name_ar, ""),
        func.coalesce(Centre.name_en, ""),
        TillSession.id,
        TillSession.staff_id,
        func.coalesce(Staff.name_ar, ""),
        func.coalesce(Staff.name_en, ""),
        TillSession.opened_at,
    )
    .outerjoin(Centre, Centre.id == Till.centre_id)
    .outerjoin(TillSession, and_(TillSession.till_id == Till.id, TillSession.closed_at.is_(None)))
    .outerjoin(Staff, Staff.id == TillSession.staff_id)
    .where(Till.id == bindparam("till"))
)
_SESSION = (
    select(TillSession.till_id, TillSession.staff_id, func.coalesce(Staff.name_ar, ""), TillSession.closed_at)
    .outerjoin(Staff, Staff.id == TillSession.staff_id)
    .where(TillSession.id == bindparam("session"))
)


@dataclass(frozen=True, slots=True)
class TillFacts:
    """A till, its centre and its open session, if any. `holder_name` is the clerk's, in Arabic."""

    id: UUID
    code: str
    area_id: int
    centre_id: UUID
    centre_ar: str
    centre_en: str
    session_id: UUID | None
    holder_id: UUID | None
    holder_name: str
    holder_name_en: str
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One session: on which till, whose, and whether it is closed. `holder_name` is the clerk's, in Arabic."""

    till_id: UUID
    holder_id: UUID
    holder_name: str
    closed_at: datetime | None


def till_facts(connection: Connection, till_id: UUID) -> TillFacts | None:
    """Return the till, or None when there is no such till here."""
    found = [TillFacts(*row) for row in connection.execute(_TILL, {"till": till_id})]
    # Two desks may each have opened a session, out of each other's sight: then the later one counts.
    return max(found, key=lambda facts: facts.opened_at.timestamp() if facts.opened_at else 0.0, default=None)


def session_facts(connection: Connection, session_id: UUID) -> SessionFacts | None:
    """Return the session, or None when it is not here."""
    row = connection.execute(_SESSION, {"session": session_id}).one_or_none()
    return SessionFacts(*row) if row else None


def cash_in_drawer(connection: Connection, session_id: UUID) -> dict[str, Money]:
    """Return what the drawer should hold, by currency: float, plus what came in, minus what went out."""
    rows = connection.execute(
        select(LedgerRow.currency, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.session_id == session_id, LedgerRow.ledger_account == CASH_TILL)
        .group_by(LedgerRow.currency)
    )
    return {currency: Money(int(minor), currency) for currency, minor in rows}
