"""The desk dies by SIGKILL at each step of exchanging its store: one store or the other is there, no work is lost."""

import pytest

from tests.stories.centre import Centre, Effects
from tests.stories.killed import ACT, AMOUNT, KILLED, Life, device_of
from tests.stories.swap_process import FAULTS
from tests.stories.test_desk_moved import moves, other_centre

DESK = "tests.stories.swap_process"
SHORT = (
    "while the file is fetched",
    "while what is the desk's own is copied",
    "before the name is changed",
    "when the name is changed",
)
"""Steps that every run takes; the others are taken by the long one."""


@pytest.mark.parametrize(
    "step",
    [step if step in SHORT else pytest.param(step, marks=pytest.mark.long) for step in FAULTS if step != "none"],
)
def test_killed_on_the_way_and_started_again(next_day: Centre, step: str) -> None:
    centre = next_day
    centre.link.cut()
    # The money is taken without the link; meanwhile the desk is moved to another centre.
    life = Life(DESK, centre, other_centre(centre)[1], step)
    number = life.says("paid")
    assert number
    code, area = other_centre(centre)
    moves(centre).device(device_of(centre), code)
    centre.link.mend()
    assert life.end() == KILLED
    again = Life(DESK, centre, area, "none")
    assert again.says("paid") == number
    assert again.says("kept") == number
    assert again.says("agreed") == "True 0"
    assert again.end() == 0
    assert centre.effects(ACT) == Effects(applied=1, payments=1, receipts=(number,), cash_legs=1, cash=AMOUNT)
    profile = centre.folder.parent / "profile"
    assert not (profile / "beside").exists()
    assert "clean" in centre.check()
