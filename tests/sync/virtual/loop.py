"""An event loop whose clock jumps: when nobody has anything to do, it is at once the time of whoever is next."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

BEGINNING = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


class PowerCut(BaseException):
    """A machine is gone in the middle of what it did. Nothing of the product may catch it."""


class Stuck(Exception):
    """Everybody waits and nothing will ever happen."""


class _Jumping(selectors.SelectSelector):
    """Never sleeps: the time that somebody would wait has passed when the call returns."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let the time pass."""
        if timeout is None:
            raise Stuck
        self.passed += max(timeout, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs everything in one thread and in an order that follows from `random` alone.

    What the product gives to threads runs here too, whole, after a moment that chance decides.
    """

    def __init__(self, random: Random) -> None:
        self._jumping = _Jumping()
        self._chance = random
        self.threads_seconds = 0.004
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the beginning."""
        return self._jumping.passed

    def run_in_executor(  # type: ignore[override]
        self, _executor: Any, act: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """Run what belongs into a thread."""
        future = self.create_future()

        def run() -> None:
            if future.cancelled():
                return
            try:
                result = act(*args)
            except PowerCut:
                return
            except Exception as error:  # noqa: BLE001 - as a thread's future: the asker gets it
                future.set_exception(error)
            else:
                future.set_result(result)

        self.call_later(self._chance.expovariate(1 / self.threads_seconds), run)
        return future


class VirtualClock:
    """What a machine's clock shows: the loop's time, and how far off it is."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.off = timedelta()

    @property
    def now(self) -> datetime:
        """Return what it shows."""
        return BEGINNING + timedelta(milliseconds=int(self._loop.time() * 1000)) + self.off

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta = timedelta(minutes=1)) -> None:
        """Nobody turns this clock by hand: time passes by itself."""
