"""Random work, random losses: the replicas end equal to the server, and no payment is lost or done twice."""

from pathlib import Path
from random import Random

import pytest

from tests.sync.simulator import Simulator
from tests.sync.world import Template, end_world, make_world


@pytest.mark.parametrize("seed", range(20))
def test_everything_comes_home_once(world_template: Template, tmp_path: Path, seed: int) -> None:
    simulate(world_template, tmp_path, seed, days=3, steps=40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 120))
def test_everything_comes_home_once_at_length(world_template: Template, tmp_path: Path, seed: int) -> None:
    simulate(world_template, tmp_path, seed, days=10, steps=150)


def simulate(template: Template, folder: Path, seed: int, *, days: int, steps: int) -> None:
    """Run one seed: some days, at the end of each of which the link holds for a while."""
    world = make_world(template, folder)
    try:
        simulator = Simulator(world, Random(seed))
        for _ in range(days):
            simulator.run(steps)
        simulator.assert_sound()
    finally:
        end_world(world)
