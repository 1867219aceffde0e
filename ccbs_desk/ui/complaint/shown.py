"""What the complaints show: rows, notes, categories; still without a widget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.complaints import CategoryView, ComplaintView, NoteView
from ccbs_desk.ui.complaint import text
from ccbs_desk.ui.drafting import ACCOUNT
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.values import Absent, Joined, Name, Named, Phone, filled


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint in the list."""

    complaint_id: UUID
    is_open: bool
    category: object
    state: Text
    tone: Tone
    opened: datetime
    due: object


@dataclass(frozen=True, slots=True)
class NoteShown:
    """Something said on a complaint."""

    head: Text
    text: object


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category to choose."""

    rank: int
    code: str
    name: object
    level: Text


def who_of(card: Card) -> object:
    """Return whose complaints they are."""
    number = Phone(card.lines[0].e164) if card.lines else ""
    return Joined((Name(card.name), number))


def lines_of(card: Card) -> tuple[tuple[str, Text], ...]:
    """Return what a complaint may be about."""
    lines = tuple((str(line.line_id), filled(text.NUMBER, number=Phone(line.e164))) for line in card.lines)
    return (*lines, (ACCOUNT, text.ACCOUNT_ITSELF))


def row_of(complaint: ComplaintView) -> ComplaintRow:
    """Return a complaint as the list shows it."""
    standing, tone = complaint.standing, Tone.WARN
    due: object = standing.due_at or text.PAUSED
    if not complaint.is_open:
        tone, due = Tone.NEUTRAL, Absent()
    elif standing.late and standing.due_at is not None:
        tone, due = Tone.BAD, filled(text.LATE, moment=standing.due_at)
    return ComplaintRow(
        complaint.complaint_id,
        complaint.is_open,
        Named(complaint.name),
        text.STATES.get(complaint.state, text.OTHER_STATE),
        tone,
        complaint.opened_at,
        due,
    )


def notes_of(complaint: ComplaintView) -> tuple[NoteShown, ...]:
    """Return what was said, the last word first; what was opened before notes were kept has its own text.

    Under it stands in how many calls, which the card's history lists.
    """
    calls = (NoteShown(text.calls(len(complaint.calls)), ""),) if complaint.calls else ()
    if not complaint.notes:
        return (NoteShown(text.NOTES["opened"], Name(complaint.text)), *calls)
    return (*map(_note, reversed(complaint.notes)), *calls)


def _note(note: NoteView) -> NoteShown:
    by = Named(note.by) if note.by.ar or note.by.en else Absent()
    what = text.NOTES.get(note.kind, text.NOTES["comment"])
    return NoteShown(filled(text.NOTE_HEAD, what=what, by=by, at=note.at), Name(note.text))


def categories_shown(categories: Sequence[CategoryView]) -> tuple[CategoryRow, ...]:
    """Return the categories with the number to press."""
    return tuple(
        CategoryRow(
            rank,
            category.code,
            Named(category.name),
            text.level(category.service, working=category.working_hours_only),
        )
        for rank, category in enumerate(categories, start=1)
    )
