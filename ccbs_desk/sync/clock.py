"""How far this desk's clock is from the server's: half of the round trip is taken for the way back.

The last measurement decides. Offline, a clock behind the server's time of that measurement is known to be wrong.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from ccbs_desk.models import desk_state


class Dated(Protocol):
    """A message that says when the server made it."""

    @property
    def server_time(self) -> datetime:
        """The server's clock."""
        ...


M = TypeVar("M", bound=Dated)


@dataclass(frozen=True, slots=True)
class Timed(Generic[M]):
    """An answer, and what this desk's clock showed when the server gave it, as near as can be told."""

    message: M
    local_time: datetime


async def timed(asked: Awaitable[M], now: Callable[[], datetime]) -> Timed[M]:
    """Return the answer with the middle of its round trip."""
    sent = now()
    message = await asked
    return Timed(message, sent + (now() - sent) / 2)


def note(connection: Connection, answer: Timed[M]) -> desk_state.ClockFacts:
    """Keep the offset that an answer shows."""
    return desk_state.note_server_time(connection, answer.message.server_time, answer.local_time)
