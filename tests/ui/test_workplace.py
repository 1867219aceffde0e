"""The keys of the places: what they open when a subscriber is at hand, and when only a draft is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.printing.port import printer_at
from ccbs_desk.services.drafts import save_draft
from ccbs_desk.services.session import Person
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.workplace import Workplace
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press
from tests.ui.at_work import collect, run, session_of
from tests.ui.golden import settle


async def nobody(_login: str, _password: str) -> Person:
    """Nobody comes over to approve anything."""
    raise NotImplementedError


class Work:
    """The whole window over a real store."""

    def __init__(self, desk: Desk, look: Look, app: QApplication, folder: Path) -> None:
        self.app, self.window = app, Window(look)
        self.workplace = Workplace(
            self.window,
            look,
            session_of(desk),
            verify=nobody,
            printer=printer_at(str(folder / "paper")),
            sign_out=lambda: None,
        )
        run(app, self.workplace.open())
        self.window.show()
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window, 30_000)

    def press(self, key: Qt.Key) -> None:
        """Press a key where the keyboard is, and wait for all that follows."""

        async def story() -> None:
            press(self.window.focusWidget() or self.window, key)
            for screen, _, _ in self.workplace._places.values():
                await screen.settled()  # type: ignore[attr-defined]

        run(self.app, story())
        settle()

    def said(self, name: str) -> str:
        """Return what a label or a notice of this name says."""
        part = self.window.findChild(QWidget, name)
        assert part is not None, name
        assert part.isVisible(), name
        labels = [part] if isinstance(part, QLabel) else part.findChildren(QLabel)
        return strip_isolates(" ".join(label.text() for label in labels if label.isVisible()))

    def typed(self, name: str) -> str:
        """Return what stands in a field."""
        field = self.window.findChild(QLineEdit, name)
        assert field is not None, name
        assert field.isVisible(), name
        return strip_isolates(field.text())

    def all_that_is_said(self) -> str:
        """Return every visible word."""
        labels = self.window.findChildren(QLabel)
        return strip_isolates(" ".join(label.text() for label in labels if label.isVisible()))

    def close(self) -> None:
        """End it."""
        self.workplace.close()
        self.window.deleteLater()
        settle()


@pytest.fixture
def work(desk: Desk, look: Look, qapp: QApplication, tmp_path: Path) -> Iterator[Work]:
    look.set_language("en")
    # The window of the test before is the last one; without this its end would end the loop.
    qapp.setQuitOnLastWindowClosed(False)
    work = Work(desk, look, qapp, tmp_path)
    yield work
    work.close()
    collect()


def test_the_payment_that_a_crash_cut_off_is_one_key_away(desk: Desk, work: Work) -> None:
    desk.write(
        save_draft,
        desk.new_id(),
        kind=TakePayment.KIND,
        staff_id=desk.people.clerk,
        subject=str(demo.ACCOUNT_ID),
        fields={"amount": "750"},
        now=desk.clock.now,
    )
    work.press(Qt.Key.Key_F4)
    assert "is here again" in work.said("payment.note")
    assert work.typed("payment.amount") == "750.00"
    work.press(Qt.Key.Key_F3)
    assert work.window.place() == "card"
    assert work.said("card.balance")


def test_without_a_subscriber_the_card_leads_to_the_search_and_the_payment_says_so(work: Work) -> None:
    work.press(Qt.Key.Key_F3)
    assert work.window.place() == "search"
    work.press(Qt.Key.Key_F4)
    assert work.window.place() == "payment"
    assert "No subscriber is open" in work.all_that_is_said()
