"""Bills and the line: the five ways in which subscribers get hurt, told before anybody goes home."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.domain.allocation import NO_CYCLE, OpenItem, after, allocate
from ccbs_desk.domain.bills import (
    BadBill,
    BarReason,
    BillState,
    DunningPolicy,
    LineOutlook,
    month_of,
    outlook,
    state_of,
)
from ccbs_desk.domain.money import SYO, SYP, Money, convert
from ccbs_desk.domain.receipts import OutlookCode

ISSUED = date(2026, 7, 1)
TODAY = date(2026, 7, 15)
FIRST_BAR = date(2026, 8, 11)
"""30 days to pay, 10 of grace: the last safe day is the fortieth, 10 August."""


def pounds(amount: int) -> Money:
    return Money(amount * 100, SYP)


POLICY = DunningPolicy(small_debt_floor=pounds(100))


def month(
    part: int, remaining: int, *, cycle: str = "2026-05", issued: date = ISSUED, disputed: bool = False
) -> OpenItem:
    return OpenItem(
        bill_id=UUID(int=int(cycle.replace("-", ""))),
        part_id=UUID(int=int(cycle.replace("-", "")) << 8 | part),
        cycle=cycle,
        due=issued + timedelta(days=30),
        issued=issued,
        part=part,
        remaining=pounds(remaining),
        disputed=disputed,
    )


def open_months(answer: LineOutlook) -> list[tuple[str, int | None]]:
    return [(each.month, each.item.remaining.minor // 100 if each.item else None) for each in answer.expected]


def test_a_month_that_will_be_added_later_is_announced_although_all_looks_paid() -> None:
    answer = outlook([month(1, 0)], TODAY, POLICY)
    assert (answer.stays_on, answer.reason, answer.until) == (True, OutlookCode.SETTLED, None)
    assert open_months(answer) == [("2026-06", None)]


def test_a_month_added_later_has_its_own_time_whatever_its_due_date() -> None:
    added = replace(month(2, 400, issued=date(2026, 8, 1)), due=month(1, 0).due)
    answer = outlook([month(1, 0), added], date(2026, 8, 12), POLICY)
    assert (answer.stays_on, answer.until) == (True, date(2026, 9, 11))


def test_one_month_of_a_cycle_paid_and_the_other_open_is_said() -> None:
    answer = outlook([month(1, 0), month(2, 400)], TODAY, POLICY)
    assert (answer.stays_on, answer.reason, answer.until) == (True, OutlookCode.HALF_CYCLE, FIRST_BAR)
    assert open_months(answer) == [("2026-06", 400)]


def test_a_payment_of_exactly_one_month_leaves_the_cycle_half_paid_and_one_of_both_settles_it() -> None:
    items = [month(1, 300), month(2, 400)]
    for amount, reason in ((300, OutlookCode.HALF_CYCLE), (200, OutlookCode.DUE), (700, OutlookCode.SETTLED)):
        left = after(items, allocate(pounds(amount), items).shares)
        assert outlook(left, TODAY, POLICY).reason == reason


def test_a_small_fine_after_payment_cuts_nothing() -> None:
    fine = month(1, 99, cycle="2026-07", issued=date(2026, 7, 13))
    paid = [month(1, 0), month(2, 0)]
    long_after = date(2027, 7, 1)
    assert outlook([*paid, fine], long_after, POLICY).reason == OutlookCode.BELOW_FLOOR
    assert outlook([*paid, fine], long_after, POLICY).stays_on
    at_the_floor = month(1, 100, cycle="2026-07", issued=date(2026, 7, 13))
    assert not outlook([*paid, at_the_floor], long_after, POLICY).stays_on


def test_small_debts_count_together_and_from_the_day_on_which_they_reach_the_floor() -> None:
    items = [month(1, 60), month(1, 60, cycle="2026-07", issued=date(2026, 9, 1))]
    answer = outlook(items, date(2026, 9, 1), POLICY)
    assert (answer.stays_on, answer.reason, answer.until) == (True, OutlookCode.DUE, date(2026, 10, 12))


def test_the_floor_holds_for_debt_in_old_pounds_too() -> None:
    for minor, reason in ((999_999, OutlookCode.BELOW_FLOOR), (1_000_000, OutlookCode.DUE)):
        old = replace(month(1, 0), remaining=Money(minor, SYO))
        assert outlook([old], TODAY, POLICY).reason == reason
    assert convert(pounds(100), SYO)[0] == Money(1_000_000, SYO)


def test_a_line_cut_for_debt_is_reconnected_by_the_payment_that_clears_what_is_overdue() -> None:
    items = [month(1, 300), month(2, 400), month(1, 500, cycle="2026-07", issued=date(2026, 9, 1))]
    today = date(2026, 9, 5)
    assert outlook(items, today, POLICY, bars=[BarReason.DEBT]).reason == OutlookCode.DEBT
    left = after(items, allocate(pounds(700), items).shares)
    answer = outlook(left, today, POLICY, bars=[BarReason.DEBT])
    assert (answer.stays_on, answer.reason, answer.until) == (True, OutlookCode.RECONNECTING, date(2026, 10, 12))


@pytest.mark.parametrize("reason", [BarReason.COURT, BarReason.FRAUD, BarReason.THRESHOLD, BarReason.WISH])
def test_money_lifts_no_bar_but_that_for_debt(reason: BarReason) -> None:
    for bars in ([reason], [BarReason.DEBT, reason]):
        answer = outlook([month(1, 0), month(2, 0)], TODAY, POLICY, bars=bars)
        assert (answer.stays_on, answer.reason, answer.until) == (False, OutlookCode.OTHER_BAR, None)


def test_a_collection_hold_moves_the_due_dates() -> None:
    items = [month(1, 300), month(2, 400)]
    answer = outlook(items, date(2026, 8, 20), POLICY, hold_until=date(2026, 8, 31))
    assert (answer.stays_on, answer.reason, answer.until) == (True, OutlookCode.HOLD, date(2026, 9, 11))
    past = outlook(items, TODAY, POLICY, hold_until=date(2026, 7, 20))
    assert (past.reason, past.until) == (OutlookCode.DUE, FIRST_BAR)


@pytest.mark.parametrize(("day", "stays_on"), [(FIRST_BAR - timedelta(days=1), True), (FIRST_BAR, False)])
def test_the_fortieth_day_is_the_last_safe_one(day: date, stays_on: bool) -> None:
    answer = outlook([month(1, 300), month(2, 400)], day, POLICY)
    assert (answer.stays_on, answer.reason, answer.until) == (stays_on, OutlookCode.DUE, FIRST_BAR)


def test_what_is_under_complaint_cuts_nothing_but_is_still_listed() -> None:
    answer = outlook([month(1, 0), month(2, 400, disputed=True)], date(2027, 1, 1), POLICY)
    assert (answer.stays_on, answer.reason) == (True, OutlookCode.DISPUTED)
    assert open_months(answer) == [("2026-06", 400)]


def test_an_opening_balance_presses_like_a_bill_and_announces_no_month() -> None:
    opening = replace(month(1, 300), cycle=NO_CYCLE)
    answer = outlook([opening], TODAY, POLICY)
    assert (answer.stays_on, answer.reason, answer.until) == (True, OutlookCode.DUE, FIRST_BAR)
    assert open_months(answer) == [("", 300)]


def test_an_account_without_bills_owes_nothing() -> None:
    assert outlook([], TODAY, POLICY) == LineOutlook(True, OutlookCode.SETTLED, None, ())


def test_what_is_open_is_listed_oldest_first() -> None:
    items = [month(1, 5, cycle="2026-07", issued=date(2026, 9, 1)), month(2, 400), month(1, 300)]
    assert open_months(outlook(items, TODAY, POLICY)) == [
        ("2026-05", 300),
        ("2026-06", 400),
        ("2026-07", 5),
        ("2026-08", None),
    ]


item_lists = st.lists(
    st.builds(
        month,
        st.integers(1, 2),
        st.integers(-50, 500),
        cycle=st.sampled_from(["2025-11", "2026-01", "2026-03", "2026-05"]),
        issued=st.dates(date(2026, 1, 1), date(2026, 7, 1)),
        disputed=st.booleans(),
    ),
    unique_by=lambda item: item.part_id,
    max_size=8,
)
days = st.dates(date(2026, 1, 1), date(2027, 1, 1))


@given(item_lists, days, st.integers(0, 100_000), st.lists(st.sampled_from([BarReason.DEBT]), max_size=1))
def test_paying_never_makes_the_outlook_worse(
    items: Sequence[OpenItem], day: date, amount: int, bars: list[str]
) -> None:
    before = outlook(items, day, POLICY, bars=bars)
    left = after(items, allocate(Money(amount, SYP), items).shares)
    answer = outlook(left, day, POLICY, bars=bars)
    assert answer.stays_on >= before.stays_on
    if before.stays_on and before.until:
        assert answer.until is None or answer.until >= before.until


@given(item_lists, days)
def test_a_line_is_in_danger_only_with_undisputed_debt_at_the_floor_and_out_of_time(
    items: Sequence[OpenItem], day: date
) -> None:
    late = [
        item.remaining.minor
        for item in items
        if item.remaining.minor > 0 and not item.disputed and item.issued + timedelta(days=40) < day
    ]
    assert outlook(items, day, POLICY).stays_on == (sum(late) < POLICY.small_debt_floor.minor)


@pytest.mark.parametrize(
    ("remaining", "state"),
    [(500, BillState.SENT), (499, BillState.PARTIALLY_PAID), (0, BillState.SETTLED), (-1, BillState.SETTLED)],
)
def test_a_sent_bill_is_as_far_as_it_is_paid(remaining: int, state: BillState) -> None:
    assert state_of(BillState.SENT, pounds(500), pounds(remaining)) == state


def test_a_sent_bill_over_nothing_is_settled() -> None:
    assert state_of(BillState.SENT, pounds(0), pounds(0)) == BillState.SETTLED


@pytest.mark.parametrize("issuing", [BillState.NEW, BillState.ON_HOLD, BillState.VALIDATED, BillState.VOID])
def test_a_bill_that_was_not_sent_or_is_void_is_not_paid(issuing: BillState) -> None:
    assert state_of(issuing, pounds(500), pounds(0)) == issuing


@pytest.mark.parametrize("issuing", [BillState.PARTIALLY_PAID, BillState.SETTLED])
def test_how_far_a_bill_is_paid_is_never_stored(issuing: BillState) -> None:
    with pytest.raises(BadBill) as caught:
        state_of(issuing, pounds(500), pounds(0))
    assert (caught.value.code, caught.value.text) == ("bill.not_issuing", issuing)


def test_the_parts_of_a_cycle_are_its_months() -> None:
    assert [month_of("2026-11", part) for part in (1, 2, 3)] == ["2026-11", "2026-12", "2027-01"]


@pytest.mark.parametrize(("cycle", "part"), [("2026-05", 0), ("2026-13", 1), ("2026-00", 1), ("2026/05", 1), ("", 1)])
def test_what_is_no_cycle_has_no_months(cycle: str, part: int) -> None:
    with pytest.raises(BadBill) as caught:
        month_of(cycle, part)
    assert caught.value.code == "bill.bad_cycle"
