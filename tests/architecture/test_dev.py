"""What `dev.py` decides: when it installs, what it installs, what it says when it may not, what it starts."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dev
from server_stub.seed import demo
from tests.architecture.measure import WISH
from tests.architecture.source import ROOT

DISPLAY = {"DISPLAY": ":0"}
JOURNEY = [str(dev.PYTHON), "-m", "server_stub.demo", "journey", "--out"]
DESK = [str(dev.PYTHON), "-m", "server_stub.demo", "desk"]


def fake_program(folder: Path, name: str, script: str) -> None:
    """Put a shell script where programs are found."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of faked programs, found before the real ones."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def dpkg(programs: Path) -> Path:
    """A package data base: libgl1 is there, libglib2.0-0 under its newer name, libegl1 was removed."""
    lines = "installed libgl1\\ninstalled libglib2.0-0t64\\nconfig-files libegl1\\n"
    fake_program(programs, "dpkg-query", f"printf '{lines}'; echo 'no packages found' >&2; exit 1")
    return programs


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that is set up, with an environment whose Python only notes what it is asked to do."""
    root = tmp_path / "checkout"
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    fake_program(python.parent, "python", f'echo "$@" >> {root}/asked')
    for name in dev.LOCKED:
        (root / name).write_text(f"{name}: one==1\n")
    monkeypatch.setattr(dev, "ROOT", root)
    monkeypatch.setattr(dev, "VENV", root / ".venv")
    monkeypatch.setattr(dev, "PYTHON", python)
    monkeypatch.setattr(dev, "STAMP", root / ".venv" / ".installed")
    return root


def asked(root: Path) -> list[str]:
    """Return what the checkout's Python was asked to do since the last question."""
    noted = root / "asked"
    lines = noted.read_text().splitlines() if noted.exists() else []
    noted.unlink(missing_ok=True)
    return lines


def installs(lines: list[str]) -> list[str]:
    """Return what pip was asked to install."""
    return [line.split("--quiet ")[1] for line in lines if " install " in line]


BOTH = ["--require-hashes -r requirements.lock", "--no-deps --no-build-isolation -e ."]


def test_packages_are_installed_once(checkout: Path) -> None:
    dev.install_locked_packages()
    assert installs(asked(checkout)) == BOTH
    dev.install_locked_packages()
    assert asked(checkout) == []


@pytest.mark.parametrize("name", dev.LOCKED)
def test_a_change_of_what_is_locked_installs_again(checkout: Path, name: str) -> None:
    dev.install_locked_packages()
    asked(checkout)
    (checkout / name).write_text("changed\n")
    dev.install_locked_packages()
    assert installs(asked(checkout)) == BOTH


