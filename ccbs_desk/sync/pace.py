"""How often and how long: the times of sync in one place, with the clock and the chance that tests replace."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds. After a failure the wait grows from `first` to `longest`, each time by chance a little less.

    `poll` is how often the feed is asked when no event comes, `waiting` how often the server is asked what became of
    acts that it did not take, `blocked` how often a server that said no is asked again. `compare` is how long a store
    that was found to be the server's is believed, `settle` how long it is waited before it is compared (again).
    """

    first: float = 0.5
    longest: float = 30.0
    poll: float = 60.0
    waiting: float = 300.0
    blocked: float = 60.0
    settle: float = 120.0
    compare: float = 6 * 3600.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic


class Backoff:
    """The wait after each failure in a row. All desks lose the link at once; chance keeps them from coming at once."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._failures = 0

    def next(self) -> float:
        """Return how long to wait now."""
        whole: float = min(self._pace.longest, self._pace.first * 2.0**self._failures)
        self._failures = min(self._failures + 1, 30)
        return whole * (0.5 + self._pace.chance() / 2)

    def reset(self) -> None:
        """The server has answered: begin small again."""
        self._failures = 0
