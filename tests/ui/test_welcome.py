"""The first start: a mark to read out, a bar that fills, a way to go on after a cut."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.config.options import is_enrolled
from ccbs_desk.domain.errors import DeviceNotEnrolled, LinkDown, Refused, SnapshotDamaged, Unavailable
from ccbs_desk.sync.snapshots import Progress, Told
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.welcome.presenter import WelcomePresenter
from ccbs_desk.ui.welcome.view import WelcomeView
from ccbs_desk.wire.messages import Enrolment
from tests.ui.at_work import run, until
from tests.ui.golden import SIZES, assert_golden

MARK = "4C74-B3F0-E69C-16B9"


def _enrolment(state: str) -> Enrolment:
    return Enrolment(
        device_id=UUID(int=7),
        state=state,  # type: ignore[arg-type]
        fingerprint=MARK,
        server_time=datetime(2026, 11, 23, tzinfo=UTC),
    )


class Centre:
    """Answers an enrolment as a centre does: first there is no line, then a supervisor thinks, then he approves."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.told = 0

    async def ask(self, name: str, centre_code: str) -> Enrolment:
        """Fail as often as was said, then wait for the supervisor."""
        if self.failures:
            raise self.failures.pop(0)
        return _enrolment("waiting")

    async def look(self, enrolment: Enrolment) -> Enrolment:
        """Answer as `ask`."""
        return await self.ask("", "")

    async def until_approved(self, enrolment: Enrolment, told: object) -> Enrolment:
        """Lose the line for a moment, then approve."""
        assert callable(told)
        told(None)
        self.told += 1
        told(enrolment)
        return _enrolment("approved")


class Load:
    """A first load that fails as often as was said, telling how far it is."""

    def __init__(self, *failures: Exception, endless: bool = False) -> None:
        self.failures, self.endless = list(failures), endless

    async def run(self, told: Told) -> None:
        """Go through the steps."""
        told(Progress("building"))
        told(Progress("fetching", 3_000_000, 12_000_000))
        if self.endless:
            await asyncio.Event().wait()
        if self.failures:
            raise self.failures.pop(0)
        told(Progress("writing", 11, 100))
        told(Progress("indexing", 100, 100))


@pytest.fixture
def view(qtbot: QtBot, look: Look) -> WelcomeView:
    shown = WelcomeView()
    qtbot.addWidget(shown)
    shown.show()
    return shown


def _error(view: WelcomeView) -> QWidget:
    found = view.findChild(QWidget, "welcome.error")
    assert isinstance(found, QWidget)
    return found


def _texts(view: WelcomeView) -> str:
    return " ".join(strip_isolates(label.text()) for label in view.findChildren(QLabel) if label.isVisible())


def test_a_new_desk_goes_on_asking_until_it_is_let_in(qapp: QApplication, view: WelcomeView) -> None:
    presenter = WelcomePresenter(view)
    view.again.connect(presenter.again)

    async def story() -> None:
        centre = Centre(Unavailable(LinkDown()), Refused(DeviceNotEnrolled("revoked")))
        enrolling = asyncio.ensure_future(presenter.enrol(centre, None, "desk", "C001"))  # type: ignore[arg-type]
        for _ in range(2):
            await until(lambda: _error(view).isVisible())
            view.again.emit()
            await asyncio.sleep(0)
        assert (await enrolling).state == "approved"
        assert MARK in _texts(view)

    run(qapp, story())


def test_a_load_that_stopped_goes_on_by_the_persons_word(qapp: QApplication, view: WelcomeView) -> None:
    presenter = WelcomePresenter(view)
    view.again.connect(presenter.again)

    async def story() -> None:
        loading = asyncio.ensure_future(presenter.load(Load(Unavailable(SnapshotDamaged()))))  # type: ignore[arg-type]
        await until(lambda: _error(view).isVisible())
        view.again.emit()
        assert await loading is True
        assert "١٠٠ سجل" in _texts(view)

    run(qapp, story())


def test_a_load_can_be_given_up(qapp: QApplication, view: WelcomeView) -> None:
    presenter = WelcomePresenter(view)
    view.cancelled.connect(presenter.cancel)

    async def story() -> None:
        loading = asyncio.ensure_future(presenter.load(Load(endless=True)))  # type: ignore[arg-type]
        await until(lambda: "٣ من ١٢" in _texts(view))
        view.cancelled.emit()
        assert await loading is False

    run(qapp, story())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_mark_is_easy_to_read_out(view: WelcomeView, look: Look, language: str, size: tuple[int, int]) -> None:
    look.set_language("en" if language == "en" else "ar")
    view.show_waiting(MARK, link=True)
    assert_golden(view, f"welcome-waiting.{language}", size)


def test_the_bar_says_how_far_it_is(view: WelcomeView, look: Look) -> None:
    presenter = WelcomePresenter(view)
    presenter._loading(Progress("fetching", 3_000_000, 12_000_000))
    assert_golden(view, "welcome-loading.ar", SIZES[0])


def test_first_start_asks_where_the_files_are(tmp_path: Path) -> None:
    assert not is_enrolled(tmp_path)
    (tmp_path / "enrolment.json").write_text("{}")
    assert is_enrolled(tmp_path)
