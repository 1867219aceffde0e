"""Open a complaint on an account or a line, online or offline.

An open one of the same kind is shown before a second is made: who wants a second all the same names the one he saw.
A repeat within some days reopens the first. When two counters have opened the same offline, the second is merged into
the first at the centre: its words become a comment there, its own row stays and leads to the first, so that what was
said on it later arrives too. Nothing is refused and nothing is lost. Source: domain.md, Complaints and faults.
"""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from ccbs_desk.domain.care_commands import OpenComplaint
from ccbs_desk.domain.care_errors import ComplaintCategoryUnknown, ComplaintOpenAlready, LineUnknown
from ccbs_desk.domain.errors import AccountUnknown, Refused
from ccbs_desk.domain.ids import derive
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.care import ComplaintNote
from ccbs_desk.models.subscribers import Complaint
from ccbs_desk.services.accounts import account_facts
from ccbs_desk.services.complaint_facts import (
    ACKNOWLEDGED,
    CANCELLED,
    COMMENT,
    IN_PROGRESS,
    MERGED,
    OPENED,
    REOPENED,
    ComplaintFacts,
    category_name,
    complaint_facts,
    keep_clock,
    note_values,
    open_beside,
    reopening_from,
    required_text,
    resolved_since,
    say,
    start_clock,
)
from ccbs_desk.services.features import line_facts
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work

COMPLAINT_KEY = "complaint"


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of it: a new complaint, an earlier one that is open again, or words on one that was open."""

    complaint_id: UUID
    how: Literal["opened", "reopened", "merged"]


@handles(OpenComplaint)
def open_complaint(command: OpenComplaint, work: Work) -> Opened:
    """Return the complaint that now holds what was said.

    Raises Refused: account.unknown, line.unknown, complaint.category_unknown, text.missing, text.too_long;
    complaint.open_already while it is decided.
    """
    text = required_text(command.text)
    name = category_name(work.connection, command.category)
    if name is None:
        raise Refused(ComplaintCategoryUnknown(command.category))
    own = _own(command, work)
    first = _first(command, work, name)
    made_id = work.decided("complaint_id", UUID, lambda: first.id if first else own.id)
    if not work.deciding and made_id != own.id:
        # At the desk it was a repeat of this one; whatever it has become, it is the one that is meant.
        first = complaint_facts(work.connection, command.account_id, made_id) or first
    if first is None:
        _insert(work, own, text)
        say(work, own, OPENED, text)
        start_clock(work, own, OPENED)
        return Opened(own.id, "opened")
    how = _join(work, first, text)
    if made_id == own.id:
        _lead_to(work, own, first, text)
    return Opened(first.id, how)


def _own(command: OpenComplaint, work: Work) -> ComplaintFacts:
    """Return the complaint as it would be by itself; whatever is unknown in it is refused."""
    account = account_facts(work.connection, command.account_id)
    if account is None:
        raise Refused(AccountUnknown(command.account_id))
    if command.line_id is not None:
        line = line_facts(work.connection, command.line_id)
        if line is None or line.account_id != account.id:
            raise Refused(LineUnknown(command.line_id))
    return ComplaintFacts(
        id=derive(work.command_id, Complaint.__tablename__, COMPLAINT_KEY),
        area_id=account.area_id,
        account_id=account.id,
        line_id=command.line_id,
        category=command.category,
        state=ACKNOWLEDGED,
        opened_at=work.stamps.occurred_at,
        resolved_at=None,
    )


def _first(command: OpenComplaint, work: Work, name: Bilingual) -> ComplaintFacts | None:
    """Return the complaint that this one repeats: an open one, or one that was resolved a short while ago."""
    if command.beside is not None:
        return None
    there = open_beside(work.connection, command.account_id, command.line_id, command.category)
    if there and work.deciding:
        raise Refused(ComplaintOpenAlready(there[0].id, name, there[0].opened_at))
    if there:
        return there[0]
    since = reopening_from(work)
    return resolved_since(work.connection, command.account_id, command.line_id, command.category, since)


def _join(work: Work, first: ComplaintFacts, text: str) -> Literal["reopened", "merged"]:
    resolved_later = first.resolved_at is not None and work.stamps.occurred_at < first.resolved_at
    if first.is_open or resolved_later:
        # What was said before the first was resolved was heard too late; the resolution stands.
        say(work, first, COMMENT, text)
        return "merged"
    keep_clock(work, first)
    work.change(Complaint, first.id, state=IN_PROGRESS, resolved_at=None)
    say(work, first, REOPENED, text)
    start_clock(work, first, REOPENED)
    return "reopened"


def _lead_to(work: Work, own: ComplaintFacts, first: ComplaintFacts, text: str) -> None:
    """Keep the row that a desk has shown already, and let it lead to the first."""
    ended = replace(own, state=CANCELLED, resolved_at=own.opened_at)
    _insert(work, ended, text)
    work.insert(ComplaintNote, MERGED, **note_values(work, own, MERGED, text, first.id))


def _insert(work: Work, complaint: ComplaintFacts, text: str) -> None:
    work.insert(
        Complaint,
        COMPLAINT_KEY,
        area_id=complaint.area_id,
        account_id=complaint.account_id,
        line_id=complaint.line_id,
        category=complaint.category,
        state=complaint.state,
        opened_at=complaint.opened_at,
        resolved_at=complaint.resolved_at,
        text=text,
    )
