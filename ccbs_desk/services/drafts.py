"""What is being typed in a form, kept under the id that the act will have, so that a crash loses nothing of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection


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
    raise NotImplementedError


def drafts_of(connection: Connection, staff_id: UUID, *, kind: str | None = None) -> tuple[DraftView, ...]:
    """Return a person's drafts, the one touched last first."""
    raise NotImplementedError


def draft(connection: Connection, command_id: UUID) -> DraftView | None:
    """Return one draft, or None."""
    raise NotImplementedError


def drop_draft(connection: Connection, command_id: UUID) -> bool:
    """Forget a draft, by the person's word. Returns whether there was one."""
    raise NotImplementedError
