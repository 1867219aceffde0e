"""Splitting a payment: named bills, then the oldest; a cycle is one block; not a piastre is lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.domain.allocation import (
    NO_CYCLE,
    BadAllocation,
    BlockState,
    OpenItem,
    Share,
    Split,
    after,
    allocate,
    block_state,
    fit,
)
from ccbs_desk.domain.money import SYO, SYP, BadMoney, Money, total


def pounds(amount: int) -> Money:
    return Money(amount * 100, SYP)


def bill(number: int) -> UUID:
    return UUID(int=number << 64)


def month(number: int, part: int, remaining: Money, *, cycle: str | None = None, disputed: bool = False) -> OpenItem:
    """One month of bill `number`; each bill is a cycle of two months, due 30 days after its issue."""
    issued = date(2026, 1, 1) + timedelta(days=60 * number)
    return OpenItem(
        bill_id=bill(number),
        part_id=UUID(int=bill(number).int + part),
        cycle=cycle or f"{2026 + (number - 1) // 6}-{(number - 1) % 6 * 2 + 1:02}",
        due=issued + timedelta(days=30),
        issued=issued,
        part=part,
        remaining=remaining,
        disputed=disputed,
    )


def in_pounds(split: Split) -> list[tuple[int, int, int]]:
    return [
        (share.bill_id.int >> 64, share.part_id.int - share.bill_id.int, share.amount.minor // 100)
        for share in split.shares
    ]


TWO_CYCLES = [month(1, 1, pounds(300)), month(1, 2, pounds(200)), month(2, 1, pounds(100)), month(2, 2, pounds(400))]


def test_the_oldest_bill_is_paid_first_both_months_before_the_next() -> None:
    split = allocate(pounds(650), TWO_CYCLES)
    assert in_pounds(split) == [(1, 1, 300), (1, 2, 200), (2, 1, 100), (2, 2, 50)]
    assert split.credit == pounds(0)


def test_the_bill_that_the_payer_names_comes_first_and_the_rest_goes_to_the_oldest() -> None:
    split = allocate(pounds(550), TWO_CYCLES, chosen=[bill(2)])
    assert in_pounds(split) == [(2, 1, 100), (2, 2, 400), (1, 1, 50)]


def test_named_bills_are_paid_in_the_order_named_and_only_once() -> None:
    items = [*TWO_CYCLES, month(3, 1, pounds(10))]
    split = allocate(pounds(520), items, chosen=[bill(3), bill(2), bill(3)])
    assert in_pounds(split) == [(3, 1, 10), (2, 1, 100), (2, 2, 400), (1, 1, 10)]


def test_an_opening_balance_is_older_than_every_bill() -> None:
    opening = replace(month(9, 1, pounds(50)), cycle=NO_CYCLE)
    assert in_pounds(allocate(pounds(100), [*TWO_CYCLES, opening])) == [(9, 1, 50), (1, 1, 50)]


def test_what_is_left_after_all_bills_becomes_credit() -> None:
    assert allocate(pounds(1200), TWO_CYCLES).credit == pounds(200)


def test_a_payment_ahead_of_any_bill_is_all_credit() -> None:
    assert allocate(pounds(70), []) == Split((), pounds(70))


def test_a_disputed_month_is_skipped_unless_its_bill_is_named() -> None:
    items = [month(1, 1, pounds(300), disputed=True), month(1, 2, pounds(200)), month(2, 1, pounds(100))]
    assert in_pounds(allocate(pounds(600), items)) == [(1, 2, 200), (2, 1, 100)]
    assert allocate(pounds(600), items).credit == pounds(300)
    assert in_pounds(allocate(pounds(600), items, chosen=[bill(1)])) == [(1, 1, 300), (1, 2, 200), (2, 1, 100)]


def test_imported_monthly_bills_of_one_cycle_are_one_block() -> None:
    """The second month of the old cycle is issued as a bill of its own, after the next cycle fell due."""
    first, second = month(1, 1, pounds(100), cycle="2025-11"), month(4, 2, pounds(100), cycle="2025-11")
    other = month(2, 1, pounds(100))
    assert in_pounds(allocate(pounds(250), [other, second, first])) == [(1, 1, 100), (4, 2, 100), (2, 1, 50)]


def test_a_named_bill_with_nothing_left_takes_nothing() -> None:
    items = [month(1, 1, pounds(0)), month(2, 1, pounds(100))]
    assert in_pounds(allocate(pounds(60), items, chosen=[bill(1), bill(9)])) == [(2, 1, 60)]


def test_an_overpaid_part_neither_takes_nor_gives() -> None:
    items = [month(1, 1, pounds(-50)), month(2, 1, pounds(100))]
    for chosen in ([], [bill(1)]):
        assert allocate(pounds(120), items, chosen) == Split(
            (Share(bill(2), items[1].part_id, pounds(100)),), pounds(20)
        )


def test_a_payment_in_the_other_pound_is_not_mixed_in() -> None:
    with pytest.raises(BadMoney):
        allocate(Money(100, SYO), TWO_CYCLES)


def test_a_negative_payment_is_no_payment() -> None:
    with pytest.raises(BadAllocation) as caught:
        allocate(pounds(-1), TWO_CYCLES)
    assert caught.value.code == "allocation.negative"


remainders = st.integers(-500, 50_000).map(lambda minor: Money(minor, SYP))
item_lists = st.lists(
    st.builds(month, st.integers(1, 8), st.integers(1, 2), remainders, disputed=st.booleans()),
    unique_by=lambda item: item.part_id,
    max_size=12,
)
amounts = st.integers(0, 400_000).map(lambda minor: Money(minor, SYP))
choices = st.lists(st.integers(1, 9).map(bill), max_size=4)


@given(amounts, item_lists, choices)
def test_no_split_loses_or_invents_money(amount: Money, items: list[OpenItem], chosen: list[UUID]) -> None:
    split = allocate(amount, items, chosen)
    remaining = {item.part_id: item.remaining for item in items}
    assert split.amount == amount
    assert split.credit.minor >= 0
    assert len({share.part_id for share in split.shares}) == len(split.shares)
    for share in split.shares:
        assert 0 < share.amount.minor <= remaining[share.part_id].minor


@given(amounts, item_lists, choices)
def test_money_becomes_credit_only_when_nothing_payable_is_left(
    amount: Money, items: list[OpenItem], chosen: list[UUID]
) -> None:
    split = allocate(amount, items, chosen)
    left = [
        item
        for item in after(items, split.shares)
        if item.remaining.minor > 0 and (item.bill_id in chosen or not item.disputed)
    ]
    assert not (split.credit.minor and left)


@given(amounts, item_lists, choices)
def test_each_part_is_filled_before_the_next_one_gets_anything(
    amount: Money, items: list[OpenItem], chosen: list[UUID]
) -> None:
    by_part = {item.part_id: item for item in items}
    shares = allocate(amount, items, chosen).shares
    assert all(share.amount == by_part[share.part_id].remaining for share in shares[:-1])


@given(amounts, item_lists)
def test_a_cycle_is_finished_before_another_is_begun_and_the_oldest_comes_first(
    amount: Money, items: list[OpenItem]
) -> None:
    by_part = {item.part_id: item for item in items}
    cycles = [by_part[share.part_id].cycle for share in allocate(amount, items).shares]
    assert list(dict.fromkeys(cycles)) == sorted(set(cycles))
    assert cycles == sorted(cycles)


@given(amounts, item_lists, choices, st.integers())
def test_the_split_does_not_depend_on_the_order_in_which_items_come(
    amount: Money, items: list[OpenItem], chosen: list[UUID], seed: int
) -> None:
    shuffled = list(items)
    Random(seed).shuffle(shuffled)
    assert allocate(amount, shuffled, chosen) == allocate(amount, items, chosen)


def test_a_bill_paid_elsewhere_meanwhile_turns_its_share_into_credit() -> None:
    split = allocate(pounds(650), TWO_CYCLES)
    remaining = {TWO_CYCLES[1].part_id: pounds(50), TWO_CYCLES[2].part_id: pounds(100)}
    fitted = fit(split.shares, remaining, split.credit)
    assert in_pounds(fitted) == [(1, 2, 50), (2, 1, 100)]
    assert fitted.credit == pounds(500)


def test_a_split_without_shares_keeps_its_credit() -> None:
    assert fit([], {}, pounds(5)) == Split((), pounds(5))
    with pytest.raises(BadAllocation) as caught:
        fit([], {})
    assert caught.value.code == "allocation.no_currency"


share_lists = st.lists(
    st.builds(
        lambda number, part, minor: Share(bill(number), UUID(int=bill(number).int + part), Money(minor, SYP)),
        st.integers(1, 3),
        st.integers(1, 2),
        st.integers(1, 50_000),
    ),
    min_size=1,
    max_size=8,
)


@given(share_lists, item_lists, st.none() | amounts)
def test_fitting_keeps_the_sum_and_never_overpays_a_part(
    shares: list[Share], items: list[OpenItem], credit: Money | None
) -> None:
    remaining = {item.part_id: item.remaining for item in items}
    fitted = fit(shares, remaining, credit)
    paid = total((share.amount for share in shares), SYP) + (credit or Money(0, SYP))
    assert fitted.amount == paid
    for item in after(items, fitted.shares):
        assert item.remaining.minor >= min(0, remaining[item.part_id].minor)


@given(amounts, item_lists, choices)
def test_a_split_that_still_fits_is_left_as_it_is(amount: Money, items: list[OpenItem], chosen: list[UUID]) -> None:
    split = allocate(amount, items, chosen)
    assert fit(split.shares, {item.part_id: item.remaining for item in items}, split.credit) == split


def states(remainders: Sequence[int]) -> BlockState:
    return block_state([month(1, part, pounds(amount)) for part, amount in enumerate(remainders, 1)])


def test_one_month_of_a_cycle_paid_and_the_other_not_is_told() -> None:
    state = states([0, 200])
    assert state == BlockState(paid_parts=(1,), open_parts=(2,), remaining=pounds(200))
    assert state.half_paid


def test_a_cycle_open_or_paid_as_a_whole_is_not_half_paid() -> None:
    assert not states([300, 200]).half_paid
    assert states([300, 200]).remaining == pounds(500)
    assert not states([0, -5]).half_paid
    assert states([0, -5]) == BlockState((1, 2), (), pounds(0))


def test_a_month_with_a_debit_note_still_open_is_not_paid() -> None:
    first = month(1, 1, pounds(0))
    note = replace(first, bill_id=bill(7), part_id=UUID(int=7), remaining=pounds(10))
    assert block_state([first, note, month(1, 2, pounds(0))]) == BlockState((2,), (1,), pounds(10))


@pytest.mark.parametrize("items", [[], TWO_CYCLES])
def test_a_block_is_one_cycle(items: list[OpenItem]) -> None:
    with pytest.raises(BadAllocation) as caught:
        block_state(items)
    assert caught.value.code == "allocation.mixed_cycles"
