"""Ruff, mypy and the import contracts pass: the same commands as `python3 dev.py lint`."""

import subprocess

import pytest

import dev
from tests.architecture.source import ROOT

COMMANDS = dev.lint_commands()


@pytest.mark.parametrize("name", COMMANDS)
def test_static_check(name: str) -> None:
    done = subprocess.run(COMMANDS[name], cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    passed = done.returncode == 0
    assert passed, f"{name} finds faults"
