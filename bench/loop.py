"""Gaps of the desk's event loop during the demo journey, as the journey itself has counted them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.figures import Figure, Report

NAME = "loop"
BOOK = "journey.json"
P99_AIM_MS, MOST_MS = 16.0, 33.0
LONGEST_JOURNEY = 300
LIVES = {
    "first": "sign-in to receipt, link lost",
    "second": "home again, till closed",
    "other": "another desk",
    "call": "a call, ring to wrap-up",
}
NOTES = ("beyond the timer's period of 4 ms; the walker's own work (pictures) is not counted",)


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Walk the journey anew and read what it has counted; a smoke run takes one that lies there already."""
    journey = folder / "journey"
    if not (smoke and (journey / BOOK).exists()):
        command = [sys.executable, "-m", "server_stub.demo", "journey", "--out", str(journey.resolve())]
        subprocess.run(command, check=True, timeout=LONGEST_JOURNEY, stdout=subprocess.DEVNULL)
    lives: list[dict[str, Any]] = json.loads((journey / BOOK).read_text())["loop_gaps_ms"]
    counted = [(LIVES[life["life"]], life) for life in lives if life["ticks"]]
    figures = tuple(figure for name, life in counted for figure in _figures(name, life))
    causes = tuple(f"{name}: {', '.join(life['longest'][:3])}" for name, life in counted if life["longest"])
    return Report(NAME, "each life of the desk in the journey", figures, (*NOTES, *causes), {})


def _figures(name: str, life: dict[str, Any]) -> list[Figure]:
    ticks = f"{life['ticks']:,} ticks, p50 {life['p50']} ms, {life['over_33']} over {MOST_MS:g}"
    p99, most = float(life["p99"]), float(life["max"])
    return [
        Figure(f"{name}: p99", p99, "ms", aim=f"at most {P99_AIM_MS:g} ms", met=p99 <= P99_AIM_MS, spread=ticks),
        Figure(f"{name}: longest", most, "ms", aim=f"none over {MOST_MS:g} ms", met=most <= MOST_MS),
    ]
