"""The split is shown before it is confirmed, and what speaks against it is a reason, never an exception."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Connection, update

from ccbs_desk.domain.errors import (
    AccountUnknown,
    AmountNotPositive,
    AmountOverLimit,
    CurrencyNotTaken,
    MethodUnknown,
    TenderedTooLittle,
)
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.receipts import OutlookCode
from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import Bill, BillPart
from ccbs_desk.models.reference import Policy
from ccbs_desk.services.payment_preview import Preview, preview
from tests.factories.desk import Desk

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")
HALF, SECOND, THIRD = 83_004, 165_915, 165_971


def new(minor: int) -> Money:
    return Money(minor, SYP)


def seen(
    desk: Desk,
    minor: int,
    *,
    chosen: tuple[UUID, ...] = (),
    tendered: tuple[Money, ...] = (),
    today: date | None = None,
) -> Preview:
    return desk.read(preview, desk.account_id, new(minor), today=today or desk.today, chosen=chosen, tendered=tendered)


def test_the_oldest_is_paid_first_and_a_cycle_before_the_next(desk: Desk) -> None:
    view = seen(desk, HALF + 100_000)
    oldest, second, third = view.bills
    assert (oldest.owed, oldest.share, oldest.remaining_after) == (new(HALF), new(HALF), new(0))
    assert [(month.part, month.owed.minor, month.share.minor) for month in oldest.months] == [
        (1, 0, 0),
        (2, HALF, HALF),
    ]
    assert [month.share.minor for month in second.months] == [82_825, 17_175]
    assert (second.remaining_after, third.share) == (new(SECOND - 100_000), new(0))
    assert view.shares == view.split.shares
    assert [share.amount.minor for share in view.shares] == [HALF, 82_825, 17_175]
    assert (view.balance, view.balance_after) == (new(414_890), new(414_890 - HALF - 100_000))
    assert (view.departs_from_rule, view.refusals) == (False, ())
    assert [(bill.overdue, bill.chosen, bill.incomplete) for bill in view.bills] == [
        (True, False, False),
        (True, False, False),
        (False, False, False),
    ]


def test_a_cycle_left_half_paid_is_said_beforehand(desk: Desk) -> None:
    view = seen(desk, HALF + 82_825)
    assert [bill.half_paid_after for bill in view.bills] == [False, True, False]
    assert [bill.half_paid_after for bill in seen(desk, 0).bills] == [True, False, False]
    assert view.outlook is not None
    assert (view.outlook.stays_on, view.outlook.reason) == (False, OutlookCode.HALF_CYCLE)


def test_whether_the_line_stays_on_follows_the_amount(desk: Desk) -> None:
    outlooks = {minor: seen(desk, minor).outlook for minor in (0, HALF + SECOND, HALF + SECOND + THIRD)}
    told = {minor: (o.stays_on, o.reason, o.until, len(o.expected)) for minor, o in outlooks.items() if o}
    assert told == {
        0: (False, OutlookCode.HALF_CYCLE, date(2026, 8, 15), 5),
        HALF + SECOND: (True, OutlookCode.DUE, date(2026, 12, 16), 2),
        HALF + SECOND + THIRD: (True, OutlookCode.SETTLED, None, 0),
    }


def test_the_payer_s_choice_departs_from_the_rule(desk: Desk) -> None:
    newest = seen(desk, 0).bills[-1].bill_id
    view = seen(desk, 10_000, chosen=(newest,))
    assert [bill.share.minor for bill in view.bills] == [0, 0, 10_000]
    assert [bill.chosen for bill in view.bills] == [False, False, True]
    assert view.departs_from_rule
    oldest = seen(desk, 0).bills[0].bill_id
    assert not seen(desk, 10_000, chosen=(oldest, NOBODY)).departs_from_rule


def test_what_is_more_than_all_is_credit(desk: Desk) -> None:
    view = seen(desk, 500_000)
    assert (view.split.credit, view.balance_after) == (new(85_110), new(-85_110))


def test_a_disputed_month_is_left_out_unless_it_is_named(desk: Desk) -> None:
    def dispute(connection: Connection) -> None:
        table = table_of(BillPart)
        part = seen_part
        connection.execute(update(table).where(table.c.id == part).values(disputed=True))

    before = seen(desk, 0).bills[0]
    seen_part = before.months[1].part_id
    desk.write(dispute)
    view = seen(desk, 10_000)
    assert (view.bills[0].share, view.bills[1].share) == (new(0), new(10_000))
    assert [month.disputed for month in view.bills[0].months] == [False, True]
    named = seen(desk, 10_000, chosen=(before.bill_id,))
    assert (named.bills[0].share, named.departs_from_rule) == (new(10_000), True)


def test_an_incomplete_bill_says_so(desk: Desk) -> None:
    table = table_of(Bill)
    oldest = seen(desk, 0).bills[0].bill_id
    desk.write(lambda c: c.execute(update(table).where(table.c.id == oldest).values(incomplete=True)).rowcount)
    assert [bill.incomplete for bill in seen(desk, 0).bills] == [True, False, False]


@pytest.mark.parametrize(
    ("minor", "tendered", "collect", "rounding", "change"),
    [
        (83_004, (), 83_000, -4, -83_000),
        (83_050, (new(90_000),), 83_100, 50, 6_900),
        (83_049, (Money(8_300_000, SYO),), 83_000, -49, 0),
        (10_000, (Money(500_000, SYO), Money(500_000, SYO), new(500)), 10_000, 0, 500),
        (40, (), 0, -40, 0),
    ],
)
def test_what_to_ask_for(
    desk: Desk, minor: int, tendered: tuple[Money, ...], collect: int, rounding: int, change: int
) -> None:
    terms = seen(desk, minor, tendered=tendered).terms
    assert terms is not None
    assert (terms.collect, terms.rounding, terms.change) == (new(collect), new(rounding), new(change))


def test_less_than_half_the_smallest_note_is_no_payment(desk: Desk) -> None:
    assert seen(desk, 49).refusals == (AmountNotPositive(new(0)),)
    assert seen(desk, 50).refusals == ()


def test_nothing_yet(desk: Desk) -> None:
    view = seen(desk, 0)
    assert (view.terms, view.shares, view.refusals) == (None, (), (AmountNotPositive(new(0)),))
    assert len(view.bills) == 3


@pytest.mark.parametrize("minor", [-1, -(10**15)])
def test_less_than_nothing(desk: Desk, minor: int) -> None:
    view = seen(desk, minor)
    assert (view.terms, view.shares, view.balance_after) == (None, (), view.balance)
    assert view.refusals == (AmountNotPositive(new(minor)),)


def test_beyond_the_limit(desk: Desk) -> None:
    view = seen(desk, 10**15)
    assert view.refusals == (AmountOverLimit(new(10**15), new(500_000_000)),)
    assert view.split.credit == new(10**15 - 414_890)


def test_too_little_is_said_once_something_is_handed_over(desk: Desk) -> None:
    assert seen(desk, 1_000).refusals == ()
    assert seen(desk, 1_000, tendered=(new(900),)).refusals == (TenderedTooLittle(new(1_000), new(900)),)
    assert AmountNotPositive(new(-5)) in seen(desk, 1_000, tendered=(new(-5),)).refusals


def test_an_amount_in_the_other_pound(desk: Desk) -> None:
    view = desk.read(preview, desk.account_id, Money(100_000, SYO), today=desk.today)
    assert view.refusals == (CurrencyNotTaken(SYO),)
    assert (view.shares, view.terms, view.balance_after) == ((), None, view.balance)


def test_a_family_of_notes_that_is_not_taken_any_more(desk: Desk) -> None:
    table = table_of(Policy)
    desk.write(
        lambda c: c.execute(update(table).where(table.c.key == "cash.currencies").values(value=["SYP"])).rowcount
    )
    view = seen(desk, 1_000, tendered=(Money(100_000, SYO),))
    assert (view.refusals, view.terms) == ((CurrencyNotTaken(SYO),), None)


def test_another_method(desk: Desk) -> None:
    view = desk.read(preview, desk.account_id, new(1_000), today=desk.today, method="cheque")
    assert view.refusals == (MethodUnknown("cheque"),)


def test_nobody_s_account(desk: Desk) -> None:
    view = desk.read(preview, NOBODY, new(1_000), today=desk.today)
    assert view.refusals == (AccountUnknown(NOBODY),)
    assert (view.bills, view.shares, view.terms, view.outlook) == ((), (), None, None)
