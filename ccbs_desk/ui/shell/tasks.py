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
        self._followed: dict[asyncio.Task[None], asyncio.Task[None]] = {}
        """What each task that waits for another waits for."""

    def start(self, work: Coroutine[Any, Any, None], *, latest: str | None = None) -> asyncio.Task[None]:
        """Start it. Of tasks with the same `latest` only the newest goes on: nobody looks at an older search."""
        older = self._latest.get(latest) if latest is not None else None
        while older is not None:
            older.cancel()
            older = self._followed.get(older)
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # A task that is cancelled before its first step never runs the coroutine that it was given.
        task.add_done_callback(lambda _done: work.close())
        if latest is not None:
            self._latest[latest] = task
        return task

    def follow(self, work: Coroutine[Any, Any, None], *, latest: str) -> None:
        """Start it when the task of that name has ended: to look again takes nothing from what was asked for."""
        older = self._latest.get(latest)
        if older is None or older.done():
            self.start(work, latest=latest)
        elif older in self._followed:
            work.close()  # The one that waits has not looked yet.
        else:
            follower = self.start(self._after(older, work))
            follower.add_done_callback(lambda _done: work.close())
            follower.add_done_callback(lambda done: self._followed.pop(done, None))
            self._latest[latest], self._followed[follower] = follower, older

    async def _after(self, older: "asyncio.Task[None]", work: Coroutine[Any, Any, None]) -> None:
        await asyncio.wait({older})
        if (here := asyncio.current_task()) is not None:
            self._followed.pop(here, None)
        await work

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
