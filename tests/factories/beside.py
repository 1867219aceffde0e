"""Long work in processes of its own: begun with the run, on what the other tests leave idle, and looked at last."""

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence

import pytest

Work = Sequence["subprocess.Popen[str]"]
MARKER = "beside"
_BEGUN = pytest.StashKey[Work]()
_LEAST_PRIORITY = 19


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", f"{MARKER}(begin=…): `begin()` starts processes with the run; `begun` are these")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin what the tests that will run look at later."""
    if session.config.option.collectonly:
        return
    for item in session.items:
        marker = item.get_closest_marker(MARKER)
        if marker is not None and not item.get_closest_marker("skip"):
            begin: Callable[[], Work] = marker.kwargs["begin"]
            item.stash[_BEGUN] = work = begin()
            for process in work:
                os.setpriority(os.PRIO_PROCESS, process.pid, _LEAST_PRIORITY)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what nobody came to look at."""
    for item in session.items:
        _end(item.stash.get(_BEGUN, ()))


def _end(work: Work) -> None:
    for process in work:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def begun(request: pytest.FixtureRequest) -> Iterator[Work]:
    """The processes that were begun for this test. They are ended with it."""
    work = request.node.stash[_BEGUN]
    yield work
    _end(work)
