"""The telephone as the screens know it: what is going on, and what may be asked of it. The composition root has it."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from ccbs_desk.sync.phone_state import Colleague, PhoneNow

Heard = Callable[[PhoneNow, PhoneNow], None]
"""Called with what was and what is, whenever something has changed."""


class Phone(Protocol):
    """The desk's side of the telephone. What is asked raises Refused or Unavailable; what happens comes by `now`."""

    listeners: list[Heard]

    @property
    def now(self) -> PhoneNow:
        """What is going on, as the server last told it."""

    async def log_in(self, extension: str, queues: Sequence[str]) -> None:
        """Take one's place at a telephone and in queues."""

    async def ready(self) -> None:
        """Let calls come."""

    async def pause(self, reason: str) -> None:
        """Let no call come, for a reason."""

    async def log_out(self) -> None:
        """Leave the queues."""

    async def wrapped(self, call_id: UUID) -> None:
        """Tell that the work after a call is done."""

    async def dial(self, number: str) -> None:
        """Call somebody from one's own telephone."""

    async def answer(self, call_id: UUID) -> None:
        """Answer a call that is offered, where the exchange can."""

    async def hang_up(self, call_id: UUID) -> None:
        """End a call."""

    async def colleagues(self) -> tuple[Colleague, ...]:
        """Return who could take a call over now."""

    async def transfer(self, call_id: UUID, to: str, *, note: str = "", account_id: UUID | None = None) -> None:
        """Hand a call over to another telephone, with what the next agent is to know and the account that was found."""

    async def hold(self, call_id: UUID) -> None:
        """Let the caller wait."""

    async def resume(self, call_id: UUID) -> None:
        """Speak with a caller again who waits."""
