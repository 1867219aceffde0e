"""The desk dies by SIGKILL at each step of a payment's path: one receipt, one effect, every time."""

import pytest

from tests.stories.centre import Centre, Effects
from tests.stories.counter_process import STEPS
from tests.stories.killed import ACT, AMOUNT, KILLED, Life

DESK = "tests.stories.counter_process"


@pytest.mark.parametrize("step", [step for step in STEPS if step != "none"])
def test_killed_on_the_way_and_started_again(next_day: Centre, step: str) -> None:
    centre = next_day
    # The line is cut: the clerk signs in and takes the money without the centre.
    centre.link.cut()
    life = Life(DESK, centre, step)
    life.says("signed in")
    number = life.says("paid") if step not in ("before commit", "after commit") else ""
    centre.link.mend()
    assert life.end() == KILLED
    assert "home" not in life.said
    # Started again, the form finds its draft and confirms once more; or it was done, and nothing is done again.
    again = Life(DESK, centre, "none")
    receipt = again.says("paid")
    assert again.says("home") == ""
    assert again.end() == 0
    assert number in ("", receipt)
    assert centre.effects(ACT) == Effects(applied=1, payments=1, receipts=(receipt,), cash_legs=1, cash=AMOUNT)
    assert "clean" in centre.check()
