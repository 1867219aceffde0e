"""When a desk compares itself with the server: some time after it came up, then every few hours, and after a load.

It is done beside everything else. What goes wrong with it is told in the log and tried again later; it never ends a
connection.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.store import Store
from ccbs_desk.sync.compare import Comparing, Outcome
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.swap import forget_replaced

_log = logging.getLogger(__name__)


class Agreement:
    """Compares now and then. `told` hears how many rows had to be mended."""

    def __init__(
        self,
        store: Store,
        comparing: Comparing,
        now: Callable[[], datetime],
        pace: Pace,
        told: Callable[[int], None] = lambda _rows: None,
    ) -> None:
        self._store = store
        self._comparing = comparing
        self._now = now
        self._pace = pace
        self._told = told
        self._not_before = pace.monotonic() + pace.settle
        self._running: asyncio.Task[None] | None = None
        self.failures = 0
        """How many times something failed that nobody had foreseen."""

    def look(self) -> None:
        """Begin to compare, if it is time and nothing of it runs; for the loop's own thread."""
        if self._pace.monotonic() < self._not_before or (self._running and not self._running.done()):
            return
        self._not_before = self._pace.monotonic() + self._pace.settle
        self._running = asyncio.ensure_future(self._compare())

    async def stop(self) -> None:
        """End what runs."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    async def _compare(self) -> None:
        try:
            last = (await asyncio.wrap_future(self._store.read(desk_state.compared))).at
            if last is not None and timedelta() <= self._now() - last < timedelta(seconds=self._pace.compare):
                return
            outcome = await self._comparing.run()
            if outcome.agreed:
                await asyncio.to_thread(forget_replaced, self._store.folder)
            self._tell(outcome)
        except (Refused, Unavailable) as no:
            _log.info("this desk could not be compared with the server: %s", no.reason)
        except Exception:  # noqa: BLE001 - the loop outlives our own bugs
            _log.exception("this desk could not be compared with the server")
            self.failures += 1

    def _tell(self, outcome: Outcome) -> None:
        rows = sum(table.replaced + table.removed for table in outcome.mended)
        if rows:
            self._told(rows)
