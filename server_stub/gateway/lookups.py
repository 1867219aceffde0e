"""Looks callers up, beginning while they are still on their way to an agent: most wait a moment before an offer.

What was found ahead counts for a short time only, since a caller may wait long and pay meanwhile at a counter.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ccbs_desk.domain.clock import damascus_date
from server_stub.gateway.place import Place
from server_stub.gateway.pops import NOBODY, Pop, look_up

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Ahead:
    number: str
    begun_at: datetime
    found: "asyncio.Future[Pop]"


class Lookups:
    """Asks the database beside the loop, for the loop's own thread. `run` runs in another one."""

    def __init__(
        self, engine: Engine, place: Place, now: Callable[[], datetime], run: Callable[..., Awaitable[Pop]]
    ) -> None:
        self._engine = engine
        self._place = place
        self._now = now
        self._run = run
        self._ahead: dict[UUID, _Ahead] = {}

    def begin(self, call_id: UUID, number: str) -> None:
        """A caller has come; he will be offered soon."""
        if number:
            found = asyncio.ensure_future(self._asked(number, None))
            self._ahead[call_id] = _Ahead(number, self._now(), found)

    async def pop(self, call_id: UUID, number: str, account_id: UUID | None) -> Pop:
        """Return whom a call is from, or is about where an agent before has found that; nobody without a database."""
        ahead = self._ahead.pop(call_id, None)
        if ahead is None:
            return await self._asked(number, account_id)
        # A number that turned out to be withheld is another one, and so is nothing.
        fits = account_id is None and ahead.number == number and self._now() - ahead.begun_at <= GOOD_FOR
        if not fits:
            ahead.found.cancel()
            return await self._asked(number, account_id)
        return await ahead.found

    def forget(self, call_id: UUID) -> None:
        """A call is over."""
        ahead = self._ahead.pop(call_id, None)
        if ahead is not None:
            ahead.found.cancel()

    def stop(self) -> None:
        """Forget everybody."""
        for call_id in tuple(self._ahead):
            self.forget(call_id)

    async def _asked(self, number: str, account_id: UUID | None) -> Pop:
        today = damascus_date(self._now())
        try:
            return await self._run(look_up, self._engine, number, account_id, self._place.area_code, today)
        except DBAPIError as error:
            log.warning("a caller can't be looked up: %s", type(error).__name__)
            return NOBODY
