"""Taking a payment at the counter: what the clerk sees happen, and what stands in the ledger afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from ccbs_desk.domain.allocation import Share
from ccbs_desk.domain.errors import (
    AccountUnknown,
    AmountNotPositive,
    AmountOverLimit,
    CurrencyNotTaken,
    MethodUnknown,
    NotAllowed,
    OverrideNeedsReason,
    Reason,
    Refused,
    SharesDoNotFit,
    TenderedTooLittle,
    TillClosed,
    TillOfOtherClerk,
    TillOfOtherDevice,
    TillUnknown,
)
from ccbs_desk.domain.ledger import CASH_TILL, CUSTOMER_CREDIT, EXCHANGE, RECEIVABLE, ROUNDING
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.policy import DEFAULTS
from ccbs_desk.models.money import LedgerRow, Payment, PaymentAllocation, Receipt
from ccbs_desk.models.reference import Till
from ccbs_desk.services.desk_bus import Submitted
from ccbs_desk.services.payment_preview import Preview, preview
from ccbs_desk.services.take_payment import Taken
from tests.factories.desk import Desk
from tests.factories.dumps import changed, dump

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")
# What the demo subscriber owes: the second month of the oldest bill, and two whole bills.
HALF, SECOND_BILL, ALL = 83_004, 165_915, 414_890


def pounds(minor: int) -> Money:
    return Money(minor, SYP)


def seen(desk: Desk, minor: int, chosen: tuple[UUID, ...] = ()) -> Preview:
    return desk.read(preview, desk.account_id, pounds(minor), today=desk.today, chosen=chosen)


def taken(submitted: Submitted) -> Taken:
    assert isinstance(submitted.result, Taken)
    return submitted.result


def legs(connection: Connection, command_id: UUID) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        select(LedgerRow.ledger_account, LedgerRow.currency, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.command_id == command_id)
        .group_by(LedgerRow.ledger_account, LedgerRow.currency)
    )
    return {(account, currency): int(minor) for account, currency, minor in rows}


def refusal(desk: Desk, minor: int = 1_000, **what: object) -> Reason:
    """Return why a payment is refused; nothing at all may have changed."""
    by = what.pop("by", None)
    command = replace(desk.payment(minor), **what)  # type: ignore[arg-type]
    before = desk.read(dump)
    with pytest.raises(Refused) as no:
        desk.do(command, by=by)  # type: ignore[arg-type]
    assert changed(before, desk.read(dump)) == set()
    return no.value.reason


def test_several_bills_are_paid_at_once(desk: Desk) -> None:
    session = desk.open_till()
    done = desk.do(desk.payment(ALL))
    assert done.receipt_number == "0001-A-000001"
    result = taken(done)
    assert [share.amount.minor for share in result.split.shares] == [83_004, 82_825, 83_090, 83_000, 82_971]
    assert result.split.credit == pounds(0)
    assert seen(desk, 0).balance == pounds(0)
    assert seen(desk, 0).bills == ()
    assert desk.read(legs, done.command_id) == {
        (CASH_TILL, SYP): 414_900,
        (ROUNDING, SYP): -10,
        (RECEIVABLE, SYP): -ALL,
    }

    def rows(connection: Connection) -> tuple[object, ...]:
        payment = connection.execute(select(Payment).where(Payment.reference == "0001-A-000001")).one()
        shares = connection.execute(
            select(func.count(), func.sum(PaymentAllocation.amount_minor)).where(
                PaymentAllocation.payment_id == payment.id
            )
        ).one()
        receipt = connection.execute(select(Receipt).where(Receipt.id == result.receipt_id)).one()
        sessions = connection.execute(
            select(LedgerRow.session_id).where(LedgerRow.command_id == done.command_id).distinct()
        ).scalars()
        return payment.amount_minor, tuple(shares), receipt.number, receipt.staff_id, set(sessions)

    assert desk.read(rows) == (ALL, (5, ALL), "0001-A-000001", desk.people.clerk, {session})


def test_a_part_of_a_bill_is_paid_and_the_rest_stays(desk: Desk) -> None:
    desk.open_till()
    done = desk.do(desk.payment(HALF + 1_000))
    assert [share.amount.minor for share in taken(done).split.shares] == [HALF, 1_000]
    assert seen(desk, 0).balance == pounds(ALL - HALF - 1_000)
    assert taken(done).printed.shares[1].remaining_after == pounds(81_825)


def test_what_is_paid_ahead_becomes_credit(desk: Desk) -> None:
    desk.open_till()
    done = desk.do(desk.payment(ALL + 110))
    assert taken(done).split.credit == pounds(110)
    assert taken(done).printed.balance_after == pounds(-110)
    assert desk.read(legs, done.command_id) == {
        (CASH_TILL, SYP): ALL + 110,
        (RECEIVABLE, SYP): -ALL,
        (CUSTOMER_CREDIT, SYP): -110,
    }
    assert seen(desk, 0).balance == pounds(-110)


def test_old_notes_count_at_a_hundred_to_one_and_change_goes_back_in_new_ones(desk: Desk) -> None:
    desk.open_till()
    tendered = (Money(1_000_000, SYO), pounds(5_000))
    done = desk.do(desk.payment(12_300, tendered=tendered))
    printed = taken(done).printed
    assert (printed.collected, printed.change, printed.tendered) == (pounds(12_300), pounds(2_700), tendered)
    assert desk.read(legs, done.command_id) == {
        (CASH_TILL, SYO): 1_000_000,
        (EXCHANGE, SYO): -1_000_000,
        (EXCHANGE, SYP): 10_000,
        (CASH_TILL, SYP): 2_300,
        (RECEIVABLE, SYP): -12_300,
    }


def test_the_payer_chooses_a_bill_with_a_reason(desk: Desk) -> None:
    desk.open_till()
    newest = seen(desk, 0).bills[-1]
    command = desk.payment(10_000, chosen=(newest.bill_id,))
    before = desk.read(dump)
    for empty in (None, "", "  "):
        with pytest.raises(Refused) as no:
            desk.do(replace(command, override_reason=empty))
        assert no.value.reason == OverrideNeedsReason()
    assert changed(before, desk.read(dump)) == set()
    done = desk.do(replace(command, override_reason="the subscriber disputes the older ones"))
    assert [share.bill_id for share in taken(done).split.shares] == [newest.bill_id]


def test_the_usual_split_needs_no_reason_in_whatever_order_it_comes(desk: Desk) -> None:
    desk.open_till()
    command = desk.payment(ALL)
    assert desk.do(replace(command, shares=command.shares[::-1])).receipt_number is not None


@pytest.mark.parametrize("minor", [0, -1, -83_004])
def test_nothing_and_less_is_no_payment(desk: Desk, minor: int) -> None:
    desk.open_till()
    assert refusal(desk, 1_000, amount=pounds(minor), shares=()) == AmountNotPositive(pounds(minor))


def test_money_handed_over_is_not_negative(desk: Desk) -> None:
    desk.open_till()
    tendered = (pounds(2_000), Money(-100, SYO))
    assert refusal(desk, 1_000, tendered=tendered) == AmountNotPositive(Money(-100, SYO))


def test_an_amount_beyond_the_limit_is_refused(desk: Desk) -> None:
    desk.open_till()
    limit = DEFAULTS["payment.limit"]["minor"]
    over = pounds(limit + 1)
    assert refusal(desk, limit + 1, tendered=(pounds(limit + 100),)) == AmountOverLimit(over, pounds(limit))
    assert desk.do(desk.payment(limit)).receipt_number == "0001-A-000001"


def test_too_little_handed_over(desk: Desk) -> None:
    desk.open_till()
    assert refusal(desk, 1_000, tendered=(pounds(900),)) == TenderedTooLittle(pounds(1_000), pounds(900))
    assert refusal(desk, 1_000, tendered=()) == TenderedTooLittle(pounds(1_000), pounds(0))


def test_only_cash_is_taken_here(desk: Desk) -> None:
    desk.open_till()
    assert refusal(desk, 1_000, method="cheque") == MethodUnknown("cheque")


def test_the_amount_is_in_the_account_s_own_pound(desk: Desk) -> None:
    desk.open_till()
    old = Money(100_000, SYO)
    assert refusal(desk, 1_000, amount=old, tendered=(old,), shares=()) == CurrencyNotTaken(SYO)


def test_a_closed_till_takes_nothing(desk: Desk) -> None:
    assert refusal(desk, 1_000) == TillClosed("0001")


def test_another_clerk_s_drawer_takes_nothing(desk: Desk) -> None:
    desk.open_till()
    assert refusal(desk, 1_000, by=desk.people.clerk_2) == TillOfOtherClerk("0001", "هدى الشامي")


def test_a_till_that_is_not_there(desk: Desk) -> None:
    assert refusal(desk, 1_000, till_id=NOBODY) == TillUnknown(NOBODY)


def test_a_till_of_another_device(desk: Desk) -> None:
    def other(connection: Connection) -> UUID:
        return connection.execute(select(Till.id).where(Till.code == "0301")).scalar_one()

    assert refusal(desk, 1_000, till_id=desk.read(other)) == TillOfOtherDevice("0301")


def test_an_account_that_is_not_here(desk: Desk) -> None:
    desk.open_till()
    assert refusal(desk, 1_000, account_id=NOBODY, shares=()) == AccountUnknown(NOBODY)


def test_who_may_not_take_payments(desk: Desk) -> None:
    desk.open_till()
    for person in (desk.people.supervisor, desk.people.agent, NOBODY):
        assert refusal(desk, 1_000, by=person) == NotAllowed("payment.take")


def _of(share: Share, amount: Money) -> Share:
    return replace(share, amount=amount)


def _bad_splits(shares: Sequence[Share]) -> list[tuple[Share, ...]]:
    first, second = shares[:2]
    return [
        (_of(first, first.amount + pounds(1)), second),
        (_of(first, pounds(-1)), second),
        (_of(first, pounds(0)), second),
        (_of(first, Money(100, SYO)), second),
        (first, _of(first, pounds(1))),
        (replace(first, part_id=NOBODY),),
    ]


@pytest.mark.parametrize("which", range(6))
def test_a_split_that_does_not_fit(desk: Desk, which: int) -> None:
    desk.open_till()
    shares = _bad_splits(desk.payment(ALL).shares)[which]
    assert isinstance(refusal(desk, ALL, shares=shares), SharesDoNotFit)


def test_shares_beyond_the_amount(desk: Desk) -> None:
    desk.open_till()
    shares = desk.payment(HALF).shares
    assert refusal(desk, HALF - 1, shares=shares) == SharesDoNotFit(pounds(HALF - 1), pounds(HALF))


def test_a_bill_paid_meanwhile_at_this_desk_does_not_take_the_money_twice(desk: Desk) -> None:
    desk.open_till()
    stale = desk.payment(HALF)
    desk.do(desk.payment(HALF))
    with pytest.raises(Refused) as no:
        desk.do(stale)
    assert no.value.reason == SharesDoNotFit(pounds(HALF), pounds(HALF))
