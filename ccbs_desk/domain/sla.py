"""Service levels: how long a complaint's clock has run, when its time is used up, and whether it is late.

A complaint keeps the list of its clock's intervals, running or paused and why. Everything else is computed from them,
with the operator's working hours and holidays, so that it can be explained line by line (domain.md, Complaints).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ccbs_desk.domain.clock import DAMASCUS
from ccbs_desk.domain.policy import PolicySet

RUNNING, PAUSED = "running", "paused"
ALWAYS = "always"
"""The calendar of what is seen to by day and by night."""
_DAY = timedelta(days=1)
_MINUTES_IN_DAY = 24 * 60


class BadCalendar(ValueError):
    """Working hours in which nobody ever works. Code: `calendar.no_hours`."""

    code = "calendar.no_hours"

    def __init__(self) -> None:
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the clock in UTC: running or paused; open while `until` is empty. `why` is a code."""

    clock: str
    since: datetime
    until: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people work: days of the week (1 is Monday), minutes of the day in Damascus, and the days off."""

    days: frozenset[int]
    opens: int
    closes: int
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.days & frozenset(range(1, 8)) or not 0 <= self.opens < self.closes <= _MINUTES_IN_DAY:
            raise BadCalendar

    @classmethod
    def of(cls, policy: PolicySet) -> "WorkingHours":
        """Return the working hours of a set of rules. Raises BadCalendar when nobody ever works."""
        return cls(
            frozenset(policy.numbers("working.days")),
            policy.number("working.opens_minute"),
            policy.number("working.closes_minute"),
            frozenset(date.fromisoformat(day) for day in policy.texts("working.holidays")),
        )

    def works_on(self, day: date) -> bool:
        """Return whether anybody works on a day."""
        return day.isoweekday() in self.days and day not in self.holidays

    def hours_of(self, day: date) -> tuple[datetime, datetime]:
        """Return when work begins and ends on a working day, in UTC."""
        midnight = datetime.combine(day, time(), DAMASCUS)
        begins, ends = (midnight + timedelta(minutes=minute) for minute in (self.opens, self.closes))
        return begins.astimezone(UTC), ends.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a complaint stands against its service level.

    `due_at` is the moment at which its time is used up, past or to come; None while the clock stands with time left.
    `late` says that more time was used than allowed, or that the moment is past though nobody has worked since.
    """

    used: timedelta
    allowed: timedelta
    due_at: datetime | None
    late: bool
    running: bool


def standing(intervals: Sequence[Interval], allowed: timedelta, hours: WorkingHours | None, now: datetime) -> Standing:
    """Return how a complaint stands now. `hours` is None for what is seen to by day and by night."""
    ordered = sorted(intervals, key=lambda interval: interval.since)
    used = sum((end - start for start, end in _stretches(ordered, hours, now)), timedelta())
    running = any(interval.clock == RUNNING and interval.until is None for interval in ordered)
    due_at = _due_at(ordered, allowed, hours)
    overdue = running and due_at is not None and due_at < now
    return Standing(used, allowed, due_at, used > allowed or overdue, running)


def _due_at(ordered: Iterable[Interval], allowed: timedelta, hours: WorkingHours | None) -> datetime | None:
    left = allowed
    for start, end in _stretches(ordered, hours, None):
        if end - start >= left:
            return start + left
        left -= end - start
    return None


def _stretches(
    ordered: Iterable[Interval], hours: WorkingHours | None, now: datetime | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield when the clock ran, up to now; without a now, an open interval never ends."""
    for interval in ordered:
        if interval.clock == RUNNING:
            until = interval.until if now is None or interval.until is not None else max(now, interval.since)
            yield from _worked(interval.since, until, hours)


def _worked(since: datetime, until: datetime | None, hours: WorkingHours | None) -> Iterator[tuple[datetime, datetime]]:
    if hours is None:
        yield since, until if until is not None else datetime.max.replace(tzinfo=UTC)
        return
    day = since.astimezone(DAMASCUS).date()
    while until is None or hours.hours_of(day)[0] < until:
        if hours.works_on(day):
            begins, ends = hours.hours_of(day)
            start, end = max(begins, since), ends if until is None else min(ends, until)
            if start < end:
                yield start, end
        day += _DAY
