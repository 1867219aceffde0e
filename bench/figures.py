"""What a measurement yields: medians, and ratios against a peer that ran side by side with it."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.machine import Machine


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `ratio` is to the named peer of the same run; `aim` says in words what was hoped for."""

    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None
    spread: str = ""

    def line(self) -> str:
        """Return the figure as one printed line."""
        parts = [f"  {self.name:<46} {_short(self.value):>10} {self.unit}"]
        if self.peer_value is not None:
            parts.append(f"{self.peer}: {_short(self.peer_value)} {self.unit}")
        if self.ratio is not None:
            parts.append(f"ratio {self.ratio:.2f}")
        if self.aim:
            parts.append(f"aim {self.aim}: {'met' if self.met else 'NOT met'}")
        if self.spread:
            parts.append(self.spread)
        return " | ".join(parts)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one bench, and what was measured on what."""

    name: str
    what: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()
    on: dict[str, str] = field(default_factory=dict)
    """What this bench alone depends on: database, sizes."""

    def text(self) -> str:
        """Return the report as it is printed."""
        lines = [f"{self.name}: {self.what}"]
        if self.on:
            lines.append("  on " + ", ".join(f"{key} {value}" for key, value in self.on.items()))
        lines += [figure.line() for figure in self.figures]
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    def keep(self, folder: Path, machine: Machine) -> Path:
        """Write the report as JSON; return the file."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        told: dict[str, Any] = {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": asdict(machine),
            **asdict(self),
        }
        path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return path


def compared(
    name: str,
    ours: Sequence[float],
    peer: str,
    theirs: Sequence[float],
    unit: str,
    *,
    below: float | None = None,
) -> Figure:
    """Return the figure of interleaved rounds: both medians, and the median of the ratios round by round."""
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    return Figure(
        name,
        median(ours),
        unit,
        peer,
        median(theirs),
        ratio,
        aim=f"ratio under {below:g}" if below is not None else "",
        met=ratio < below if below is not None else None,
        spread=f"{len(ours)} rounds, p10-p90 {_short(percentile(ours, 0.1))}-{_short(percentile(ours, 0.9))}",
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def timed_ms(act: Callable[[], object]) -> float:
    """Return how many milliseconds an act takes by the wall."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


class Stopwatch:
    """Holds the seconds of a block, once it has ended."""

    seconds = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure a block by the wall."""
    watch = Stopwatch()
    began = time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - began


def _short(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"
