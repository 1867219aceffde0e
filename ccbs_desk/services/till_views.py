"""The till as its clerk sees it. The expected cash is never told before the blind count, nor what it follows from."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.till import Note
from ccbs_desk.services.close_till import Count


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
    raise NotImplementedError


def closed_session(connection: Connection, session_id: UUID) -> ClosedSession | None:
    """Return a closed session; None while it is open, or when it is not here."""
    raise NotImplementedError


def notes_to_count(connection: Connection, *, today: date) -> tuple[Money, ...]:
    """Return the notes that a till counts today, family by family, largest first."""
    raise NotImplementedError
