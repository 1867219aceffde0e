"""Work that a screen waits for: tasks of the one loop, ended with the screen, none of them failing in silence."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from ccbs_desk.domain.errors import Reason, Refused, Unavailable


class Tasks:
    """Starts coroutines on the running loop. Refusals go to `refused`, our bugs to the handler of the loop."""

    def __init__(self, refused: Callable[[Reason], None]) -> None:
        self._refused = refused
        self._running: set[asyncio.Task[None]] = set()
        self._latest: dict[str, asyncio.Task[None]] = {}

    def start(self, work: Coroutine[Any, Any, None], *, latest: str | None = None) -> asyncio.Task[None]:
        """Start it. Of tasks with the same `latest` only the newest goes on: nobody looks at an older search."""
        if latest is not None and (older := self._latest.get(latest)) is not None:
            older.cancel()
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # A task that is cancelled before its first step never runs the coroutine that it was given.
        task.add_done_callback(lambda _done: work.close())
        if latest is not None:
            self._latest[latest] = task
        return task

    def cancel(self) -> None:
        """End all of them; called when the screen goes for good."""
        for task in tuple(self._running):
            task.cancel()

    async def settled(self) -> None:
        """Wait until nothing is running, for tests and for leaving in order."""
        while self._running:
            await asyncio.gather(*tuple(self._running), return_exceptions=True)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (Refused, Unavailable) as no:
            self._refused(no.reason)
