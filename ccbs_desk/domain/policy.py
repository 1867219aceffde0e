"""The rules that the operator may change, each with its default. They live as dated rows, not as constants.

A set of rules has a version; an act names the version under which it was done and is judged by it for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ccbs_desk.domain.money import SYO, SYP, Money

DEFAULTS: Mapping[str, Any] = {
    # Smallest coin or note, minor units by currency: cash is rounded to it (Money, rule 1).
    "cash.smallest": {SYP: 100, SYO: 10000},
    # Families of notes that a till takes.
    "cash.currencies": [SYP, SYO],
    # Notes that a till counts, minor units by currency, largest first.
    "cash.notes": {
        SYP: [50000, 20000, 10000, 5000, 2500, 1000, 500, 200, 100],
        SYO: [500000, 200000, 100000, 50000, 20000, 10000],
    },
    # The most that one payment at a counter may move.
    "payment.limit": {"minor": 500_000_000, "currency": SYP},
    # Over or short that a clerk may accept alone when the drawer is counted.
    "till.difference_limit": {"minor": 50_000, "currency": SYP},
    "dunning.days_to_pay": 30,
    "dunning.grace_days": 10,
    # Below this debt nothing is cut.
    "dunning.small_debt_floor": {"minor": 10_000, "currency": SYP},
    # How a part of a cycle is charged: by "days", the "full" cycle, or "none" before the next bill.
    "feature.proration": "days",
    "feature.credits_removal": 1,
    # How many days ahead a feature may be ordered.
    "feature.ahead_days": 60,
    "billing.cycle_months": 2,
    # A complaint that comes again within these days reopens the first.
    "complaint.reopen_days": 30,
    # Days of the week, 1 is Monday, and minutes of the day, for what is not seen to by night.
    "working.days": [7, 1, 2, 3, 4],
    "working.opens_minute": 480,
    "working.closes_minute": 930,
    "working.holidays": [],
    "clock.warn_seconds": 120,
    "clock.block_seconds": 86_400,
    # An act that arrives later than this after its moment is objected to.
    "act.oldest_days": 60,
    "sign_in.offline_days": 14,
    # After so many days without a word from the centre nobody looks at the data of a desk.
    "data.max_age_days": 14,
    # How long a desk keeps an account of another area that was fetched for a call.
    "visit.minutes": 60,
    # More numbers than this, asked for by one person within so many minutes, raise an alarm.
    "directory.reverse_most": 10,
    "directory.reverse_minutes": 15,
    # How long a directory call should take.
    "directory.target_seconds": 20,
    # Listings that a desk carries which is no call centre's: those of its "governorate", or of the "country".
    "directory.care_scope": "governorate",
    # Answers that are prepared on one key: number, Arabic, English.
    "directory.prepared": [
        "110|الإسعاف|Ambulance",
        "112|الشرطة|Police",
        "113|الإطفاء|Fire brigade",
        "115|شرطة المرور|Traffic police",
        "119|طوارئ الكهرباء|Electricity faults",
        "100|شكاوى الهاتف|Telephone complaints",
    ],
    # The least number of characters of a password that is set from now on.
    "sign_in.password_least": 10,
}


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The rules of one version. Raises KeyError for a rule that nobody declared: that is our bug."""

    version: int
    values: Mapping[str, Any]

    def _value(self, key: str) -> Any:
        return self.values[key] if key in self.values else DEFAULTS[key]

    def number(self, key: str) -> int:
        """Return a count or a number of days or seconds."""
        return int(self._value(key))

    def text(self, key: str) -> str:
        """Return one of a few choices, by its code."""
        return str(self._value(key))

    def numbers(self, key: str) -> tuple[int, ...]:
        """Return a list of numbers."""
        return tuple(int(value) for value in self._value(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts: codes, or days as "2026-03-21"."""
        return tuple(str(value) for value in self._value(key))

    def money(self, key: str) -> Money:
        """Return an amount."""
        value = self._value(key)
        return Money(int(value["minor"]), str(value["currency"]))

    def smallest(self, currency: str) -> Money:
        """Return the smallest note of a currency."""
        return Money(int(self._value("cash.smallest")[currency]), currency)

    def currencies(self) -> tuple[str, ...]:
        """Return the families of notes that a till takes."""
        return tuple(self._value("cash.currencies"))

    def notes(self, currency: str) -> tuple[Money, ...]:
        """Return the notes of a currency, largest first."""
        return tuple(Money(int(minor), currency) for minor in self._value("cash.notes")[currency])


DEFAULT_RULES = PolicySet(0, {})
"""What holds where no rule was ever set."""
