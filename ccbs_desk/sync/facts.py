"""What sync tells the rest of the desk: how the link is, what waits, how far the feed was followed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.money import SYP, Money, convert, zero
from ccbs_desk.models import desk_state
from ccbs_desk.services import outbox

LinkState = Literal["offline", "connecting", "online", "blocked"]
"""`blocked`: the link is no trouble, but sync can't go on until something is done about `problem`."""


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """The state of sync at a moment. `unsent` acts with `sums`, one a currency, are not recorded at the server yet.

    `attention` acts need a person. `position` of `head` is how far the feed was followed. `offset_seconds` is this
    clock minus the server's as far as is known, `server_time` the server's at the last measurement. `problem` is the
    last thing that went wrong and is not mended yet. `mended` counts rows that were found to differ from the server's
    since the start, and were replaced. `loading` is how far a load of the whole scope is, in hundredths, while one is
    under way.
    """

    link: LinkState = "offline"
    unsent: int = 0
    sums: tuple[Money, ...] = ()
    attention: int = 0
    position: int = 0
    head: int = 0
    offset_seconds: float | None = None
    server_time: datetime | None = None
    last_contact: datetime | None = None
    problem: Reason | None = None
    mended: int = 0
    loading: int | None = None

    @property
    def sum(self) -> Money:
        """What is unsent, old pounds counted as new ones."""
        return sum((convert(amount, SYP)[0] for amount in self.sums), zero(SYP))


@dataclass(frozen=True, slots=True)
class Kept:
    """The part of the facts that the store knows."""

    unsent: int
    sums: tuple[Money, ...]
    attention: int
    cursor: desk_state.Cursor
    clock: desk_state.ClockFacts | None


def kept(connection: Connection) -> Kept:
    """Return what the store knows of sync."""
    waiting = outbox.summary(connection)
    return Kept(
        waiting.unsent,
        waiting.sums,
        waiting.attention,
        desk_state.cursor(connection),
        desk_state.clock(connection),
    )
