"""Close a till session with the clerk's blind count, online or offline.

The clerk counts by note without being told what is expected. Over or short is posted; above the clerk's own limit a
supervisor approves. What was expected is decided at the desk and kept: an act that the server hears of later does not
change the count. The session is confirmed once the server has rebuilt the same totals (`ccbs-server check`).
Source: domain.md, Tills.
"""

from dataclasses import dataclass

import msgspec

from ccbs_desk.domain.commands import CloseTill
from ccbs_desk.domain.errors import DifferenceNeedsApproval, Refused, TillClosed, TillOfOtherClerk, TillUnknown
from ccbs_desk.domain.ledger import CASH_SAFE, CASH_TILL, TILL_OVER_SHORT, Posting
from ccbs_desk.domain.money import SYP, Money, convert, zero
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.till import count_total, needs_approval
from ccbs_desk.models.money import TillSession
from ccbs_desk.services.registry import handles
from ccbs_desk.services.tills import TillFacts, cash_in_drawer, till_facts
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

    Raises Refused: till.unknown, till.closed, till.other_clerk, till.difference_needs_approval.
    """
    till = _held_till(command, work)
    expected = work.decided(
        "expected",
        list[Money],
        lambda: [amount for _, amount in sorted(cash_in_drawer(work.connection, command.session_id).items())],
    )
    counts = _counts({amount.currency: amount for amount in expected}, count_total(command.counted))
    approver = work.approver(TILL_APPROVE_DIFFERENCE)
    limit = work.policy.money("till.difference_limit")
    off_by = _in_pounds(counts)
    if needs_approval(off_by, limit) and approver is None:
        work.object_to(DifferenceNeedsApproval(off_by, limit))
    work.change(
        TillSession,
        command.session_id,
        closed_at=work.stamps.occurred_at,
        counted_notes=msgspec.to_builtins(command.counted),
        differences=msgspec.to_builtins([count.difference for count in counts]),
        approved_by=approver,
    )
    work.post(_postings(till, counts), area_id=till.area_id, session_id=command.session_id)
    return counts


def _held_till(command: CloseTill, work: Work) -> TillFacts:
    till = till_facts(work.connection, command.till_id)
    if till is None:
        raise Refused(TillUnknown(command.till_id))
    if till.session_id != command.session_id:
        work.object_to(TillClosed(till.code))
    if till.holder_id != work.stamps.staff_id:
        work.object_to(TillOfOtherClerk(till.code, till.holder_name))
    return till


def _counts(expected: dict[str, Money], counted: dict[str, Money]) -> tuple[Count, ...]:
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