def test_an_interrupted_installation_starts_again(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake_program(dev.PYTHON.parent, "python", 'case "$*" in *require-hashes*) echo no route; exit 1;; esac')
    with pytest.raises(dev.Stop, match="stopped: Installing 1 locked packages"):
        dev.install_locked_packages()
    assert "no route" in capsys.readouterr().out
    assert not dev.STAMP.exists()


def test_a_moved_checkout_installs_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dev.fingerprint()
    moved = checkout.rename(checkout.with_name("moved"))
    monkeypatch.setattr(dev, "ROOT", moved)
    assert dev.fingerprint() != before


def test_only_what_is_not_installed_is_missing(dpkg: Path) -> None:
    assert dev.missing_packages(["libgl1", "libglib2.0-0", "libegl1", "xvfb"]) == ["libegl1", "xvfb"]
    assert dev.missing_packages([]) == []


def test_other_systems_miss_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dev.missing_packages(["libgl1"]) == []


def test_who_may_not_install_gets_the_one_command(dpkg: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    fake_program(dpkg, "apt-get", "exit 1")
    with pytest.raises(dev.Stop) as stop:
        dev.install_debian_packages(["libgl1", "libegl1", "xvfb"])
    command = str(stop.value).splitlines()[-1]
    assert command == "sudo apt-get install --no-install-recommends libegl1 xvfb"


def test_the_package_lists_are_fetched_only_when_the_installation_fails(
    dpkg: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    noted, lists = tmp_path / "noted", tmp_path / "lists"
    verbs = f'case "$*" in *update) touch {lists};; *) test -e {lists};; esac'
    fake_program(dpkg, "apt-get", f'echo "$@" >> {noted}; {verbs}')
    expected = ["install", "update", "install"]
    for _ in range(2):
        dev.install_debian_packages(["libgl1", "xvfb"])
        lines = noted.read_text().splitlines()
        assert [verb for line in lines for verb in line.split() if verb in {"install", "update"}] == expected
        assert lines[-1].endswith(" xvfb")
        assert "libgl1" not in lines[-1]
        expected.append("install")


def test_main_ends_with_the_command_and_a_failure(
    dpkg: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.chdir(checkout)
    with pytest.raises(SystemExit) as end:
        dev.main(["test"])
    assert end.value.code == 1
    assert "sudo apt-get install" in capsys.readouterr().err


def test_a_catalogue_is_compiled_when_it_is_newer(checkout: Path) -> None:
    source = checkout / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
    dev.compile_catalogues()
    assert asked(checkout) == []
    source.parent.mkdir(parents=True)
    source.touch()
    dev.compile_catalogues()
    assert asked(checkout) == ["-m babel.messages.frontend --quiet compile -d translations"]
    compiled = source.with_suffix(".mo")
    compiled.touch()
    os.utime(source, (1, 1))
    assert not dev.is_stale(source)
    os.utime(compiled, (0, 0))
    assert dev.is_stale(source)


@pytest.mark.parametrize(
    ("arguments", "environment", "platform", "expected"),
    [
        ([], {}, "linux", [*JOURNEY, str(ROOT / "build" / "journey")]),
        ([], DISPLAY, "linux", DESK),
        ([], {"WAYLAND_DISPLAY": "wayland-0"}, "linux", DESK),
        ([], {}, "win32", DESK),
        (["--headless", "--out", "/tmp/x", "--fast"], DISPLAY, "linux", [*JOURNEY, "/tmp/x", "--fast"]),
        (["--vnc"], {}, "linux", [*DESK, "--vnc"]),
        (["--fresh"], DISPLAY, "linux", [*DESK, "--fresh"]),
        (["--vnc", "--fresh"], {}, "linux", [*DESK, "--vnc", "--fresh"]),
        (["--pbx", "asterisk"], {}, "linux", [*JOURNEY, str(ROOT / "build" / "journey"), "--pbx", "asterisk"]),
        (["--pbx", "asterisk", "--fresh"], DISPLAY, "linux", [*DESK, "--fresh", "--pbx", "asterisk"]),
        (["--headless", "--fresh"], {}, "linux", [*JOURNEY, str(ROOT / "build" / "journey")]),
    ],
)
def test_what_run_starts(arguments: list[str], environment: dict[str, str], platform: str, expected: list[str]) -> None:
    assert dev.demo_command(arguments, environment, platform) == expected


def test_the_help_names_the_people_of_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        dev.demo_command(["--help"], {}, "linux")
    assert end.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"People: {', '.join(demo.LOGINS)}; the password of each: {demo.PASSWORD}." in told
    assert "--fresh" in told


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        ([], True),
        (["--long", "-q", "--durations=20"], True),
        (["tests/unit"], False),
        (["-k", "till"], False),
        (["-m", "long"], False),
        (["--lf"], False),
        (["-x"], False),
        (["--collect-only"], False),
        (["-q", "tests"], False),
    ],
)
def test_only_a_whole_run_is_measured(arguments: list[str], whole: bool) -> None:
    assert dev.is_whole(arguments) is whole


def test_an_unknown_command_shows_the_commands() -> None:
    done = subprocess.run([sys.executable, ROOT / "dev.py", "rum"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert all(f"  {name}" in done.stdout for name in dev.COMMANDS)


def test_a_second_start_is_quick_and_silent(
    programs: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_program(programs, "dpkg-query", f"printf 'installed %s\\n' {' '.join(dev.TESTING)}")
    started: list[list[str]] = []
    monkeypatch.setattr(dev, "replace_process", started.append)
    monkeypatch.setenv(WISH, "")
    monkeypatch.chdir(checkout)
    dev.main(["test"])
    assert os.environ[WISH] == "1"
    assert len(capsys.readouterr().out.splitlines()) == len(BOTH)
    start = time.monotonic()
    dev.main(["test", "-k", "till", "--long"])
    assert time.monotonic() - start < 2
    assert capsys.readouterr().out == ""
    assert started[-1] == [str(dev.PYTHON), "-m", "pytest", "-k", "till", "--long"]
