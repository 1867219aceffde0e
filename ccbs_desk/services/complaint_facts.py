"""Complaints as the handlers need them: the one that is meant, its clock, and what is said on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, select

from ccbs_desk.domain.care_errors import TextMissing, TextTooLong
from ccbs_desk.domain.errors import Refused
from ccbs_desk.domain.notes import LONGEST, clean_note
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.sla import RUNNING
from ccbs_desk.models.care import ComplaintCategory, ComplaintInterval, ComplaintNote
from ccbs_desk.models.subscribers import Complaint
from ccbs_desk.services.work import Work

ACKNOWLEDGED, IN_PROGRESS, RESOLVED, CANCELLED = "acknowledged", "inProgress", "resolved", "cancelled"
OPEN_STATES = (ACKNOWLEDGED, "pending", "held", IN_PROGRESS)
"""The states of TMF621 in which somebody still has to act."""
DONE_STATES = (RESOLVED, "closed")
OPENED, COMMENT, RESOLUTION, REOPENED, MERGED = "opened", "comment", "resolved", "reopened", "merged"

_COLUMNS = (
    Complaint.id,
    Complaint.area_id,
    Complaint.account_id,
    Complaint.line_id,
    Complaint.category,
    Complaint.state,
    Complaint.opened_at,
    Complaint.resolved_at,
)
_COMPLAINT = select(*_COLUMNS).where(
    Complaint.id == bindparam("complaint"), Complaint.account_id == bindparam("account")
)
_MERGED_INTO = select(ComplaintNote.other_id).where(
    ComplaintNote.complaint_id == bindparam("complaint"), ComplaintNote.kind == MERGED
)
_CATEGORY = select(
    ComplaintCategory.name_ar,
    ComplaintCategory.name_en,
).where(ComplaintCategory.code == bindparam("code"))
_INTERVALS = (
    select(ComplaintInterval.id, ComplaintInterval.since, ComplaintInterval.until)
    .where(ComplaintInterval.complaint_id == bindparam("complaint"))
    .order_by(ComplaintInterval.since, ComplaintInterval.id)
)


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """A complaint as it stands."""

    id: UUID
    area_id: int
    account_id: UUID
    line_id: UUID | None
    category: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN_STATES


def complaint_facts(connection: Connection, account_id: UUID, complaint_id: UUID) -> ComplaintFacts | None:
    """Return a complaint of an account, or the one that it was merged into; None when this store has neither."""
    into = connection.execute(_MERGED_INTO, {"complaint": complaint_id}).scalars().first()
    row = connection.execute(_COMPLAINT, {"complaint": into or complaint_id, "account": account_id}).one_or_none()
    return ComplaintFacts(*row) if row else None


def category_name(connection: Connection, code: str) -> Bilingual | None:
    """Return what a category is called, or None when there is no such category."""
    row = connection.execute(_CATEGORY, {"code": code}).one_or_none()
    return Bilingual(*row) if row else None


def open_beside(
    connection: Connection, account_id: UUID, line_id: UUID | None, category: str
) -> tuple[ComplaintFacts, ...]:
    """Return the open complaints of the same kind on the same line (or on the account itself), oldest first."""
    return _same(connection, _same_kind(account_id, line_id, category).where(Complaint.state.in_(OPEN_STATES)))


def resolved_since(
    connection: Connection, account_id: UUID, line_id: UUID | None, category: str, moment: datetime
) -> ComplaintFacts | None:
    """Return the last complaint of the same kind there that was resolved at a moment or later."""
    done = _same_kind(account_id, line_id, category).where(
        Complaint.state.in_(DONE_STATES), Complaint.resolved_at >= moment
    )
    found = _same(connection, done)
    return found[-1] if found else None


def reopening_from(work: Work) -> datetime:
    """Return the moment from which a resolved complaint is reopened by one that repeats it."""
    return work.stamps.occurred_at - timedelta(days=work.policy.number("complaint.reopen_days"))


def _same_kind(account_id: UUID, line_id: UUID | None, category: str) -> Select[*tuple[Any, ...]]:
    where = Complaint.line_id.is_(None) if line_id is None else Complaint.line_id == line_id
    same = select(*_COLUMNS).where(Complaint.account_id == account_id, Complaint.category == category, where)
    return same.order_by(Complaint.opened_at, Complaint.id)


def _same(connection: Connection, statement: Select[*tuple[Any, ...]]) -> tuple[ComplaintFacts, ...]:
    return tuple(ComplaintFacts(*row) for row in connection.execute(statement).all())


def required_text(text: str) -> str:
    """Return a note that somebody had to write. Raises Refused: text.missing, text.too_long."""
    clean = clean_note(text)
    if not clean:
        raise Refused(TextMissing())
    if len(clean) > LONGEST:
        raise Refused(TextTooLong(len(clean), LONGEST))
    return clean


def say(work: Work, complaint: ComplaintFacts, kind: str, text: str) -> UUID:
    """Add a note to a complaint; return its id."""
    return work.insert(ComplaintNote, kind, **note_values(work, complaint, kind, text))


def note_values(
    work: Work, of: ComplaintFacts, kind: str, text: str, other_id: UUID | None = None
) -> dict[str, object]:
    """Return the columns of a note."""
    return {
        "area_id": of.area_id,
        "account_id": of.account_id,
        "complaint_id": of.id,
        "kind": kind,
        "text": text,
        "other_id": other_id,
        "staff_id": work.stamps.staff_id,
        "at": work.stamps.occurred_at,
    }


def start_clock(work: Work, complaint: ComplaintFacts, why: str) -> None:
    """Let the clock run from now on."""
    _add_interval(work, why, complaint, work.stamps.occurred_at, None, why)


def stop_clock(work: Work, complaint: ComplaintFacts) -> None:
    """Stop the clock, and write down when it ran where nobody did so before."""
    keep_clock(work, complaint)
    for row in work.connection.execute(_INTERVALS, {"complaint": complaint.id}).all():
        if row.until is None:
            work.change(ComplaintInterval, row.id, until=max(row.since, work.stamps.occurred_at))


def keep_clock(work: Work, complaint: ComplaintFacts) -> None:
    """Write down the clock of a complaint that was brought in without one: it ran from its opening to its end."""
    if work.connection.execute(_INTERVALS, {"complaint": complaint.id}).first() is None:
        _add_interval(work, "brought_in", complaint, complaint.opened_at, complaint.resolved_at, OPENED)


def _add_interval(
    work: Work, key: str, complaint: ComplaintFacts, since: datetime, until: datetime | None, why: str
) -> None:
    work.insert(
        ComplaintInterval,
        key,
        area_id=complaint.area_id,
        account_id=complaint.account_id,
        complaint_id=complaint.id,
        clock=RUNNING,
        since=since,
        until=until,
        why=why,
    )
