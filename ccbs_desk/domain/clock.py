"""Time as the rules see it: moments in UTC, business dates in Damascus. Nothing here reads a clock."""

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

DAMASCUS = ZoneInfo("Asia/Damascus")
"""The zone of business dates. UTC+3 all year since October 2022; with summer time before, which old bills need."""

WARN_OFFSET = timedelta(minutes=2)
"""From here on a desk shows that its clock is off."""
BLOCK_OFFSET = timedelta(hours=24)
"""From here on a desk takes no new work: its receipts would carry another day."""

OffsetState = Literal["ok", "warn", "block"]


class NotUtc(ValueError):
    """A moment without a zone, or in another than UTC. Code: `clock.not_utc`."""

    code = "clock.not_utc"

    def __init__(self, moment: datetime) -> None:
        super().__init__(f"{self.code}: {moment.isoformat()}")
        self.moment = moment


def require_utc(moment: datetime) -> datetime:
    """Return the moment, which must say that it is UTC. Raises NotUtc."""
    if moment.utcoffset() != timedelta(0):
        raise NotUtc(moment)
    return moment


def damascus_date(moment: datetime) -> date:
    """Return the business date of a UTC moment: the calendar day in Damascus."""
    return require_utc(moment).astimezone(DAMASCUS).date()


def offset_state(offset_seconds: float) -> OffsetState:
    """Judge how far the desk's clock is from the server's, either way, in seconds."""
    offset = abs(offset_seconds)
    if offset >= BLOCK_OFFSET.total_seconds():
        return "block"
    return "warn" if offset >= WARN_OFFSET.total_seconds() else "ok"
