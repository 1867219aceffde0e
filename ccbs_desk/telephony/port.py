"""What the product asks of a telephone exchange, whichever make it is.

An implementation keeps its own link, comes back by itself after losing it, and tells one listener everything in order.
Acts name a leg (its unique id) rather than a call, since an agent may act on his own leg alone; who may act on which is
for the caller of this interface to check. Every act raises `PbxRefused` when the exchange says no, and `PbxGone` when
it can't be asked.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from ccbs_desk.domain.errors import Reason, Refused, Unavailable
from ccbs_desk.telephony.model import CallKey, Listener, Snapshot


class Capability(StrEnum):
    """What an exchange can be asked to do; screens show no button for the rest."""

    ORIGINATE = "originate"
    ANSWER = "answer"
    HANG_UP = "hang_up"
    HOLD = "hold"
    RESUME = "resume"
    BLIND_TRANSFER = "blind_transfer"


class PbxRefused(Refused):
    """The exchange was asked and said no; `reason` says why."""

    @property
    def code(self) -> str:
        """The stable code of the reason."""
        return self.reason.code


class PbxGone(Unavailable):
    """The exchange can't be asked; `reason` says what is wrong with the link."""


class Pbx(Protocol):
    """One exchange."""

    @property
    def name(self) -> str:
        """The name of the exchange; together with a linked id it names a call for ever."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this exchange can do."""
        ...

    @property
    def problem(self) -> Reason | None:
        """What is wrong with the link; None while it is up and its picture is whole."""
        ...

    async def start(self, listener: Listener) -> None:
        """Begin to keep the link. Returns at once; `LinkUp` or `LinkDown` tell how it goes."""
        ...

    async def stop(self) -> None:
        """Give the link up; nothing is told afterwards."""
        ...

    def snapshot(self) -> Snapshot:
        """Return what is known now; stale while `problem` is set."""
        ...

    async def log_in(self, extension: str, queues: Sequence[str], name: str, *, pause: str = "") -> None:
        """Log an agent's telephone in to exactly these queues; with `pause` paused for that reason from the start."""
        ...

    async def log_out(self, extension: str) -> None:
        """Log an agent's telephone out of all queues; nothing happens when it is in none."""
        ...

    async def pause(self, extension: str, reason: str) -> None:
        """Let no queue offer this agent a call, for a reason."""
        ...

    async def unpause(self, extension: str) -> None:
        """Let the queues offer this agent calls again."""
        ...

    async def dial(self, extension: str, number: str) -> CallKey:
        """Ring an agent's telephone, then the number; return the call's name at once, `FAILED` may follow."""
        ...

    async def answer(self, leg: str) -> None:
        """Answer a ringing leg."""
        ...

    async def hang_up(self, leg: str) -> None:
        """End a leg."""
        ...

    async def hold(self, leg: str) -> None:
        """Put the other party of a leg on hold."""
        ...

    async def resume(self, leg: str) -> None:
        """Take the other party of a leg back."""
        ...

    async def transfer(self, leg: str, to: str) -> None:
        """Send the other party of a leg on to a queue, or to a free telephone that somebody is logged in at.

        Nobody is asked there first; one who does not answer sends the caller back to his queue.
        """
        ...
