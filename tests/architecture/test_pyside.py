"""PySide6 6.12.0 loses a reference to None at each void call on Python 3.10 and 3.11, and aborts some time later."""

import sys
import tomllib
from importlib.metadata import version

from packaging.requirements import Requirement
from PySide6.QtCore import QObject

from tests.architecture.source import ROOT


def test_the_pin_leaves_the_faulty_version_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = [one for one in map(Requirement, project["dependencies"]) if one.name == "PySide6_Essentials"]
    assert [pin.specifier.contains("6.12.0") for pin in pins] == [False]
    assert pins[0].specifier.contains(version("PySide6_Essentials"))


def test_void_calls_keep_the_references_to_none() -> None:
    owner = QObject()
    before = sys.getrefcount(None)
    for number in range(1_000):
        owner.setObjectName(f"n{number}")
    assert abs(sys.getrefcount(None) - before) < 100
