"""Time: UTC moments, Damascus dates, and a desk's clock that runs off."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from ccbs_desk.domain.clock import NotUtc, damascus_date, offset_state, require_utc


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 5, 3, 20, 59, 59, tzinfo=UTC), date(2026, 5, 3)),
        (datetime(2026, 5, 3, 21, 0, tzinfo=UTC), date(2026, 5, 4)),
        (datetime(2026, 12, 31, 21, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2021, 1, 14, 21, 30, tzinfo=UTC), date(2021, 1, 14)),
        (datetime(2021, 7, 14, 21, 30, tzinfo=UTC), date(2021, 7, 15)),
    ],
)
def test_a_payment_before_midnight_in_damascus_belongs_to_that_day(moment: datetime, day: date) -> None:
    assert damascus_date(moment) == day


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(0)), ZoneInfo("UTC")])
def test_utc_in_any_dress_is_utc(zone: timezone | ZoneInfo) -> None:
    moment = datetime(2026, 5, 3, tzinfo=zone)
    assert require_utc(moment) is moment


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=3)), ZoneInfo("Asia/Damascus")])
def test_a_moment_that_is_not_utc_is_refused(zone: timezone | ZoneInfo | None) -> None:
    moment = datetime(2026, 5, 3, tzinfo=zone)
    for act in (require_utc, damascus_date):
        with pytest.raises(NotUtc) as caught:
            act(moment)
        assert (caught.value.code, caught.value.moment) == ("clock.not_utc", moment)


@pytest.mark.parametrize(
    ("offset", "state"),
    [
        (0, "ok"),
        (119.9, "ok"),
        (-119.9, "ok"),
        (120, "warn"),
        (-120, "warn"),
        (86_399, "warn"),
        (86_400, "block"),
        (-86_400, "block"),
    ],
)
def test_two_minutes_off_warn_and_a_day_off_blocks(offset: float, state: str) -> None:
    assert offset_state(offset) == state
