"""How far a seeding has come, and how it is told on a terminal or in a log."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows and subscribers so far, out of how many subscribers, after how many seconds."""

    rows: int
    subscribers: int
    of: int
    seconds: float

    @property
    def rows_a_second(self) -> int:
        """The mean rate since the start."""
        return round(self.rows / max(self.seconds, 1e-6))

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the rate so far; None before anybody was written."""
        return self.seconds * (self.of - self.subscribers) / self.subscribers if self.subscribers else None


Listener = Callable[[Progress], None]


class Printer:
    """Prints progress about once a second: over itself on a terminal, line by line every ten seconds into a file."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._live = self._out.isatty()
        self._every = 1.0 if self._live else 10.0
        self._said = 0.0

    def __call__(self, progress: Progress) -> None:
        """Take note of the progress; print it if the last line is old enough or all is done."""
        done = progress.subscribers >= progress.of
        if not done and progress.seconds - self._said < self._every:
            return
        self._said = progress.seconds
        left = progress.seconds_left
        then = "the indexes are next" if done else "" if left is None else f"{left:.0f} s left"
        text = (
            f"{progress.subscribers:,} of {progress.of:,} subscribers, {progress.rows:,} rows, "
            f"{progress.rows_a_second:,} rows a second, {then}"
        )
        self._out.write(f"\r{text}\x1b[K" if self._live else f"{text}\n")
        if done and self._live:
            self._out.write("\n")
        self._out.flush()
