"""Acts run a second time, on the server and in a rebase: the same rows, and money that was taken stays taken."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, update

from ccbs_desk.domain.commands import CopyReceipt, Envelope, OpenTill, TakePayment
from ccbs_desk.domain.errors import (
    AccountUnknown,
    AmountNotPositive,
    AmountOverLimit,
    ApprovalInvalid,
    CurrencyNotTaken,
    DifferenceNeedsApproval,
    MethodUnknown,
    NotAllowed,
    Reason,
    Refused,
    SharesDoNotFit,
    TenderedTooLittle,
    TillClosed,
    TillOpenAlready,
    TillUnknown,
)
from ccbs_desk.domain.ledger import CASH_SAFE, CASH_TILL, CUSTOMER_CREDIT, RECEIVABLE, SUSPENSE, TILL_OVER_SHORT
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.permissions import PAYMENT_CLOCK_OFF, TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.till import Note
from ccbs_desk.models import undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import LedgerRow, Notice
from ccbs_desk.models.reference import StaffRole, Till
from ccbs_desk.services.balance import explain_balance
from ccbs_desk.services.bus import Done
from ccbs_desk.services.close_till import Count
from ccbs_desk.services.notices import BecameCredit, notices_at_till, notices_of_account
from ccbs_desk.services.payment_preview import preview
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.services.till_views import closed_session
from ccbs_desk.services.tills import cash_in_drawer
from tests.factories.desk import MORNING, Desk, recorded, run_recorded
from tests.factories.dumps import changed, dump

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")
HALF = 83_004


def legs(connection: Connection, command_id: UUID) -> dict[str, int]:
    rows = connection.execute(
        select(LedgerRow.ledger_account, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.command_id == command_id)
        .group_by(LedgerRow.ledger_account)
    )
    return {account: int(minor) for account, minor in rows}


def payment_of(desk: Desk, minor: int = HALF) -> Envelope:
    """Take a payment at the desk and return it as recorded; the till's opening is recorded before it."""
    desk.open_till()
    desk.do(desk.payment(minor))
    return recorded(desk)[-1]


def reasons(desk: Desk) -> list[object]:
    return [notice.about for notice in desk.read(notices_of_account, desk.account_id)]


def test_the_second_run_makes_the_same_rows(desk: Desk, elsewhere: Desk) -> None:
    session = desk.open_till(Note(SYP, 1_000, 5), Note(SYO, 10_000, 2))
    desk.do(desk.payment(12_345, tendered=(Money(2_000_000, SYO),)))
    done = desk.do(desk.payment(500_000))
    assert isinstance(done.result, Taken)
    desk.do(CopyReceipt(receipt_id=done.result.receipt_id, account_id=desk.account_id))
    desk.do(desk.close_till(session, Note(SYP, 1_000, 488), Note(SYO, 10_000, 202)))
    for envelope in recorded(desk):
        elsewhere.write(run_recorded, envelope)
    assert changed(desk.read(dump), elsewhere.read(dump)) == set()


def test_a_rebase_makes_the_same_rows(desk: Desk) -> None:
    desk.open_till()
    desk.do(desk.payment(12_345))
    desk.do(desk.payment(500_000))
    after = desk.read(dump)
    acts = recorded(desk)

    def again(connection: Connection) -> None:
        undo.take_back(connection, [act.command_id for act in acts])
        for act in acts:
            undo.begin(connection, act.command_id)
            run_recorded(connection, act)
            undo.end(connection)

    desk.write(again)
    assert changed(after, desk.read(dump)) == set()


def test_the_changes_are_what_was_written(desk: Desk, elsewhere: Desk) -> None:
    """The server feeds `changes`: they have to be the rows themselves, each with its id."""
    session = desk.open_till()
    desk.do(desk.payment(12_345))
    desk.do(desk.close_till(session, Note(SYP, 1_000, 17), Note(SYP, 100, 3)))
    before = elsewhere.read(dump)
    done: list[Done] = [elsewhere.write(run_recorded, envelope) for envelope in recorded(desk)]
    rows = {(change.table, change.id): change for one in done for change in one.changes}
    after = elsewhere.read(dump)
    assert {table for table, _ in rows} == changed(before, after)
    added = sum(len(after[name]) - len(before[name]) for name in after)
    assert len(rows) == added
    (closed,) = [change for change in done[-1].changes if change.table == "till_session"]
    assert closed.before is not None
    assert closed.row is not None
    assert (closed.before["closed_at"], closed.row["closed_at"]) == (None, recorded(desk)[-1].stamps.occurred_at)


