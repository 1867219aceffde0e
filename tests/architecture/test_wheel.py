"""The wheel holds all that the program needs, and starts away from any checkout."""

import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, tracked_files

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

# A server, and a desk that is let in, shows its sign-in in both languages, and lets the demo clerk in.
SIGN_IN = """
import sys
from pathlib import Path
from server_stub.demo.world import Desk, World, demo_environment
from server_stub.seed.demo import CARE_CENTRE_CODE

folder, program = Path(sys.argv[1]), Path(sys.executable).with_name("ccbs-desk")
world = World(folder)
world.seed(50, 1)
with world.serving() as link:
    words = world.desk_command("desk", link.port, "--walk", "first", "--out", sys.argv[1], centre=CARE_CENTRE_CODE)
    desk = Desk([str(program), *words[3:]], demo_environment(), sys.stderr)
    for told in desk.lines():
        if told.get("wish") == "approve":
            world.approve_waiting()
            desk.done()
        if told.get("step") in ("sign-in", "failed"):
            print(told)
            break
    desk.kill()
"""


def ask(command: list[str | Path], folder: Path) -> str:
    """Run a command away from the checkout and return what it prints."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    passed = done.returncode == 0
    assert passed, f"{Path(command[0]).name} fails"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    ask([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The programs of an environment that holds the wheel, and borrows the packages that it depends on."""
    home = wheel.parent / "environment"
    venv.create(home)
    python = home / "bin" / "python"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    ask([*pip, "install", "--quiet", "--no-deps", "--no-index", wheel], wheel.parent)
    packages = Path(ask([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], wheel.parent))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def test_the_wheel_holds_what_git_tracks_and_what_is_compiled(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    tracked = [path.relative_to(ROOT).as_posix() for path in tracked_files()]
    code = {name for name in tracked if name.startswith(("ccbs_desk/", "server_stub/"))}
    resources = {f"ccbs_desk/_{name}" for name in tracked if name.startswith("resources/")}
    catalogues = {f"ccbs_desk/_{name[:-3]}.mo" for name in tracked if name.endswith(".po")}
    assert code | resources | catalogues <= inside
    assert resources, "no resource is tracked"
    assert catalogues, "no catalogue is tracked"


@pytest.mark.parametrize("program", ["ccbs-desk", "ccbs-server"])
def test_the_installed_program_starts(installed: Path, program: str) -> None:
    assert VERSION in ask([installed / program, "--version"], installed)


@pytest.mark.parametrize("program", ["ccbs-desk", "ccbs-server", "ccbs-gateway", "ccbs-directory"])
def test_the_installed_program_tells_its_use(installed: Path, program: str) -> None:
    assert "usage" in ask([installed / program, "--help"], installed).lower()


def test_the_installed_server_makes_a_country_that_is_sound(installed: Path, tmp_path: Path) -> None:
    database = ["--database", f"sqlite:///{tmp_path / 'country.db'}"]
    server = installed / "ccbs-server"
    ask([server, "migrate", *database], tmp_path)
    ask([server, "seed", "--subscribers", "50", "--cycles", "1", "--seed", "1", *database], tmp_path)
    assert "clean" in ask([server, "check", *database], tmp_path)


def test_the_installed_desk_signs_its_clerk_in_in_arabic_and_english(installed: Path, tmp_path: Path) -> None:
    told = ask([installed / "python", "-c", SIGN_IN, tmp_path], tmp_path)
    assert "'sign-in'" in told
    arabic, english = ((tmp_path / f"signin-{language}.png").read_bytes() for language in ("ar", "en"))
    assert arabic != english


def test_the_installed_program_finds_its_own_files(installed: Path) -> None:
    question = "from ccbs_desk.config import paths; print(paths.resources()); print(paths.translations())"
    resources, translations = map(Path, ask([installed / "python", "-c", question], installed).splitlines())
    for folder in (resources, translations):
        assert folder.is_relative_to(installed.parent)
        assert any(folder.iterdir())
    assert (translations / "ar" / "LC_MESSAGES" / "messages.mo").exists()
