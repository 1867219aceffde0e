"""Days and moments of the demo country, in storage form, and its cycles of bills."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from ccbs_desk.domain.clock import DAMASCUS
from ccbs_desk.domain.policy import DEFAULTS

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
MONTHS_IN_CYCLE = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISSUE_DAY = 5
_ISSUE_MINUTE = 120
_FIRST_DAY = date(1985, 1, 1)


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of bills: its months as "2026-09", the days of its bills, and where it stands in its year's series."""

    months: tuple[str, ...]
    year: int
    issued_on: str
    due_on: str
    period: int
    issued_at: int
    due_at: int
    before_in_year: int
    """How many cycles were issued earlier in the same year."""


class Day(NamedTuple):
    """A day on which something is paid: its first moment and its period."""

    start: int
    period: int


def at_midnight(day: date) -> int:
    """Return the first moment of a day in Damascus, in microseconds since 1970."""
    moment = datetime(day.year, day.month, day.day, tzinfo=DAMASCUS)
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


@cache
def period_of(day: date) -> int:
    """Return the period (year and month) in which a day lies."""
    return day.year * 100 + day.month


def cycles_before(today: date, number: int) -> tuple[Cycle, ...]:
    """Return the last cycles whose bills are out by today, the oldest first."""
    first = date(today.year, today.month - (today.month + 1) % MONTHS_IN_CYCLE, 1)
    while _issued_on(first) > today:
        first = _months_later(first, -MONTHS_IN_CYCLE)
    starts = [_months_later(first, -MONTHS_IN_CYCLE * back) for back in range(number - 1, -1, -1)]
    return tuple(_cycle(start, starts[:n]) for n, start in enumerate(starts))


def days_from(cycle: Cycle, today: date, most: int) -> tuple[Day, ...]:
    """Return the days after a bill's issue, at most so many, and all before today."""
    issued = date.fromisoformat(cycle.issued_on)
    days = (issued + timedelta(days=n) for n in range(1, most + 1))
    return tuple(Day(at_midnight(day), period_of(day)) for day in days if day < today)


def _cycle(start: date, earlier: list[date]) -> Cycle:
    issued = _issued_on(start)
    return Cycle(
        months=tuple(f"{_months_later(start, n):%Y-%m}" for n in range(MONTHS_IN_CYCLE)),
        year=issued.year,
        issued_on=issued.isoformat(),
        due_on=(issued + timedelta(days=DEFAULTS["dunning.days_to_pay"])).isoformat(),
        period=period_of(issued),
        due_at=at_midnight(issued + timedelta(days=DEFAULTS["dunning.days_to_pay"])),
        issued_at=at_midnight(issued) + _ISSUE_MINUTE * MINUTE,
        before_in_year=sum(_issued_on(other).year == issued.year for other in earlier),
    )


def _issued_on(start: date) -> date:
    return _months_later(start, MONTHS_IN_CYCLE).replace(day=_ISSUE_DAY)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


@cache
def days_until(last: date) -> tuple[str, ...]:
    """Return every day from 1985 to the last one, as ISO text."""
    return tuple((_FIRST_DAY + timedelta(days=n)).isoformat() for n in range((last - _FIRST_DAY).days + 1))
