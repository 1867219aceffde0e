"""The till as its clerk sees it. The expected cash is never told before the blind count, nor what it follows from."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select

from ccbs_desk.domain.money import Money, zero
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.till import Note, count_total
from ccbs_desk.models.money import LedgerRow, Payment, TillSession
from ccbs_desk.models.reference import Centre, Staff, Till
from ccbs_desk.models.undo import is_provisional
from ccbs_desk.services.bus import policy_at, policy_version_on
from ccbs_desk.services.close_till import Count, counts_of
from ccbs_desk.services.payment_terms import CASH
from ccbs_desk.services.take_payment import payment_id_of
from ccbs_desk.services.tills import cash_in_drawer, till_facts


@dataclass(frozen=True, slots=True)
class MethodCount:
    """How many payments came by a method. `sums` is empty for cash while the session is open: the count is blind."""

    method: str
    payments: int
    sums: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class OpenSession:
    """The open session of a till."""

    session_id: UUID
    holder_id: UUID
    holder: Bilingual
    since: datetime
    float_notes: tuple[Note, ...]
    receipts: int
    methods: tuple[MethodCount, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class ClosedSession:
    """A session that was counted. `counts` tells expected, counted and the difference, by currency."""

    session_id: UUID
    holder_id: UUID
    holder: Bilingual
    opened_at: datetime
    closed_at: datetime
    receipts: int
    methods: tuple[MethodCount, ...]
    counts: tuple[Count, ...]
    counted_notes: tuple[Note, ...]
    approved_by: Bilingual | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class TillView:
    """A till: its open session, if any, and the one that was closed last."""

    till_id: UUID
    code: str
    centre: Bilingual
    letter: str
    session: OpenSession | None
    last_closed: ClosedSession | None


def till_view(connection: Connection, till_id: UUID) -> TillView | None:
    """Return the till, or None when there is no such till here."""
    till = connection.execute(
        select(Till.code, Till.letter, Centre.name_ar, Centre.name_en)
        .outerjoin(Centre, Centre.id == Till.centre_id)
        .where(Till.id == till_id)
    ).one_or_none()
    if till is None:
        return None
    last = connection.execute(
        select(TillSession.id)
        .where(TillSession.till_id == till_id, TillSession.closed_at.is_not(None))
        .order_by(TillSession.closed_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    return TillView(
        till_id=till_id,
        code=till.code,
        centre=Bilingual(till.name_ar or "", till.name_en or ""),
        letter=till.letter,
        session=_open_session(connection, till_id),
        last_closed=closed_session(connection, last) if last else None,
    )


def _open_session(connection: Connection, till_id: UUID) -> OpenSession | None:
    facts = till_facts(connection, till_id)
    if facts is None or facts.session_id is None or facts.holder_id is None or facts.opened_at is None:
        return None
    notes = connection.execute(select(TillSession.float_notes).where(TillSession.id == facts.session_id)).scalar_one()
    methods = _methods(connection, facts.session_id)
    return OpenSession(
        session_id=facts.session_id,
        holder_id=facts.holder_id,
        holder=_person(connection, facts.holder_id),
        since=facts.opened_at,
        float_notes=_notes(notes),
        receipts=sum(method.payments for method in methods),
        methods=tuple(MethodCount(m.method, m.payments, () if m.method == CASH else m.sums) for m in methods),
        provisional=is_provisional(connection, TillSession.__tablename__, facts.session_id),
    )


def closed_session(connection: Connection, session_id: UUID) -> ClosedSession | None:
    """Return a closed session; None while it is open, or when it is not here."""
    row = connection.execute(
        select(
            TillSession.staff_id,
            TillSession.opened_at,
            TillSession.closed_at,
            TillSession.counted_notes,
            TillSession.differences,
            TillSession.approved_by,
        ).where(TillSession.id == session_id)
    ).one_or_none()
    if row is None or row.closed_at is None:
        return None
    methods = _methods(connection, session_id)
    notes = _notes(row.counted_notes)
    return ClosedSession(
        session_id=session_id,
        holder_id=row.staff_id,
        holder=_person(connection, row.staff_id),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        receipts=sum(method.payments for method in methods),
        methods=methods,
        counts=_counts(notes, msgspec.convert(row.differences, tuple[Money, ...])),
        counted_notes=notes,
        approved_by=_person(connection, row.approved_by) if row.approved_by else None,
        provisional=is_provisional(connection, TillSession.__tablename__, session_id),
    )


def count_to_approve(connection: Connection, session_id: UUID, counted: tuple[Note, ...]) -> tuple[Count, ...]:
    """Return what a count of the open session comes to. For the eyes of whoever approves it, never for its clerk's."""
    return counts_of(cash_in_drawer(connection, session_id), count_total(counted))


def notes_to_count(connection: Connection, *, today: date) -> tuple[Money, ...]:
    """Return the notes that a till counts today, family by family, largest first."""
    policy = policy_at(connection, policy_version_on(connection, today))
    return tuple(note for currency in policy.currencies() for note in policy.notes(currency))


def _methods(connection: Connection, session_id: UUID) -> tuple[MethodCount, ...]:
    """Return what came by which method, from the payments that have a leg in this session."""
    acts = connection.execute(select(LedgerRow.command_id).where(LedgerRow.session_id == session_id).distinct())
    rows = connection.execute(
        select(Payment.method, Payment.currency, func.count(), func.sum(Payment.amount_minor))
        .where(Payment.id.in_([payment_id_of(command_id) for command_id in acts.scalars()]))
        .group_by(Payment.method, Payment.currency)
        .order_by(Payment.method, Payment.currency)
    )
    found: dict[str, tuple[int, tuple[Money, ...]]] = {}
    for method, currency, count, minor in rows:
        payments, sums = found.get(method, (0, ()))
        found[method] = payments + count, (*sums, Money(int(minor), currency))
    return tuple(MethodCount(method, payments, sums) for method, (payments, sums) in found.items())


def _counts(notes: tuple[Note, ...], differences: tuple[Money, ...]) -> tuple[Count, ...]:
    """Return the count as it was made: what was expected follows from what was found and the difference."""
    found = count_total(notes)
    counts = []
    for difference in differences:
        counted = found.get(difference.currency, zero(difference.currency))
        counts.append(Count(counted - difference, counted, difference))
    return tuple(counts)


def _person(connection: Connection, staff_id: UUID) -> Bilingual:
    row = connection.execute(select(Staff.name_ar, Staff.name_en).where(Staff.id == staff_id)).one_or_none()
    return Bilingual(row.name_ar, row.name_en) if row else Bilingual("", "")


def _notes(kept: object) -> tuple[Note, ...]:
    return msgspec.convert(kept, tuple[Note, ...])
