"""Read the complaints of an account: the open ones first, what was said, how each stands. Nothing here writes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, select

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.sla import ALWAYS, RUNNING, Interval, Standing, WorkingHours, standing
from ccbs_desk.models.calls import CallLink
from ccbs_desk.models.care import ComplaintCategory, ComplaintInterval, ComplaintNote
from ccbs_desk.models.reference import Staff
from ccbs_desk.models.subscribers import Complaint
from ccbs_desk.services.bus import policy_at, policy_version_on
from ccbs_desk.services.complaint_facts import CANCELLED, OPEN_STATES, OPENED

NOBODY = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category as the form offers it: its service level, and whether only working hours count."""

    code: str
    name: Bilingual
    service: timedelta
    working_hours_only: bool
    priority: int


@dataclass(frozen=True, slots=True)
class NoteView:
    """Something said on a complaint. `kind` is opened, comment, resolved or reopened; `by` is who said it."""

    note_id: UUID
    kind: str
    text: str
    by: Bilingual
    at: datetime


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """A complaint with all that explains how it stands: `clock` lists its intervals, `calls` the calls about it."""

    complaint_id: UUID
    account_id: UUID
    line_id: UUID | None
    category: str
    name: Bilingual
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    text: str
    priority: int
    notes: tuple[NoteView, ...]
    clock: tuple[Interval, ...]
    standing: Standing
    calls: tuple[UUID, ...]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN_STATES


def complaint_categories(connection: Connection) -> tuple[CategoryView, ...]:
    """Return the categories, the most urgent first."""
    rows = connection.execute(
        select(ComplaintCategory.__table__).order_by(ComplaintCategory.priority, ComplaintCategory.code)
    )
    return tuple(_category(row) for row in rows)


def complaints_of(connection: Connection, account_id: UUID, *, now: datetime) -> tuple[ComplaintView, ...]:
    """Return the account's complaints: open ones first, by urgency and age; then the others, the last one first.

    A complaint that was merged into another is told by that one.
    """
    found = _complaints(connection, (Complaint.account_id == account_id) & (Complaint.state != CANCELLED), now)
    waiting = sorted((each for each in found if each.is_open), key=lambda each: (each.priority, each.opened_at))
    done = sorted((each for each in found if not each.is_open), key=lambda each: each.opened_at, reverse=True)
    return (*waiting, *done)


def read_complaint(connection: Connection, complaint_id: UUID, *, now: datetime) -> ComplaintView | None:
    """Return one complaint, or None when this store does not hold it."""
    found = _complaints(connection, Complaint.id == complaint_id, now)
    return found[0] if found else None


def _complaints(connection: Connection, which: ColumnElement[bool], now: datetime) -> Sequence[ComplaintView]:
    rows = connection.execute(
        select(Complaint.__table__).where(which).order_by(Complaint.opened_at, Complaint.id)
    ).all()
    ids = [row.id for row in rows]
    categories = {category.code: category for category in complaint_categories(connection)}
    notes, clocks, calls = _notes(connection, ids), _clocks(connection, ids), _calls(connection, ids)
    hours = WorkingHours.of(policy_at(connection, policy_version_on(connection, damascus_date(now))))
    return [
        _view(row, categories.get(row.category), notes[row.id], clocks[row.id], calls[row.id], hours, now)
        for row in rows
    ]


def _view(
    row: Row[*tuple[Any, ...]],
    category: CategoryView | None,
    notes: Sequence[NoteView],
    clock: Sequence[Interval],
    calls: Sequence[UUID],
    hours: WorkingHours,
    now: datetime,
) -> ComplaintView:
    category = category or CategoryView(row.category, Bilingual(row.category, row.category), timedelta.max, False, 0)
    # A complaint from before clocks were kept ran from its opening to its end.
    clock = clock or [Interval(RUNNING, row.opened_at, row.resolved_at, OPENED)]
    return ComplaintView(
        complaint_id=row.id,
        account_id=row.account_id,
        line_id=row.line_id,
        category=row.category,
        name=category.name,
        state=row.state,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        text=row.text,
        priority=category.priority,
        notes=tuple(notes),
        clock=tuple(clock),
        standing=standing(clock, category.service, hours if category.working_hours_only else None, now),
        calls=tuple(calls),
    )


def _category(row: Row[*tuple[Any, ...]]) -> CategoryView:
    return CategoryView(
        code=row.code,
        name=Bilingual(row.name_ar, row.name_en),
        service=timedelta(minutes=row.service_minutes),
        working_hours_only=row.calendar != ALWAYS,
        priority=row.priority,
    )


def _notes(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, list[NoteView]]:
    rows = connection.execute(
        select(
            ComplaintNote.complaint_id,
            ComplaintNote.id,
            ComplaintNote.kind,
            ComplaintNote.text,
            ComplaintNote.at,
            Staff.name_ar,
            Staff.name_en,
        )
        .outerjoin(Staff, Staff.id == ComplaintNote.staff_id)
        .where(ComplaintNote.complaint_id.in_(ids))
        .order_by(ComplaintNote.at, ComplaintNote.id)
    )
    found: defaultdict[UUID, list[NoteView]] = defaultdict(list)
    for row in rows:
        by = Bilingual(row.name_ar or "", row.name_en or "")
        found[row.complaint_id].append(NoteView(row.id, row.kind, row.text, by, row.at))
    return found


def _clocks(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, list[Interval]]:
    rows = connection.execute(
        select(
            ComplaintInterval.complaint_id,
            ComplaintInterval.clock,
            ComplaintInterval.since,
            ComplaintInterval.until,
            ComplaintInterval.why,
        )
        .where(ComplaintInterval.complaint_id.in_(ids))
        .order_by(ComplaintInterval.since, ComplaintInterval.id)
    )
    found: defaultdict[UUID, list[Interval]] = defaultdict(list)
    for complaint_id, clock, since, until, why in rows:
        found[complaint_id].append(Interval(clock, since, until, why))
    return found


def _calls(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, list[UUID]]:
    rows = connection.execute(
        select(CallLink.target_id, CallLink.call_id)
        .where(CallLink.target_id.in_(ids), CallLink.kind == "complaint")
        .order_by(CallLink.at, CallLink.id)
    )
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for complaint_id, call_id in rows:
        if call_id not in found[complaint_id]:
            found[complaint_id].append(call_id)
    return found