def test_the_session_is_the_one_of_the_act_though_it_is_closed_by_now(desk: Desk, elsewhere: Desk) -> None:
    session = desk.open_till()
    desk.do(desk.payment(1_000))
    desk.do(desk.close_till(session, Note(SYP, 1_000, 6)))
    opened, paid, closed = recorded(desk)
    for envelope in (opened, closed):
        elsewhere.write(run_recorded, envelope)
    done = elsewhere.write(run_recorded, paid)
    assert isinstance(done.result, Taken)
    assert elsewhere.read(cash_in_drawer, session) == {SYP: Money(0, SYP)}
    assert reasons(elsewhere) == []


def test_what_was_expected_is_decided_at_the_count(desk: Desk, elsewhere: Desk) -> None:
    session = desk.open_till()
    desk.do(desk.payment(1_000))
    desk.do(desk.close_till(session, Note(SYP, 1_000, 6)))
    opened, _, closed = recorded(desk)
    elsewhere.write(run_recorded, opened)
    done = elsewhere.write(run_recorded, closed)
    assert done.result == (Count(Money(6_000, SYP), Money(6_000, SYP), Money(0, SYP)),)


def test_a_bill_paid_meanwhile_elsewhere_becomes_credit_and_people_are_told(desk: Desk, elsewhere: Desk) -> None:
    paid_here = payment_of(desk, HALF + 82_825)
    payment_of(elsewhere, HALF)
    done = elsewhere.write(run_recorded, paid_here)
    assert isinstance(done.result, Taken)
    assert [share.amount.minor for share in done.result.split.shares] == [82_825]
    assert done.result.split.credit == Money(HALF, SYP)
    assert elsewhere.read(legs, paid_here.command_id)[CUSTOMER_CREDIT] == -HALF
    told = BecameCredit("0001-A-000001", Money(HALF + 82_825, SYP), Money(HALF, SYP))
    assert reasons(elsewhere) == [told]
    at_till = elsewhere.read(notices_at_till, desk.till_id, since=MORNING)
    assert [(notice.about, notice.code) for notice in at_till] == [(told, "payment.became_credit")]
    assert done.result.printed.shares[0].amount == Money(HALF, SYP), "the paper says what it said"


def test_the_receipt_stays_when_the_act_is_taken_back_and_refits(desk: Desk) -> None:
    act = payment_of(desk, HALF)

    def rebase(connection: Connection) -> object:
        undo.take_back(connection, [act.command_id])
        gone = legs(connection, act.command_id)
        undo.begin(connection, act.command_id)
        run_recorded(connection, act)
        undo.end(connection)
        return gone

    assert desk.write(rebase) == {}
    assert desk.read(legs, act.command_id) == {CASH_TILL: 83_000, "rounding": 4, RECEIVABLE: -HALF}


def _without_roles(connection: Connection) -> None:
    connection.execute(update(table_of(StaffRole)).values(role="auditor"))


def _taken(desk: Desk, envelope: Envelope) -> list[object]:
    """Run the act elsewhere as recorded; return the reasons that people are told of."""
    done = desk.write(run_recorded, envelope)
    assert isinstance(done.result, Taken)
    amount = done.envelope.command
    assert isinstance(amount, TakePayment)
    assert done.result.split.amount == amount.amount
    return reasons(desk)


def test_no_right_any_more(desk: Desk, elsewhere: Desk) -> None:
    envelope = payment_of(desk)
    elsewhere.write(_without_roles)
    assert _taken(elsewhere, envelope) == [NotAllowed("payment.take")]


def test_an_approval_that_does_not_count(desk: Desk, elsewhere: Desk) -> None:
    envelope = payment_of(desk)
    bad = desk.approval(envelope.command, PAYMENT_CLOCK_OFF, by=desk.people.clerk_2, command_id=envelope.command_id)
    assert _taken(elsewhere, replace(envelope, approvals=(bad,))) == [ApprovalInvalid("approval.not_entitled")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method": "barter"}, MethodUnknown("barter")),
        ({"amount": Money(600_000_000, SYP)}, AmountOverLimit(Money(600_000_000, SYP), Money(500_000_000, SYP))),
        ({"tendered": (Money(100, SYP),)}, TenderedTooLittle(Money(83_000, SYP), Money(100, SYP))),
        ({"amount": Money(8_300_400, SYO), "shares": ()}, CurrencyNotTaken(SYO)),
    ],
)
def test_rules_that_a_desk_should_have_kept(
    desk: Desk, elsewhere: Desk, changes: dict[str, object], reason: Reason
) -> None:
    envelope = payment_of(desk)
    tendered = {"tendered": (changes.get("amount", Money(83_000, SYP)),)}
    command = replace(envelope.command, **{**tendered, **changes})
    assert reason in _taken(elsewhere, replace(envelope, command=command))


