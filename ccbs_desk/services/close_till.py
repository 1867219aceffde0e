"""Close a till session with the clerk's blind count, online or offline.

The clerk counts by note without being told what is expected. Over or short is posted; above the clerk's own limit a
supervisor approves; with such an approval another clerk may close a session too, whose holder can't. What was expected
is decided at the desk and kept: an act that the server hears of later does not change the count. The session is
confirmed once the server has rebuilt the same totals (`ccbs-server check`).

A drawer that was counted stays counted: what is found against it later becomes a notice. Only a difference whose
approval does not count is refused later, while the session is still open: then it stays open, and a close that amends
this one can follow, by its clerk or, approved, by another. A close of a session that is closed already, or that nobody
knows, books its count and leaves the session as it is.
Source: domain.md, Tills.
"""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from ccbs_desk.domain.commands import CloseTill
from ccbs_desk.domain.errors import (
    ApprovalInvalid,
    DifferenceNeedsApproval,
    Refused,
    TillClosed,
    TillOfOtherClerk,
    TillUnknown,
)
from ccbs_desk.domain.ledger import CASH_SAFE, CASH_TILL, TILL_OVER_SHORT, Posting
from ccbs_desk.domain.money import SYP, Money, convert, zero
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.till import count_total, needs_approval
from ccbs_desk.models.money import TillSession
from ccbs_desk.services.registry import handles
from ccbs_desk.services.tills import SessionFacts, TillFacts, cash_in_drawer, session_facts, till_facts
from ccbs_desk.services.work import Work


@dataclass(frozen=True, slots=True)
class Count:
    """The count of one currency: what was expected, what was found, and the difference (found minus expected)."""

    expected: Money
    counted: Money
    difference: Money


@handles(CloseTill)
def close_till(command: CloseTill, work: Work) -> tuple[Count, ...]:
    """Return the count by currency.

    Raises Refused: till.unknown, till.closed, till.other_clerk, till.difference_needs_approval; approval.invalid for
    a recorded difference.
    """
    till = till_facts(work.connection, command.till_id)
    if till is None:
        raise Refused(TillUnknown(command.till_id))
    session = session_facts(work.connection, command.session_id)
    approver = work.approver(TILL_APPROVE_DIFFERENCE)
    still_open = _is_open(command, work, till, session)
    if still_open and session is not None and session.holder_id != work.stamps.staff_id and approver is None:
        work.object_to(TillOfOtherClerk(till.code, session.holder_name))
    counts = counts_of(_expected(command, work, still_open=still_open), count_total(command.counted))
    if still_open:
        _require_approval(counts, approver, work)
        work.change(
            TillSession,
            command.session_id,
            closed_at=work.stamps.occurred_at,
            counted_notes=msgspec.to_builtins(command.counted),
            differences=msgspec.to_builtins([count.difference for count in counts]),
            approved_by=approver,
        )
    work.post(_postings(till, counts), area_id=till.area_id, session_id=command.session_id)
    work.tell_objections(area_id=till.area_id, till_id=till.id)
    return counts


def _is_open(command: CloseTill, work: Work, till: TillFacts, session: SessionFacts | None) -> bool:
    """Return whether the session is there to be closed; what was counted all the same is noted."""
    if session is not None and session.till_id == till.id and session.closed_at is None:
        return True
    work.object_to(TillClosed(till.code))
    return False


def _expected(command: CloseTill, work: Work, *, still_open: bool) -> dict[str, Money]:
    """Return what the drawer should hold: as decided at the count, or what a close before this one has left of it."""

    def in_drawer() -> list[Money]:
        return [amount for _, amount in sorted(cash_in_drawer(work.connection, command.session_id).items())]

    decided = work.decided("expected", list[Money], in_drawer)
    return {amount.currency: amount for amount in (decided if still_open else in_drawer())}


def _require_approval(counts: tuple[Count, ...], approver: UUID | None, work: Work) -> None:
    """Refuse a large difference that nobody has approved, recorded or not: the session is open and can be closed."""
    limit = work.policy.money("till.difference_limit")
    off_by = _in_pounds(counts)
    if needs_approval(off_by, limit) and approver is None:
        lacking = (reason for reason in work.objections if isinstance(reason, ApprovalInvalid))
        raise Refused(next(lacking, DifferenceNeedsApproval(off_by, limit)))


def counts_of(expected: dict[str, Money], counted: dict[str, Money]) -> tuple[Count, ...]:
    """Return what was expected and what was found, currency by currency."""
    counts = []
    for currency in sorted(expected | counted):
        should, found = expected.get(currency, zero(currency)), counted.get(currency, zero(currency))
        counts.append(Count(should, found, found - should))
    return tuple(counts)


def _in_pounds(counts: tuple[Count, ...]) -> Money:
    """The largest difference decides; one currency's surplus does not hide the other's lack."""
    return max((abs(convert(count.difference, SYP)[0]) for count in counts), default=zero(SYP))


def _postings(till: TillFacts, counts: tuple[Count, ...]) -> list[Posting]:
    postings = []
    for count in counts:
        postings += [
            Posting(CASH_TILL, -count.expected, till_id=till.id),
            Posting(CASH_SAFE, count.counted, till_id=till.id),
            Posting(TILL_OVER_SHORT, -count.difference, till_id=till.id),
        ]
    return postings
