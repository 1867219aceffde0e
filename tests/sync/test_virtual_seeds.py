"""The desks and the server on virtual time: hundreds of seeds, each with bad luck of its own; none finds anything."""

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.factories.beside import Work

ROOT = Path(__file__).parents[2]
SEEDS, LONG_SEEDS = 300, 6_000
CEILING_SECONDS = 7_200
TOTAL = (
    r"(\d+) seeds, (\d+) failed; (\d+) acts, (\d+) refused, (\d+) deaths, "
    r"(\d+) moves, (\d+) put back; ([0-9.]+) s"
)


def play(first: int, count: int) -> Work:
    """Play seeds in as many processes as there are processors, each in its share of them."""
    share = os.cpu_count() or 1
    return [
        subprocess.Popen(
            [sys.executable, "-m", "tests.sync.virtual", f"{first + n}-{first + count - 1}", "--every", str(share)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(share)
    ]


def come_home(players: Work, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Wait for the seeds; report how many, how much was in them, and how fast each process went."""
    told = [player.communicate(timeout=CEILING_SECONDS)[0] for player in players]
    totals = [re.search(TOTAL, text) for text in told]
    assert all(totals), "\n".join(told)
    seeds, failed, acts, refused, deaths, moves, losses = (
        sum(int(total[n]) for total in totals if total) for n in range(1, 8)
    )
    seconds = max(float(total[8]) for total in totals if total)
    with capsys.disabled():
        print(
            f"\n{seeds} seeds in {seconds:.0f} s: {acts} acts, {refused} refused, {deaths} deaths, {moves} moves, "
            f"{losses} put back, {failed} failed"
        )
    assert (seeds, failed) == (count, 0), "\n".join(told)
    assert min(moves, losses) > 0


@pytest.mark.beside(begin=partial(play, 0, SEEDS))
def test_every_seed_comes_home(begun: Work, capsys: pytest.CaptureFixture[str]) -> None:
    come_home(begun, SEEDS, capsys)


@pytest.mark.long
def test_every_seed_comes_home_at_length(capsys: pytest.CaptureFixture[str]) -> None:
    come_home(play(SEEDS, LONG_SEEDS), LONG_SEEDS, capsys)


def test_a_seed_tells_the_same_story_again() -> None:
    """Another process, whose sets are in another order, plays the very same: a seed in which all happens that can."""
    told = []
    for salt in ("1", "2"):
        one = subprocess.run(
            [sys.executable, "-m", "tests.sync.virtual", "10"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(one.stdout.rpartition(";")[0])
    assert all(word in told[0] for word in ("pay at", "desk 0 is moved", "is put back"))
    assert told[0] == told[1]
