"""Random work, random losses: the replicas end equal to the server, and no payment is lost or done twice."""

import logging
from pathlib import Path
from random import Random

import pytest

from tests.sync.simulator import Simulator
from tests.sync.world import Template, end_world, make_world


@pytest.mark.parametrize("seed", range(6))
def test_everything_comes_home_once(
    world_template: Template, tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    simulate(world_template, tmp_path, seed, days=3, steps=60)
    assert errors(caplog) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6, 120))
def test_everything_comes_home_once_at_length(
    world_template: Template, tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    simulate(world_template, tmp_path, seed, days=10, steps=150)
    assert errors(caplog) == []


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged as our own fault; an act that can't be run again is one."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def simulate(template: Template, folder: Path, seed: int, *, days: int, steps: int) -> None:
    """Run one seed: some days, at the end of each of which the link holds for a while."""
    world = make_world(template, folder, desks=2 + seed % 2)
    try:
        simulator = Simulator(world, Random(seed))
        for _ in range(days):
            simulator.run(steps)
        simulator.assert_sound()
    finally:
        end_world(world)
