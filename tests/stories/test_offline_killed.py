"""The desk dies by SIGKILL at each step of a payment's path: one receipt, one effect, every time."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from tests.factories.counter import open_till
from tests.stories.centre import ROOT, Centre, Effects, a_centre
from tests.stories.counter_process import STEPS
from tests.stories.offline import counter_at, home, run, synced

AMOUNT = 250_000
ACT = uuid7(1_795_000_000_000, bytes(RANDOM_BYTES))
LONGEST = 60.0
KILLED = -9


@pytest.fixture(scope="module")
def beginning(country_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre's folder and a desk's profile in it: enrolled, loaded, its till open. Not to be used: copy it."""
    folder = tmp_path_factory.mktemp("killed")

    async def first_day(centre: Centre) -> None:
        counter = await counter_at(centre, folder / "profile")
        async with counter.run() as program:
            clerk = await program.sign_in()
            synced(program, clerk)
            await open_till(clerk)
            await home(program)

    with a_centre(country_file, folder / "centre") as centre:
        run(first_day(centre))
    return folder


@pytest.fixture
def centre(beginning: Path, country_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """The centre on the next day, with the desk beside it."""
    shutil.copytree(beginning, tmp_path / "day")
    with a_centre(country_file, tmp_path / "day" / "centre") as running:
        yield running


class Life:
    """One life of the desk's process."""

    def __init__(self, centre: Centre, act: UUID, step: str) -> None:
        profile = centre.folder.parent / "profile"
        command = [sys.executable, "-m", "tests.stories.counter_process", str(profile), centre.link.address, str(act)]
        self.process = subprocess.Popen(
            [*command, str(AMOUNT), step], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.said: list[str] = []

    def says(self, beginning: str) -> str:
        """Wait for a line that begins so; return its rest, or nothing when the process ends without it."""
        for line in self.process.stdout or ():
            self.said.append(line.strip())
            if line.startswith(beginning):
                return line.removeprefix(beginning).strip()
        return ""

    def end(self) -> int:
        """Wait for the end; return the status."""
        out, err = self.process.communicate(timeout=LONGEST)
        self.said += out.splitlines()
        assert self.process.returncode in (0, KILLED), err
        return self.process.returncode


@pytest.mark.parametrize("step", [step for step in STEPS if step != "none"])
def test_killed_on_the_way_and_started_again(centre: Centre, step: str) -> None:
    # The line is cut: the clerk signs in and takes the money without the centre.
    centre.link.cut()
    life = Life(centre, ACT, step)
    life.says("signed in")
    number = life.says("paid") if step not in ("before commit", "after commit") else ""
    centre.link.mend()
    assert life.end() == KILLED
    assert "home" not in life.said
    # Started again, the form finds its draft and confirms once more; or it was done, and nothing is done again.
    again = Life(centre, ACT, "none")
    receipt = again.says("paid")
    assert again.says("home") == ""
    assert again.end() == 0
    assert number in ("", receipt)
    assert centre.effects(ACT) == Effects(applied=1, payments=1, receipts=(receipt,), cash_legs=1, cash=AMOUNT)
    assert "clean" in centre.check()
