"""What holds for every test: no display, nothing of the user's touched, Qt's warnings fail, cheap checks first."""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HOME = Path(tempfile.mkdtemp(prefix="ccbs-home-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
# Set before anything of Qt, keyring or platformdirs is imported, and inherited by every process that a test starts.
os.environ |= {
    "QT_QPA_PLATFORM": "offscreen",
    "QT_API": "pyside6",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    "HOME": str(HOME),
    "XDG_CONFIG_HOME": str(HOME / "config"),
    "XDG_DATA_HOME": str(HOME / "data"),
    "XDG_CACHE_HOME": str(HOME / "cache"),
    "XDG_STATE_HOME": str(HOME / "state"),
    "XDG_RUNTIME_DIR": str(HOME),
}
for _name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
    os.environ.pop(_name, None)

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler  # noqa: E402

from tests.architecture.measure import MEASURE, WISH  # noqa: E402

# Before the factories bring the product in, or its module level would count as never run.
if os.environ.pop(WISH, ""):
    MEASURE.start()

from ccbs_desk.config.catalogues import compile_all  # noqa: E402

pytest_plugins = [
    "tests.factories.beside",
    "tests.factories.postgres",
    "tests.factories.country",
    "tests.factories.desk",
    "tests.factories.server",
    "tests.factories.counter",
    "tests.pbx.fixture",
    "tests.sync.world",
    "tests.stories.killed",
]

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "default")

FOLDERS = ("architecture", "unit", "contract", "sync", "ui", "stories", "pbx")
# The offscreen platform prints this at every window; it means nothing.
LET_THROUGH = "propagateSizeHints"
FAILING = {QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`."""
    parser.addoption("--long", action="store_true", help="run the tests marked as long too")


def pytest_sessionstart() -> None:
    """Compile the catalogues of the tree before anybody looks a text up."""
    compile_all()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the folders in their order, then what was begun beside them and the measure of the run; skip long tests."""
    items.sort(key=_rank)
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="longer work: --long runs it"))


def _rank(item: pytest.Item) -> int:
    """Return a test's place in the run: by folder, unknown ones last."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    if item.path.name == "test_coverage.py":
        return len(FOLDERS) + 2
    if item.get_closest_marker("beside"):
        return len(FOLDERS) + 1
    return FOLDERS.index(folder) if folder in FOLDERS else len(FOLDERS)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector shall not walk through it again at each of a thousand tests."""
    gc.collect()
    gc.freeze()


@contextmanager
def qt_warnings_fail() -> Iterator[None]:
    """Fail when Qt warns of anything meanwhile, from whichever thread."""
    told: list[str] = []

    def note(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind in FAILING and LET_THROUGH not in message:
            told.append(message)

    previous = qInstallMessageHandler(note)
    try:
        yield
    finally:
        qInstallMessageHandler(previous)
    if told:
        pytest.fail("Qt warned:\n" + "\n".join(told), pytrace=False)


@pytest.fixture(autouse=True)
def _no_qt_warning() -> Iterator[None]:
    with qt_warnings_fail():
        yield