def test_money_in_another_pound_than_the_account_s_waits_in_suspense(desk: Desk, elsewhere: Desk) -> None:
    envelope = payment_of(desk)
    old = Money(8_300_000, SYO)
    command = replace(envelope.command, amount=old, tendered=(old,))  # type: ignore[call-arg]
    with pytest.raises(Refused) as no:
        elsewhere.write(run_recorded, replace(envelope, command=command))
    assert isinstance(no.value.reason, SharesDoNotFit)
    elsewhere.write(run_recorded, replace(envelope, command=replace(command, shares=())))  # type: ignore[call-arg]
    assert elsewhere.read(legs, envelope.command_id) == {CASH_TILL: 8_300_000, SUSPENSE: -8_300_000}
    assert reasons(elsewhere) == [CurrencyNotTaken(SYO)]


def test_an_account_that_nobody_knows_waits_in_suspense(desk: Desk, elsewhere: Desk) -> None:
    envelope = payment_of(desk)
    lost = replace(envelope, command=replace(envelope.command, account_id=NOBODY))  # type: ignore[call-arg]
    elsewhere.write(run_recorded, lost)
    assert elsewhere.read(legs, envelope.command_id) == {CASH_TILL: 83_000, "rounding": 4, SUSPENSE: -HALF}
    at_till = elsewhere.read(notices_at_till, desk.till_id, since=MORNING)
    assert [notice.about for notice in at_till] == [AccountUnknown(NOBODY)]


def test_a_till_that_nobody_knows(desk: Desk, elsewhere: Desk) -> None:
    envelope = payment_of(desk)
    elsewhere.write(
        lambda connection: (
            connection.execute(update(table_of(Till)).values(id=NOBODY).where(Till.id == desk.till_id)).rowcount
        )
    )
    assert _taken(elsewhere, envelope) == [TillUnknown(desk.till_id)]


def test_neither_till_nor_account(desk: Desk, elsewhere: Desk) -> None:
    envelope = payment_of(desk)
    elsewhere.write(
        lambda connection: (
            connection.execute(update(table_of(Till)).values(id=NOBODY).where(Till.id == desk.till_id)).rowcount
        )
    )
    lost = replace(envelope, command=replace(envelope.command, account_id=NOBODY))  # type: ignore[call-arg]
    elsewhere.write(run_recorded, lost)
    areas = elsewhere.read(
        lambda connection: (
            connection.execute(select(LedgerRow.area_id).where(LedgerRow.command_id == envelope.command_id).distinct())
            .scalars()
            .all()
        )
    )
    assert areas == [0]


def test_what_can_t_be_a_payment_at_all_is_no_money_taken(desk: Desk, elsewhere: Desk) -> None:
    envelope = payment_of(desk)
    nothing = replace(envelope, command=replace(envelope.command, amount=Money(0, SYP), shares=()))  # type: ignore[call-arg]
    with pytest.raises(Refused) as no:
        elsewhere.write(run_recorded, nothing)
    assert no.value.reason == AmountNotPositive(Money(0, SYP))


def test_what_was_not_decided_is_never_decided_anew(desk: Desk, elsewhere: Desk) -> None:
    envelope = payment_of(desk)
    for missing in ("printed", "session_id"):
        decided = {key: value for key, value in envelope.stamps.decided.items() if key != missing}
        bare = replace(envelope, stamps=replace(envelope.stamps, decided=decided))
        with pytest.raises(LookupError, match=missing):
            elsewhere.write(run_recorded, bare)


def test_a_large_difference_without_an_approval_that_counts_is_refused_while_the_session_is_open(
    desk: Desk, elsewhere: Desk
) -> None:
    session = desk.open_till()
    command = desk.close_till(session, Note(SYP, 100, 800))
    desk.do(command, approvals=[desk.approval(command, TILL_APPROVE_DIFFERENCE)])
    opened, closed = recorded(desk)
    elsewhere.write(run_recorded, opened)
    with pytest.raises(Refused) as no:
        elsewhere.write(run_recorded, replace(closed, approvals=()))
    assert no.value.reason == DifferenceNeedsApproval(Money(75_000, SYP), Money(50_000, SYP))
    own = desk.approval(command, TILL_APPROVE_DIFFERENCE, by=desk.people.clerk)
    with pytest.raises(Refused) as no:
        elsewhere.write(run_recorded, replace(closed, approvals=(own,)))
    assert no.value.reason == ApprovalInvalid("approval.same_person")
    elsewhere.write(run_recorded, closed)
    assert elsewhere.read(cash_in_drawer, session)[SYP].minor == 0


