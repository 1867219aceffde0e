"""The clock of a complaint: what it used, when its time is up, and what working hours and holidays do to it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccbs_desk.domain.policy import DEFAULT_RULES, PolicySet
from ccbs_desk.domain.sla import PAUSED, RUNNING, BadCalendar, Interval, Standing, WorkingHours, standing

# A Thursday; Friday and Saturday are free, 8:00 in Damascus is 5:00 UTC.
THURSDAY = datetime(2026, 11, 19, 5, 0, tzinfo=UTC)
HOURS = WorkingHours.of(DEFAULT_RULES)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ran(since: datetime, until: datetime | None = None) -> Interval:
    return Interval(RUNNING, since, until, "opened")


def test_by_day_and_by_night_every_hour_counts() -> None:
    told = standing([ran(THURSDAY)], 2 * DAY, None, THURSDAY + 5 * HOUR)
    assert told == Standing(5 * HOUR, 2 * DAY, THURSDAY + 2 * DAY, late=False, running=True)
    assert standing([ran(THURSDAY)], 2 * DAY, None, THURSDAY + 2 * DAY + HOUR).late


def test_pauses_do_not_count() -> None:
    paused = [
        ran(THURSDAY, THURSDAY + 3 * HOUR),
        Interval(PAUSED, THURSDAY + 3 * HOUR, THURSDAY + 10 * HOUR, "waits_for_subscriber"),
        ran(THURSDAY + 10 * HOUR),
    ]
    told = standing(list(reversed(paused)), 4 * HOUR, None, THURSDAY + 10.5 * HOUR)
    assert (told.used, told.due_at, told.late) == (3.5 * HOUR, THURSDAY + 11 * HOUR, False)


def test_a_clock_that_stands_with_time_left_is_due_at_no_moment() -> None:
    paused = [ran(THURSDAY, THURSDAY + HOUR), Interval(PAUSED, THURSDAY + HOUR, None, "waits_for_subscriber")]
    assert standing(paused, 4 * HOUR, None, THURSDAY + DAY) == Standing(HOUR, 4 * HOUR, None, late=False, running=False)


def test_what_was_resolved_late_stays_late_and_what_was_in_time_stays_so() -> None:
    late = standing([ran(THURSDAY, THURSDAY + 5 * HOUR)], 4 * HOUR, None, THURSDAY + 30 * DAY)
    assert (late.late, late.due_at, late.running) == (True, THURSDAY + 4 * HOUR, False)
    timely = standing([ran(THURSDAY, THURSDAY + 4 * HOUR)], 4 * HOUR, None, THURSDAY + 30 * DAY)
    assert (timely.late, timely.used) == (False, 4 * HOUR)


def test_working_hours_leave_out_nights_free_days_and_holidays() -> None:
    opened = THURSDAY + 6.5 * HOUR
    told = standing([ran(opened)], 3 * HOUR, HOURS, opened)
    # An hour is left on Thursday (to 15:30); two more on Sunday.
    assert told.due_at == datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    holiday = WorkingHours(HOURS.days, HOURS.opens, HOURS.closes, frozenset({date(2026, 11, 22)}))
    assert standing([ran(opened)], 3 * HOUR, holiday, opened).due_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    weekend = standing([ran(opened)], 3 * HOUR, HOURS, THURSDAY + 2 * DAY)
    assert weekend.used == HOUR
    assert standing([ran(THURSDAY + DAY, THURSDAY + 2 * DAY)], HOUR, HOURS, THURSDAY).used == timedelta()


def test_what_was_due_at_the_end_of_a_day_is_late_that_night() -> None:
    due = THURSDAY + 7.5 * HOUR
    told = standing([ran(THURSDAY)], 7.5 * HOUR, HOURS, due)
    assert (told.due_at, told.late) == (due, False)
    assert standing([ran(THURSDAY)], 7.5 * HOUR, HOURS, due + timedelta(minutes=1)).late
    in_time = standing([ran(THURSDAY, due)], 7.5 * HOUR, HOURS, due + 30 * DAY)
    assert (in_time.due_at, in_time.late) == (due, False)


def test_a_clock_that_is_ahead_of_ours_has_used_nothing() -> None:
    assert standing([ran(THURSDAY + HOUR)], 2 * HOUR, None, THURSDAY).used == timedelta()


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 60 * 24 * 14), st.integers(1, 60 * 24 * 14), st.integers(1, 60 * 40), st.sampled_from([None, HOURS])
)
def test_the_time_is_used_up_exactly_when_it_is_due(
    after: int, ran_for: int, allowed: int, hours: WorkingHours | None
) -> None:
    since = THURSDAY + timedelta(minutes=after)
    now, level = since + timedelta(minutes=ran_for), timedelta(minutes=allowed)
    told = standing([ran(since)], level, hours, now)
    assert told.due_at is not None
    assert told.late == (told.due_at < now)
    at_that_moment = standing([ran(since)], level, hours, told.due_at)
    assert (at_that_moment.used, at_that_moment.late) == (level, False)


@pytest.mark.parametrize(
    "values",
    [{"working.days": []}, {"working.days": [9]}, {"working.opens_minute": 930}, {"working.closes_minute": 1_500}],
)
def test_hours_in_which_nobody_works_are_told(values: dict[str, object]) -> None:
    with pytest.raises(BadCalendar):
        WorkingHours.of(PolicySet(1, values))


def test_the_hours_are_rules_of_the_operator() -> None:
    told = WorkingHours.of(PolicySet(1, {"working.holidays": ["2026-12-25"]}))
    assert told.holidays == {date(2026, 12, 25)}
    assert not told.works_on(date(2026, 12, 25))
    assert told.works_on(date(2026, 12, 27))
