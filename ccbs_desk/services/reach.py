"""What the centre can be asked of subscribers who are not on this desk. How it is asked is the concern of `sync`."""

from typing import Protocol
from uuid import UUID

from ccbs_desk.services.look_up import Found


class Reach(Protocol):
    """Reaches beyond this desk's own area, while the link is there. What it brings, any read finds."""

    async def bring(self, account_id: UUID, call_id: UUID | None = None) -> None:
        """Have an account on this desk for a while, fresh.

        Raises Refused: account.unknown, permission.missing, sign_in.needed; Unavailable: link.down, server.fault.
        """

    async def look_up(self, text: str) -> Found:
        """Return who is meant in the whole country. Raises Refused, Unavailable."""
