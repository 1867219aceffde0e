"""The part of a cycle: whole days, rounded once, and a credit that undoes a charge to the last unit."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.policy import DEFAULT_RULES, PolicySet
from ccbs_desk.domain.proration import BadProration, BillingCycle, Terms, cycle_of, prorated

CYCLE = BillingCycle(date(2026, 11, 1), date(2026, 12, 31), 2)
MONTHLY = Money(1_500, SYP)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_the_cycles_of_two_months_begin_with_january() -> None:
    assert cycle_of(date(2026, 11, 20), 2) == CYCLE
    assert cycle_of(date(2026, 12, 31), 2) == CYCLE
    assert cycle_of(date(2027, 2, 28), 2) == BillingCycle(date(2027, 1, 1), date(2027, 2, 28), 2)
    assert cycle_of(date(2028, 2, 1), 1) == BillingCycle(date(2028, 2, 1), date(2028, 2, 29), 1)


@settings(deadline=None)
@given(days, st.integers(1, 12))
def test_cycles_follow_one_another_without_gaps(day: date, months: int) -> None:
    cycle = cycle_of(day, months)
    assert cycle.first <= day <= cycle.last
    assert cycle.first.day == 1
    assert cycle_of(cycle.last + timedelta(days=1), months).first == cycle.last + timedelta(days=1)


def test_what_is_left_of_a_cycle() -> None:
    assert CYCLE.days == 61
    assert CYCLE.days_from(date(2026, 11, 20)) == 42
    assert CYCLE.days_from(CYCLE.first) == CYCLE.days_from(date(2026, 10, 3)) == 61
    assert CYCLE.days_from(CYCLE.last) == 1
    assert CYCLE.days_from(date(2027, 1, 1)) == 0


def test_a_part_is_rounded_half_up_once() -> None:
    # 2 x 1,500 x 42 / 61 = 2,065.57...
    assert prorated(MONTHLY, date(2026, 11, 20), CYCLE, "days") == Money(2_066, SYP)
    assert prorated(Money(61, SYP), date(2026, 12, 31), BillingCycle(CYCLE.first, CYCLE.last, 1), "days").minor == 1
    half = BillingCycle(date(2026, 2, 1), date(2026, 2, 28), 1)
    assert prorated(Money(7, SYP), date(2026, 2, 15), half, "days") == Money(4, SYP)


def test_the_operators_other_rules() -> None:
    assert prorated(MONTHLY, date(2026, 12, 30), CYCLE, "full") == Money(3_000, SYP)
    assert prorated(MONTHLY, date(2026, 11, 1), CYCLE, "none") == Money(0, SYP)
    assert prorated(MONTHLY, date(2027, 1, 1), CYCLE, "full") == Money(0, SYP)


@settings(deadline=None)
@given(st.integers(0, 10**9), days, days, st.integers(1, 6))
def test_a_part_is_near_its_share_and_grows_with_its_days(minor: int, one: date, other: date, months: int) -> None:
    cycle = cycle_of(one, months)
    first, second = sorted((one, other))
    costs = [prorated(Money(minor, SYP), day, cycle, "days").minor for day in (first, second)]
    exact = Fraction(minor * months * cycle.days_from(first), cycle.days)
    assert abs(costs[0] - exact) <= Fraction(1, 2)
    assert costs[0] >= costs[1] >= 0


def test_the_terms_are_rules_of_the_operator() -> None:
    assert Terms.of(DEFAULT_RULES) == Terms("days", 2, credits_removal=True)
    told = PolicySet(1, {"feature.proration": "full", "billing.cycle_months": 1, "feature.credits_removal": 0})
    assert Terms.of(told) == Terms("full", 1, credits_removal=False)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"feature.proration": "by the moon"}, "proration.unknown_rule"),
        ({"billing.cycle_months": 0}, "proration.no_months"),
    ],
)
def test_terms_that_make_no_sense_are_told(values: dict[str, object], code: str) -> None:
    with pytest.raises(BadProration) as caught:
        Terms.of(PolicySet(1, values))
    assert caught.value.code == code
