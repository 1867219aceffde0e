"""What was counted out of a drawer is what went into it: a closed session holds nothing, and is of the till it says.

While acts of the till are still on their way, or wait for a person, a drawer may look wrong: that is pending.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, and_, func, or_, select

from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.models.central import ParkedCommand
from ccbs_desk.models.money import LedgerRow, TillJournal, TillSession
from server_stub.check.findings import Check, Finding, stream


class _TillPart(msgspec.Struct):
    till_id: UUID


class _Stamps(msgspec.Struct):
    occurred_at: datetime
    till: _TillPart | None = None


class _Parked(msgspec.Struct):
    stamps: _Stamps


def closed_sessions_hold_nothing(connection: Connection) -> Iterator[Finding]:
    """In each currency, what a closed session took in and what was counted out of it come to nothing."""
    left = func.sum(LedgerRow.amount_minor)
    statement = (
        select(TillSession.id, TillSession.till_id, TillSession.closed_at, LedgerRow.currency, left.label("left"))
        .join(LedgerRow, LedgerRow.session_id == TillSession.id)
        .where(TillSession.closed_at.is_not(None), LedgerRow.ledger_account == CASH_TILL)
        .group_by(TillSession.id, TillSession.till_id, TillSession.closed_at, LedgerRow.currency)
        .having(left != 0)
    )
    for row in stream(connection, statement):
        subject = f"session {row.id}: {row.left} {row.currency} left in the drawer"
        awaited = _awaits_acts(connection, row.till_id, row.closed_at)
        yield Finding("a closed session does not come to nothing", subject, pending=awaited)


def sessions_are_of_their_till(connection: Connection) -> Iterator[Finding]:
    """Each session that the ledger names is there, and of the till that the ledger names with it."""
    statement = (
        select(LedgerRow.session_id, LedgerRow.till_id, TillSession.till_id.label("its_till"))
        .outerjoin(TillSession, TillSession.id == LedgerRow.session_id)
        .where(LedgerRow.session_id.is_not(None))
        .where(or_(TillSession.id.is_(None), TillSession.till_id.is_distinct_from(LedgerRow.till_id)))
        .distinct()
    )
    for row in stream(connection, statement):
        subject = f"session {row.session_id}, till {row.till_id}"
        if row.its_till is not None:
            yield Finding("a session is of another till than the ledger says", subject)
        else:
            awaited = row.till_id is not None and _awaits_acts(connection, row.till_id, None)
            yield Finding("the ledger names a session that is not there", subject, pending=awaited)


def _awaits_acts(connection: Connection, till_id: UUID, until: datetime | None) -> bool:
    """Tell whether acts of a till up to a moment have not come yet, or are parked."""
    upto = TillJournal.occurred_at <= until if until is not None else and_(True)
    rows = select(TillJournal.letter, func.count(), func.max(TillJournal.seq)).where(TillJournal.till_id == till_id)
    written = connection.execute(rows.where(upto).group_by(TillJournal.letter))
    if any(count < highest for _, count, highest in written):
        return True
    return any(_is_of(raw, till_id, until) for raw in connection.execute(select(ParkedCommand.raw)).scalars())


def _is_of(raw: bytes, till_id: UUID, until: datetime | None) -> bool:
    try:
        stamps = msgspec.json.decode(raw, type=_Parked).stamps
    except (msgspec.DecodeError, ValueError):
        return False
    if stamps.till is None or stamps.till.till_id != till_id:
        return False
    return until is None or stamps.occurred_at <= until


CHECKS: tuple[Check, ...] = (closed_sessions_hold_nothing, sessions_are_of_their_till)
