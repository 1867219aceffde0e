"""One look for all tests of the interface; each starts in Arabic and light, with the catalogues of the tree."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ccbs_desk.config import language
from ccbs_desk.ui import drafting
from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Scheme
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.ui.at_work import collect, end_loop
from tests.ui.switchboard import Switchboard


@pytest.fixture(scope="session")
def _one_look(qapp: QApplication) -> Look:
    return Look(qapp)


@pytest.fixture(scope="session", autouse=True)
def _loop_ends(qapp: QApplication) -> Iterator[None]:
    yield
    end_loop(qapp)


@pytest.fixture(scope="session", autouse=True)
def _quick_drafts() -> Iterator[None]:
    """What is typed is kept a moment after the last key: for who types and then waits until it is, a short one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drafting, "PAUSE", 0.01)
        yield


@pytest.fixture
def look(_one_look: Look) -> Iterator[Look]:
    """The look of the application, put back to Arabic and light around each test."""
    _put_back(_one_look)
    yield _one_look
    _put_back(_one_look)


def _put_back(look: Look) -> None:
    """Switching restyles every widget that is still alive: only where somebody has switched."""
    language.set_digits("arab")
    if language.current_language() != "ar":
        look.set_language("ar")
    if theme.current() != theme.Theme():
        look.set_scheme(Scheme.LIGHT)


@pytest.fixture
def board(desk: Desk, look: Look, qapp: QApplication, tmp_path: Path) -> Iterator[Switchboard]:
    """The desk of one who answers calls."""
    # The window of the test before is the last one; without this its end would end the loop.
    qapp.setQuitOnLastWindowClosed(False)
    made = Switchboard(desk, look, qapp, tmp_path)
    yield made
    made.close()
    collect()


@pytest.fixture
def at_till(desk: Desk, look: Look, qapp: QApplication, tmp_path: Path) -> Iterator[Switchboard]:
    """The desk of one who answers calls and holds a till."""
    qapp.setQuitOnLastWindowClosed(False)
    desk.open_till()
    made = Switchboard(desk, look, qapp, tmp_path, login=demo.CLERK)
    yield made
    made.close()
    collect()
