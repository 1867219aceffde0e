"""The part of a cycle that a service is charged for: whole days, rounded half up once, by the operator's rule.

Cycles follow one another without gaps, so many months each, the first of a year with January. A service that begins on
a day is charged for that day and all days to the end of the cycle; one that ends on a day is credited for the days
after it. The credit of what was charged undoes it to the last unit.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from ccbs_desk.domain.money import Money
from ccbs_desk.domain.policy import PolicySet

Rule = Literal["days", "full", "none"]
"""By days; the whole cycle whatever the day; nothing before the next bill."""


class BadProration(ValueError):
    """Terms that make no sense. Codes: `proration.unknown_rule`, `proration.no_months`."""

    def __init__(self, code: str, value: object) -> None:
        super().__init__(f"{code}: {value!r}")
        self.code = code


@dataclass(frozen=True, slots=True)
class BillingCycle:
    """One cycle, by its first and last day, and how many months it has."""

    first: date
    last: date
    months: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def days_from(self, day: date) -> int:
        """Return how many of its days are left on a day, that day counted: all before it begins, none after it."""
        return min(self.days, max(0, (self.last - day).days + 1))


@dataclass(frozen=True, slots=True)
class Terms:
    """How the operator charges a part of a cycle."""

    rule: Rule
    months_in_cycle: int
    credits_removal: bool

    @classmethod
    def of(cls, policy: PolicySet) -> "Terms":
        """Return the terms of a set of rules. Raises BadProration for terms that make no sense."""
        rule: str = policy.text("feature.proration")
        known: tuple[Rule, ...] = get_args(Rule)
        if rule not in known:
            raise BadProration("proration.unknown_rule", rule)
        months = policy.number("billing.cycle_months")
        if months < 1:
            raise BadProration("proration.no_months", months)
        return cls(known[known.index(rule)], months, bool(policy.number("feature.credits_removal")))


def cycle_of(day: date, months: int) -> BillingCycle:
    """Return the cycle in which a day lies."""
    first = (day.year * 12 + day.month - 1) // months * months
    return BillingCycle(_month(first), _month(first + months) - timedelta(days=1), months)


def prorated(monthly: Money, begins: date, cycle: BillingCycle, rule: Rule) -> Money:
    """Return what a service costs from a day to the end of a cycle."""
    days = cycle.days_from(begins)
    if rule == "none" or not days:
        return Money(0, monthly.currency)
    whole = monthly.minor * cycle.months
    if rule == "full":
        return Money(whole, monthly.currency)
    return Money((2 * whole * days + cycle.days) // (2 * cycle.days), monthly.currency)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
