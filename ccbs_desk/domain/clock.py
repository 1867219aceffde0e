"""Time as the rules see it: moments in UTC, business dates in Damascus. Nothing here reads a clock."""

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ccbs_desk.domain.policy import DEFAULT_RULES, PolicySet

DAMASCUS = ZoneInfo("Asia/Damascus")
"""The zone of business dates. UTC+3 all year since October 2022; with summer time before, which old bills need."""

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


def offset_state(offset_seconds: float, rules: PolicySet = DEFAULT_RULES) -> OffsetState:
    """Judge how far the desk's clock is from the server's, either way, in seconds.

    From `clock.warn_seconds` on a desk shows it; from `clock.block_seconds` on it takes no money by itself, since its
    receipts would carry another day.
    """
    offset = abs(offset_seconds)
    if offset >= rules.number("clock.block_seconds"):
        return "block"
    return "warn" if offset >= rules.number("clock.warn_seconds") else "ok"
