"""A till's session: the float, the blind count, over and short, and the second person above the limit."""

from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from ccbs_desk.domain.commands import CloseTill, OpenTill
from ccbs_desk.domain.errors import (
    ApprovalInvalid,
    DifferenceNeedsApproval,
    NotAllowed,
    Reason,
    Refused,
    TillClosed,
    TillOfOtherClerk,
    TillOpenAlready,
    TillUnknown,
)
from ccbs_desk.domain.ledger import CASH_SAFE, TILL_OVER_SHORT
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.till import Note
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.services.close_till import Count
from ccbs_desk.services.till_views import (
    ClosedSession,
    MethodCount,
    OpenSession,
    closed_session,
    notes_to_count,
    till_view,
)
from ccbs_desk.services.tills import cash_in_drawer, till_facts
from tests.factories.desk import MORNING, Desk

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")


def new(minor: int) -> Money:
    return Money(minor, SYP)


def session_sums(connection: Connection, session_id: UUID) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        select(LedgerRow.ledger_account, LedgerRow.currency, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.session_id == session_id)
        .group_by(LedgerRow.ledger_account, LedgerRow.currency)
    )
    return {(account, currency): int(minor) for account, currency, minor in rows if minor}


def refusal(desk: Desk, command: OpenTill | CloseTill, **how: UUID) -> Reason:
    with pytest.raises(Refused) as no:
        desk.do(command, **how)  # type: ignore[arg-type]
    return no.value.reason


def test_a_till_is_opened_with_a_float_in_both_families_of_notes(desk: Desk) -> None:
    session = desk.open_till(Note(SYP, 5_000, 4), Note(SYO, 100_000, 3))
    assert desk.read(cash_in_drawer, session) == {SYP: new(20_000), SYO: Money(300_000, SYO)}
    facts = desk.read(till_facts, desk.till_id)
    assert facts is not None
    assert (facts.session_id, facts.holder_id, facts.holder_name, facts.opened_at) == (
        session,
        desk.people.clerk,
        "هدى الشامي",
        MORNING,
    )


def test_one_session_a_till(desk: Desk) -> None:
    desk.open_till()
    command = OpenTill(till_id=desk.till_id, float_notes=())
    for person in (desk.people.clerk, desk.people.clerk_2):
        assert refusal(desk, command, by=person) == TillOpenAlready("0001", MORNING)


def test_who_holds_no_till(desk: Desk) -> None:
    command = OpenTill(till_id=desk.till_id, float_notes=())
    assert refusal(desk, command, by=desk.people.supervisor) == NotAllowed("till.open")
    assert refusal(desk, OpenTill(till_id=NOBODY, float_notes=())) == TillUnknown(NOBODY)


def test_the_count_is_right(desk: Desk) -> None:
    session = desk.open_till(Note(SYP, 1_000, 5))
    desk.do(desk.payment(12_300, tendered=(new(15_000),)))
    done = desk.do(desk.close_till(session, Note(SYP, 5_000, 3), Note(SYP, 100, 23)))
    assert done.result == (Count(new(17_300), new(17_300), new(0)),)
    assert desk.read(session_sums, session) == {(CASH_SAFE, SYP): 12_300, ("receivable", SYP): -12_300}


