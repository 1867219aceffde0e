"""Ruff, mypy and the import contracts pass: the same commands as `python3 dev.py lint`."""

import subprocess
from functools import partial

import pytest

import dev
from tests.architecture.source import ROOT
from tests.factories.beside import Work

COMMANDS = dev.lint_commands()
SLOW = "mypy"


def begin(name: str) -> Work:
    """Begin a check."""
    command = COMMANDS[name]
    return [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)]


def assert_passes(name: str, work: Work) -> None:
    """Wait for a check; print what it found."""
    (process,) = work
    print(process.communicate()[0])
    assert process.returncode == 0, f"{name} finds faults"


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {SLOW}))
def test_static_check(name: str) -> None:
    assert_passes(name, begin(name))


@pytest.mark.beside(begin=partial(begin, SLOW))
def test_types(begun: Work) -> None:
    """A minute and more where nothing of an earlier run is kept, so it goes beside the other tests."""
    assert_passes(SLOW, begun)
