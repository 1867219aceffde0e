"""What tests/conftest.py promises to every test."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import keyring
import platformdirs
import pytest
from hypothesis import settings
from keyring.backends.fail import Keyring
from keyring.errors import NoKeyringError
from PySide6.QtCore import qWarning

from tests.conftest import FOLDERS, qt_warnings_fail
from tests.factories.beside import Work


def test_a_qt_warning_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="something is wrong"), qt_warnings_fail():
        qWarning("something is wrong")


def test_the_offscreen_platforms_own_words_are_let_through() -> None:
    with qt_warnings_fail():
        qWarning("This plugin does not support propagateSizeHints()")


def test_nothing_of_the_user_is_touched() -> None:
    temporary = Path(tempfile.gettempdir())
    assert Path.home().is_relative_to(temporary)
    assert Path(platformdirs.user_data_dir("ccbs-desk")).is_relative_to(Path.home())
    assert Path(platformdirs.user_cache_dir("ccbs-desk")).is_relative_to(Path.home())
    assert not {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"} & set(os.environ)


def test_no_secret_store_answers() -> None:
    assert isinstance(keyring.get_keyring(), Keyring)
    with pytest.raises(NoKeyringError):
        keyring.get_password("ccbs-desk", "anyone")


def test_hypothesis_has_no_deadline_and_repeats_itself_where_it_must() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert settings.default.derandomize == bool(os.environ.get("CI"))


def test_the_order_of_the_run_names_every_folder_of_tests() -> None:
    present = {path.parent.name for path in Path(__file__).parents[1].glob("*/__init__.py")}
    assert present - {"factories"} <= set(FOLDERS)


def begin() -> Work:
    """Begin a process that tells how much it yields to others, once it is let."""
    tell = "import os; input(); print(os.getpriority(os.PRIO_PROCESS, 0))"
    return [subprocess.Popen([sys.executable, "-c", tell], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)]


@pytest.mark.beside(begin=begin)
def test_work_begun_with_the_run_lets_the_tests_go_first(begun: Work) -> None:
    (process,) = begun
    assert process.communicate("\n")[0].strip() == "19"
