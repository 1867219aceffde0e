"""What is being typed in a form, kept under the id that the act will have, so that a crash loses nothing of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Draft, Outbox


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft. `subject` says what it is about (an account's id, say); `fields` is what the form keeps, as JSON."""

    command_id: UUID
    kind: str
    staff_id: UUID
    subject: str
    fields: Mapping[str, Any]
    amends: UUID | None
    updated_at: datetime


def save_draft(
    connection: Connection,
    command_id: UUID,
    *,
    kind: str,
    staff_id: UUID,
    subject: str,
    fields: Mapping[str, Any],
    now: datetime,
    amends: UUID | None = None,
) -> bool:
    """Keep what is typed so far. Returns False, and keeps nothing, when the act was done already."""
    done = connection.execute(select(Outbox.device_seq).where(Outbox.command_id == command_id)).first()
    if done is not None:
        return False
    statement = insert(table_of(Draft)).values(
        command_id=command_id,
        kind=kind,
        staff_id=staff_id,
        subject=subject,
        fields=dict(fields),
        amends=amends,
        updated_at=now,
    )
    later = {name: statement.excluded[name] for name in ("kind", "staff_id", "subject", "fields", "updated_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["command_id"], set_=later))
    return True


def drafts_of(connection: Connection, staff_id: UUID, *, kind: str | None = None) -> tuple[DraftView, ...]:
    """Return a person's drafts, the one touched last first."""
    which = Draft.staff_id == staff_id
    if kind is not None:
        which &= Draft.kind == kind
    rows = connection.execute(select(*_COLUMNS).where(which).order_by(Draft.updated_at.desc(), Draft.command_id))
    return tuple(DraftView(*row) for row in rows)


def draft(connection: Connection, command_id: UUID) -> DraftView | None:
    """Return one draft, or None."""
    row = connection.execute(select(*_COLUMNS).where(Draft.command_id == command_id)).one_or_none()
    return DraftView(*row) if row else None


def drop_draft(connection: Connection, command_id: UUID) -> bool:
    """Forget a draft, by the person's word. Returns whether there was one."""
    known = draft(connection, command_id) is not None
    connection.execute(delete(table_of(Draft)).where(table_of(Draft).c.command_id == command_id))
    return known


_COLUMNS = (
    Draft.command_id,
    Draft.kind,
    Draft.staff_id,
    Draft.subject,
    Draft.fields,
    Draft.amends,
    Draft.updated_at,
)
