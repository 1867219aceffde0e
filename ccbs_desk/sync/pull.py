"""Follow the feed: page after page up to its head, each written with the cursor in one transaction.

A page that can't be written is held: the cursor stays before it, so that nothing is ever left out in silence. It is
asked for again after a while, in case it was damaged on the way; everything else goes on meanwhile.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from ccbs_desk.domain.errors import LinkDown, Reason, ServerFault, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.store import Store
from ccbs_desk.sync import anew, clock
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.rebase import Applied, apply_page
from ccbs_desk.wire.messages import FeedPage

_log = logging.getLogger(__name__)

HELD_SECONDS = 30.0
ROWS = 500
"""Rows asked for at a time: a page is one transaction, and views wait for it."""


async def catch_up(store: Store, client: Client, now: Callable[[], datetime]) -> None:
    """Bring the store to the head before somebody begins to work, as far as the line lets it.

    Whoever was hired today, or has other rights since, is known here only then. Raises Refused; Unavailable of the
    store.
    """
    try:
        await Pull(store, client, now, lambda _applied: None).to_head()
    except Unavailable as gone:
        if not isinstance(gone.reason, LinkDown | ServerFault):
            raise
        _log.info("the line went before this desk had caught up: %s", gone.reason)


class Pull:
    """Follows the feed for one desk. `told` hears of everything that a page changed here."""

    def __init__(
        self,
        store: Store,
        client: Client,
        now: Callable[[], datetime],
        told: Callable[[Applied], None],
        *,
        held_seconds: float = HELD_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._client = client
        self._now = now
        self._told = told
        self._held_seconds = held_seconds
        self._monotonic = monotonic
        self._not_before = 0.0
        self.unreadable = 0
        """How many pages could not be written."""

    @property
    def problem(self) -> Reason | None:
        """Why the feed does not go on, if it does not."""
        return ServerFault(200) if self._not_before else None

    async def to_head(self) -> None:
        """Bring the store to the head of the feed; not after the server was put back (`anew`).

        Raises Unavailable, Refused.
        """
        if self._monotonic() < self._not_before:
            return
        going_on, limit = not await self._is_renewed(), ROWS
        while going_on:
            page = await self._page(limit)
            if page is None:
                return
            written = await self._written(page)
            going_on, limit = self._after(page.message, limit, written=written)

    async def look(self) -> None:
        """Look whether the feed is still the one that was followed, before anything is sent that would hide it.

        Also while another area is to be loaded: acts sent meanwhile to a server that was put back would come before
        those that it has forgotten.
        """
        if await asyncio.wrap_future(self._store.read(desk_state.renewal)) is None:
            await self._page(1)

    async def _is_renewed(self) -> bool:
        return await asyncio.wrap_future(self._store.read(anew.is_due))

    async def _page(self, limit: int) -> clock.Timed[FeedPage] | None:
        """Ask for the next page; `limit` is how many rows it may have, but a position is always whole.

        None when the server was put back to an earlier day, or this device belongs to another area now; that is kept.
        """
        known = await asyncio.wrap_future(self._store.read(anew.known))
        page = await clock.timed(self._client.feed(known.cursor.position, limit), self._now)
        epoch = page.message.epoch
        if anew.is_put_back(page.message, known):
            await asyncio.wrap_future(self._store.write(lambda connection: anew.note(connection, epoch)))
            return None
        if anew.is_of_other_area(page.message, known):
            scope = page.message.scope
            await asyncio.wrap_future(self._store.write(lambda connection: anew.note_scope(connection, scope)))
            return None
        if page.message.more and page.message.reached <= known.cursor.position:
            raise Unavailable(ServerFault(200))
        return page

    def _after(self, page: FeedPage, limit: int, *, written: bool) -> tuple[bool, int]:
        """Return whether to go on, and with which limit."""
        if written:
            self._not_before = 0.0
            return page.more, limit
        if limit > 1 and len({change.position for change in page.changes}) > 1:
            # One position at a time, to come as near as possible to the one at fault.
            return True, 1
        self._not_before = self._monotonic() + self._held_seconds
        return False, limit

    async def _written(self, page: clock.Timed[FeedPage]) -> bool:
        def write(connection: Connection) -> Applied:
            clock.note(connection, page)
            return apply_page(connection, page.message)

        try:
            applied = await asyncio.wrap_future(self._store.write(write))
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - a poisoned page is held, and the loop goes on
            _log.exception("the page of the feed after %d can't be written", page.message.after)
            self.unreadable += 1
            return False
        self._told(applied)
        return True