def test_a_drawer_that_is_counted_again_books_its_count_and_a_person_is_told(desk: Desk, elsewhere: Desk) -> None:
    session = desk.open_till(Note(SYP, 100, 500))
    desk.do(desk.payment(100_000))
    desk.do(desk.close_till(session, Note(SYP, 100, 1_500)))
    opened, paid, closed = recorded(desk)
    # A supervisor has closed the session meanwhile, at another desk, and found the drawer empty.
    at_other = desk.close_till(session)
    empty = replace(
        closed,
        command_id=(other_id := desk.new_id()),
        command=at_other,
        approvals=(desk.approval(at_other, TILL_APPROVE_DIFFERENCE, command_id=other_id),),
        stamps=replace(closed.stamps, staff_id=desk.people.clerk_2, device_seq=99, till=None),
    )
    for envelope in (opened, paid, empty, closed):
        elsewhere.write(run_recorded, envelope)
    assert elsewhere.read(cash_in_drawer, session)[SYP].minor == 0
    assert elsewhere.read(legs, empty.command_id) == {CASH_TILL: -150_000, TILL_OVER_SHORT: 150_000}
    assert elsewhere.read(legs, closed.command_id) == {CASH_SAFE: 150_000, TILL_OVER_SHORT: -150_000}
    assert [n.about for n in elsewhere.read(notices_at_till, desk.till_id, since=MORNING)] == [TillClosed("0001")]
    after = elsewhere.read(closed_session, session)
    assert after is not None
    assert after.counted_notes == ()


def test_a_close_of_a_session_that_nobody_knows_books_its_count(desk: Desk, elsewhere: Desk) -> None:
    session = desk.open_till()
    desk.do(desk.close_till(session, Note(SYP, 1_000, 5)))
    _, closed = recorded(desk)
    elsewhere.write(run_recorded, closed)
    assert elsewhere.read(legs, closed.command_id) == {CASH_SAFE: 5_000, TILL_OVER_SHORT: -5_000}
    assert [n.about for n in elsewhere.read(notices_at_till, desk.till_id, since=MORNING)] == [TillClosed("0001")]


def test_a_till_that_was_opened_beside_an_open_session_has_its_own(desk: Desk) -> None:
    first = desk.open_till()
    [opened] = recorded(desk)
    stamps = replace(opened.stamps, device_seq=99, till=None, staff_id=desk.people.clerk_2, occurred_at=desk.clock.now)
    command = OpenTill(till_id=desk.till_id, float_notes=(Note(SYP, 1_000, 7),))
    second = desk.write(run_recorded, Envelope(command_id=desk.new_id(), command=command, stamps=stamps)).result
    assert isinstance(second, UUID)
    told = [notice.about for notice in desk.read(notices_at_till, desk.till_id, since=MORNING)]
    assert told == [TillOpenAlready("0001", MORNING)]
    assert desk.read(cash_in_drawer, second)[SYP].minor == 7_000
    for session, notes, clerk in ((second, 70, desk.people.clerk_2), (first, 50, desk.people.clerk)):
        desk.do(desk.close_till(session, Note(SYP, 100, notes)), by=clerk)
    desk.open_till()


def test_a_drawer_that_nobody_knows_is_neither_opened_nor_closed(desk: Desk, elsewhere: Desk) -> None:
    session = desk.open_till()
    desk.do(desk.close_till(session))
    for envelope in recorded(desk):
        command = replace(envelope.command, till_id=NOBODY)  # type: ignore[call-arg]
        with pytest.raises(Refused) as no:
            elsewhere.write(run_recorded, replace(envelope, command=command))
        assert no.value.reason == TillUnknown(NOBODY)


def test_notices_speak_for_themselves_whatever_the_server_says(desk: Desk) -> None:
    def add(connection: Connection) -> None:
        for n, (code, details) in enumerate([("later.code", {"x": 1}), ("payment.became_credit", {"strange": 1})]):
            row = {
                "id": desk.new_id(),
                "area_id": 1,
                "account_id": desk.account_id,
                "till_id": None,
                "command_id": NOBODY,
                "code": code,
                "details": details,
                "occurred_at": MORNING.replace(minute=n),
            }
            connection.execute(table_of(Notice).insert(), row)

    desk.write(add)
    abouts = desk.read(notices_of_account, desk.account_id)
    assert [(notice.code, type(notice.about).__name__) for notice in abouts] == [
        ("payment.became_credit", "NewerServer"),
        ("later.code", "NewerServer"),
    ]


def test_the_books_say_the_same_afterwards(desk: Desk, elsewhere: Desk) -> None:
    """Whatever became of the split: what the account owes went down by what was paid."""
    envelope = payment_of(desk, HALF)
    payment_of(elsewhere, HALF)
    owed = elsewhere.read(preview, desk.account_id, Money(0, SYP), today=desk.today).balance
    elsewhere.write(run_recorded, envelope)
    now = elsewhere.read(preview, desk.account_id, Money(0, SYP), today=desk.today).balance
    assert owed - now == Money(HALF, SYP)
    assert elsewhere.read(explain_balance, desk.account_id)[-1].running == now
