"""Notices people at desks that were not heard of for too long. For the loop's own thread."""

import asyncio
from collections.abc import Callable
from uuid import UUID


class Absence:
    """Counts from the moment when somebody has no line any more; whoever comes back in time was never away."""

    def __init__(self, seconds: float, gone: Callable[[UUID, UUID], None]) -> None:
        self._seconds = seconds
        self._gone = gone
        self._timers: dict[tuple[UUID, UUID], asyncio.TimerHandle] = {}

    def watch(self, device_id: UUID, staff_id: UUID, present: bool) -> None:
        """A person at a desk has a line, or has none any more."""
        timer = self._timers.pop((device_id, staff_id), None)
        if timer is not None:
            timer.cancel()
        if not present:
            loop = asyncio.get_running_loop()
            self._timers[device_id, staff_id] = loop.call_later(self._seconds, self._is_gone, device_id, staff_id)

    def stop(self) -> None:
        """Notice nobody any more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _is_gone(self, device_id: UUID, staff_id: UUID) -> None:
        self._timers.pop((device_id, staff_id), None)
        self._gone(device_id, staff_id)
