"""The link that comes back by itself: connect, let the owner catch up, watch, and try again, ever later."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.phone_errors import PbxDenied, PbxOtherVersion, PbxWrongSecret
from ccbs_desk.telephony.ami.client import Address, Client, Patience
from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.port import PbxGone, PbxRefused

log = logging.getLogger(__name__)

HOPELESS = (PbxWrongSecret, PbxDenied, PbxOtherVersion)
"""What somebody has to mend first: asking often would only fill the exchange's log."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long we wait before the next try, in seconds: each time twice as long, up to the longest."""

    first: float = 0.5
    longest: float = 15.0


class Link:
    """Keeps one client alive. `on_up` catches up with the exchange and may fail; `on_down` hears why a link ended."""

    def __init__(
        self,
        address: Address,
        *,
        on_event: Callable[[Frame], None],
        on_up: Callable[[Client], Awaitable[None]],
        on_down: Callable[[Reason], None],
        patience: Patience | None = None,
        pauses: Pauses | None = None,
    ) -> None:
        self._address = address
        self._on_event, self._on_up, self._on_down = on_event, on_up, on_down
        self._patience = patience or Patience()
        self._pauses = pauses or Pauses()
        self._keeping: asyncio.Task[None] | None = None
        self._client: Client | None = None

    def start(self) -> None:
        """Begin to keep the link."""
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Give the link up for good."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
            self._keeping = None

    @property
    def client(self) -> Client | None:
        """The client that is connected now."""
        return self._client

    async def _keep(self) -> None:
        pause = self._pauses.first
        while True:
            reason, was_up = await self._once()
            self._on_down(reason)
            if isinstance(reason, HOPELESS):
                pause = self._pauses.longest
            elif was_up:
                pause = self._pauses.first
            # Gateways that lost the same exchange do not all come back in the same moment.
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311
            pause = min(pause * 2, self._pauses.longest)

    async def _once(self) -> tuple[Reason, bool]:
        """Keep one connection; return why it ended, and whether it was of any use."""
        client = Client(self._address, self._patience, self._on_event)
        was_up = False
        try:
            await client.connect()
            self._client = client
            await self._on_up(client)
            was_up = True
            return await client.watch(), was_up
        except (PbxGone, PbxRefused) as failed:
            log.info("no link to the exchange: %s", failed.reason)
            return failed.reason, was_up
        finally:
            self._client = None
            await client.close()
