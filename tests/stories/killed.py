"""A desk that dies by SIGKILL and is started again: its process, and the centre and profile that it begins with."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from tests.factories.counter import open_till
from tests.stories.centre import ROOT, Centre, a_centre
from tests.stories.offline import counter_at, home, run, synced

AMOUNT = 250_000
ACT = uuid7(1_795_000_000_000, bytes(RANDOM_BYTES))
LONGEST = 60.0
KILLED = -9


@pytest.fixture(scope="session")
def first_day(country_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre's folder and a desk's profile in it: enrolled, loaded, its till open. Not to be used: copy it."""
    folder = tmp_path_factory.mktemp("killed")

    async def story(centre: Centre) -> None:
        counter = await counter_at(centre, folder / "profile")
        async with counter.run() as program:
            clerk = await program.sign_in()
            synced(program, clerk)
            await open_till(clerk)
            await home(program)
            (folder / "device").write_text(str(program.enrolment.device_id))

    with a_centre(country_file, folder / "centre") as centre:
        run(story(centre))
    return folder


@pytest.fixture
def next_day(first_day: Path, country_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """The centre on the next day, with the desk beside it."""
    shutil.copytree(first_day, tmp_path / "day")
    with a_centre(country_file, tmp_path / "day" / "centre") as running:
        yield running


def device_of(centre: Centre) -> UUID:
    """Return which desk it is that dies."""
    return UUID((centre.folder.parent / "device").read_text())


class Life:
    """One life of the desk's process, which is `program`; it gets the profile, the address, the act and `given`."""

    def __init__(self, program: str, centre: Centre, *given: object) -> None:
        about = centre.folder.parent / "profile", centre.link.address, ACT, AMOUNT, *given
        self.process = subprocess.Popen(
            [sys.executable, "-m", program, *map(str, about)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
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