@pytest.mark.parametrize(("counted", "off_by"), [(5_100, 100), (4_900, -100), (55_000, 50_000)])
def test_over_and_short_within_the_limit_are_posted(desk: Desk, counted: int, off_by: int) -> None:
    session = desk.open_till(Note(SYP, 1_000, 5))
    done = desk.do(desk.close_till(session, Note(SYP, 100, counted // 100)))
    assert done.result == (Count(new(5_000), new(counted), new(off_by)),)
    assert desk.read(session_sums, session) == {(CASH_SAFE, SYP): off_by, (TILL_OVER_SHORT, SYP): -off_by}
    assert desk.read(cash_in_drawer, session) == {SYP: new(0)}


@pytest.mark.parametrize("notes", [(Note(SYP, 100, 551),), (Note(SYP, 1_000, 5), Note(SYO, 10_000, 501))])
def test_above_the_limit_a_second_person_approves(desk: Desk, notes: tuple[Note, ...]) -> None:
    session = desk.open_till(Note(SYP, 1_000, 5))
    command = desk.close_till(session, *notes)
    assert refusal(desk, command) == DifferenceNeedsApproval(new(50_100), new(50_000))
    with pytest.raises(Refused) as no:
        desk.do(command, approvals=[desk.approval(command, TILL_APPROVE_DIFFERENCE, by=desk.people.clerk)])
    assert no.value.reason == ApprovalInvalid("approval.same_person")
    other = desk.close_till(session, Note(SYP, 100, 800))
    with pytest.raises(Refused) as no:
        desk.do(command, approvals=[desk.approval(other, TILL_APPROVE_DIFFERENCE)])
    assert no.value.reason == ApprovalInvalid("approval.other_body")
    with pytest.raises(Refused) as no:
        desk.do(command, approvals=[desk.approval(command, TILL_APPROVE_DIFFERENCE, by=desk.people.clerk_2)])
    assert no.value.reason == ApprovalInvalid("approval.not_entitled")
    with pytest.raises(Refused) as no:
        desk.do(command, approvals=[desk.approval(command, "payment.clock_off")])
    assert no.value.reason == ApprovalInvalid("approval.other_permission")
    with pytest.raises(Refused) as no:
        desk.do(command, approvals=[desk.approval(command, TILL_APPROVE_DIFFERENCE, command_id=desk.new_id())])
    assert no.value.reason == ApprovalInvalid("approval.other_body")
    desk.do(command, approvals=[desk.approval(command, TILL_APPROVE_DIFFERENCE)])
    closed = desk.read(closed_session, session)
    assert closed is not None
    assert closed.approved_by is not None
    assert closed.approved_by.en == "Ali Al-Khoury"


def test_the_surplus_of_one_family_does_not_hide_the_lack_of_the_other(desk: Desk) -> None:
    session = desk.open_till(Note(SYP, 50_000, 2))
    command = desk.close_till(session, Note(SYO, 500_000, 20))
    assert refusal(desk, command) == DifferenceNeedsApproval(new(100_000), new(50_000))


def test_nothing_counted_is_a_count_too(desk: Desk) -> None:
    session = desk.open_till(Note(SYP, 1_000, 5))
    assert desk.do(desk.close_till(session)).result == (Count(new(5_000), new(0), new(-5_000)),)


def test_an_empty_drawer(desk: Desk) -> None:
    done = desk.do(OpenTill(till_id=desk.till_id, float_notes=()))
    assert isinstance(done.result, UUID)
    assert desk.do(desk.close_till(done.result)).result == ()
    assert desk.read(session_sums, done.result) == {}


def test_only_the_holder_closes_and_only_once(desk: Desk) -> None:
    session = desk.open_till()
    command = desk.close_till(session, Note(SYP, 1_000, 5))
    assert refusal(desk, command, by=desk.people.clerk_2) == TillOfOtherClerk("0001", "هدى الشامي")
    assert refusal(desk, CloseTill(till_id=desk.till_id, session_id=NOBODY, counted=())) == TillClosed("0001")
    assert refusal(desk, CloseTill(till_id=NOBODY, session_id=session, counted=())) == TillUnknown(NOBODY)
    desk.do(command)
    assert refusal(desk, command) == TillClosed("0001")


def test_two_clerks_one_after_the_other(desk: Desk) -> None:
    first = desk.open_till()
    desk.do(desk.payment(1_000))
    desk.do(desk.close_till(first, Note(SYP, 1_000, 6)))
    second = desk.open_till(by=desk.people.clerk_2)
    done = desk.do(desk.payment(2_000), by=desk.people.clerk_2)
    assert done.receipt_number == "0001-A-000002"
    assert desk.read(cash_in_drawer, second) == {SYP: new(7_000)}
    assert desk.read(cash_in_drawer, first) == {SYP: new(0)}


def test_the_view_never_tells_what_is_expected_before_the_count(desk: Desk) -> None:
    closed = desk.read(till_view, desk.till_id)
    assert closed is not None
    assert (closed.code, closed.letter, closed.centre.en) == ("0001", "A", "Salihiyeh customer care")
    assert (closed.session, closed.last_closed) == (None, None)
    session = desk.open_till(Note(SYP, 1_000, 5))
    desk.do(desk.payment(12_300))
    desk.do(desk.payment(700))
    view = desk.read(till_view, desk.till_id)
    assert view is not None
    assert view.session == OpenSession(
        session_id=session,
        holder_id=desk.people.clerk,
        holder=view.session.holder if view.session else closed.centre,
        since=MORNING,
        float_notes=(Note(SYP, 1_000, 5),),
        receipts=2,
        methods=(MethodCount("cash", 2, ()),),
        provisional=True,
    )
    assert view.session is not None
    assert view.session.holder.en == "Huda Al-Shami"


def test_after_the_count_everything_is_told(desk: Desk) -> None:
    session = desk.open_till(Note(SYP, 1_000, 5))
    desk.do(desk.payment(12_300))
    assert desk.read(closed_session, session) is None
    notes = (Note(SYP, 100, 172), Note(SYO, 10_000, 1))
    desk.do(desk.close_till(session, *notes))
    view = desk.read(till_view, desk.till_id)
    assert view is not None
    closed = view.last_closed
    assert isinstance(closed, ClosedSession)
    assert closed.counts == (
        Count(Money(0, SYO), Money(10_000, SYO), Money(10_000, SYO)),
        Count(new(17_300), new(17_200), new(-100)),
    )
    assert closed.methods == (MethodCount("cash", 1, (new(12_300),)),)
    assert (closed.receipts, closed.counted_notes, closed.approved_by, closed.provisional) == (1, notes, None, True)
    assert (closed.holder.en, closed.opened_at, closed.session_id) == ("Huda Al-Shami", MORNING, session)
    assert view.session is None


def test_there_is_no_view_of_what_is_not_here(desk: Desk) -> None:
    assert desk.read(till_view, NOBODY) is None
    assert desk.read(till_facts, NOBODY) is None
    assert desk.read(closed_session, NOBODY) is None


def test_the_notes_to_count(desk: Desk) -> None:
    notes = desk.read(notes_to_count, today=desk.today)
    assert notes[0] == new(50_000)
    assert notes[-1] == Money(10_000, SYO)
    assert len(notes) == 15


def test_with_a_supervisors_approval_another_clerk_closes(desk: Desk) -> None:
    session = desk.open_till()
    command = desk.close_till(session, Note(SYP, 1_000, 5))
    desk.do(command, by=desk.people.clerk_2, approvals=[desk.approval(command, TILL_APPROVE_DIFFERENCE)])
    closed = desk.read(closed_session, session)
    assert closed is not None
    assert (closed.holder_id, closed.approved_by and closed.approved_by.en) == (desk.people.clerk, "Ali Al-Khoury")
    desk.open_till(by=desk.people.clerk_2)
