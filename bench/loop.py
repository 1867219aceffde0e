"""Gaps of the desk's event loop during the demo journey, as the journey itself has counted them."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure, Report

NAME = "loop"
JOURNEY = Path("build/journey")
BOOK = "journey.json"
P99_AIM_MS, MOST_MS = 16.0, 33.0
LONGEST_JOURNEY = 300
NOTES = ("beyond the timer's period of 4 ms; the walker's own work (pictures) is not counted",)


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Read the journey that was walked last, or walk it."""
    journey = folder / "journey" if smoke else JOURNEY
    if not (journey / BOOK).exists():
        command = [sys.executable, "-m", "server_stub.demo", "journey", "--out", str(journey.resolve())]
        subprocess.run(command, check=True, timeout=LONGEST_JOURNEY, stdout=subprocess.DEVNULL)
    book = journey / BOOK
    lives: list[dict[str, Any]] = json.loads(book.read_text())["loop_gaps_ms"]
    figures = [figure for n, life in enumerate(lives, 1) if life.get("ticks") for figure in _figures(n, life)]
    walked = datetime.fromtimestamp(book.stat().st_mtime, UTC).isoformat(timespec="minutes")
    causes = [f"life {n}: {', '.join(life['longest'][:3])}" for n, life in enumerate(lives, 1) if life.get("longest")]
    notes = (*NOTES, *causes)
    return Report(NAME, "each life of the desk in the journey", tuple(figures), notes, {"journey": f"walked {walked}"})


def _figures(n: int, life: dict[str, Any]) -> list[Figure]:
    ticks = f"{life['ticks']:,} ticks, p50 {life['p50']} ms, {life['over_33']} over {MOST_MS:g}"
    p99, most = float(life["p99"]), float(life["max"])
    return [
        Figure(f"life {n}: p99", p99, "ms", aim=f"at most {P99_AIM_MS:g} ms", met=p99 <= P99_AIM_MS, spread=ticks),
        Figure(f"life {n}: longest", most, "ms", aim=f"none over {MOST_MS:g} ms", met=most <= MOST_MS),
    ]
