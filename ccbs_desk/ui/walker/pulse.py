"""How long the loop was deaf: the gaps between the ticks of a timer, while the desk is used."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, QTimer

PERIOD_MS = 4
LONG_MS = 16.0
LONGEST = 12


class Pulse(QObject):
    """Counts the gaps of the event loop, in milliseconds beyond the timer's own period."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[float] = []
        self._long: list[tuple[float, str]] = []
        self._doing = ""
        self._last = 0.0
        self._resting = True
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Count from here on."""
        self._last, self._resting = time.perf_counter(), False
        self._timer.start(PERIOD_MS)

    def doing(self, what: str) -> None:
        """Say what is going on, so that a long gap can be told by it."""
        self._doing = what

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Do not count what the walker itself does on the loop, such as taking pictures."""
        before, self._resting = self._resting, True
        try:
            yield
        finally:
            self._resting = before
            self._last = time.perf_counter()

    def figures(self) -> dict[str, object]:
        """Return the count of ticks, p50, p99 and the longest gap in milliseconds."""
        gaps = sorted(self._gaps)
        if not gaps:
            return {"ticks": 0}

        def at(share: float) -> float:
            return round(gaps[min(len(gaps) - 1, int(len(gaps) * share))], 2)

        over = sum(1 for gap in gaps if gap > 33.0)
        longest = [f"{gap:.0f} ms {what}" for gap, what in sorted(self._long, reverse=True)[:LONGEST]]
        figures = {"ticks": len(gaps), "p50": at(0.5), "p99": at(0.99), "max": round(gaps[-1], 2), "over_33": over}
        return {**figures, "longest": longest}

    def _tick(self) -> None:
        now = time.perf_counter()
        if not self._resting:
            gap = max(0.0, (now - self._last) * 1000 - PERIOD_MS)
            self._gaps.append(gap)
            if gap > LONG_MS:
                self._long.append((gap, self._doing))
        self._last = now
