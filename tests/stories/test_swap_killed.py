"""The desk dies by SIGKILL at each step of exchanging its store: one store or the other is there, no work is lost."""

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
from tests.stories.offline import counter_at, home, run, synced
from tests.stories.swap_process import FAULTS
from tests.stories.test_desk_moved import moves, other_centre

AMOUNT = 250_000
ACT = uuid7(1_795_000_000_000, bytes(RANDOM_BYTES))
LONGEST = 60.0
KILLED = -9
SHORT = (
    "while the file is fetched",
    "while what is the desk's own is copied",
    "before the name is changed",
    "when the name is changed",
)
"""Steps that every run takes; the others are taken by the long one."""


@pytest.fixture(scope="module")
def beginning(country_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre's folder and a desk's profile in it: loaded, its till open. Not to be used: copy it."""
    folder = tmp_path_factory.mktemp("swapped")

    async def first_day(centre: Centre) -> None:
        counter = await counter_at(centre, folder / "profile")
        async with counter.run() as program:
            clerk = await program.sign_in()
            synced(program, clerk)
            await open_till(clerk)
            await home(program)
            (folder / "device").write_text(str(program.enrolment.device_id))

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

    def __init__(self, centre: Centre, area: int, step: str) -> None:
        profile = centre.folder.parent / "profile"
        command = [sys.executable, "-m", "tests.stories.swap_process", str(profile), centre.link.address, str(ACT)]
        self.process = subprocess.Popen(
            [*command, str(AMOUNT), str(area), step],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def says(self, beginning: str) -> str:
        """Wait for a line that begins so; return its rest, or nothing when the process ends without it."""
        for line in self.process.stdout or ():
            if line.startswith(beginning):
                return line.removeprefix(beginning).strip()
        return ""

    def end(self) -> int:
        """Wait for the end; return the status."""
        _, err = self.process.communicate(timeout=LONGEST)
        assert self.process.returncode in (0, KILLED), err
        return self.process.returncode


@pytest.mark.parametrize(
    "step",
    [step if step in SHORT else pytest.param(step, marks=pytest.mark.long) for step in FAULTS if step != "none"],
)
def test_killed_on_the_way_and_started_again(centre: Centre, step: str) -> None:
    device_id = UUID((centre.folder.parent / "device").read_text())
    centre.link.cut()
    # The money is taken without the link; meanwhile the desk is moved to another centre.
    life = Life(centre, other_centre(centre)[1], step)
    number = life.says("paid")
    assert number
    code, area = other_centre(centre)
    moves(centre).device(device_id, code)
    centre.link.mend()
    assert life.end() == KILLED
    again = Life(centre, area, "none")
    assert again.says("paid") == number
    assert again.says("kept") == number
    assert again.says("agreed") == "True 0"
    assert again.end() == 0
    assert centre.effects(ACT) == Effects(applied=1, payments=1, receipts=(number,), cash_legs=1, cash=AMOUNT)
    profile = centre.folder.parent / "profile"
    assert not (profile / "beside").exists()
    assert "clean" in centre.check()
