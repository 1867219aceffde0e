"""A second person approves one act with his own password, or it is not approved."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import message, strip_isolates
from ccbs_desk.domain.approvals import Approval, check
from ccbs_desk.domain.commands import CloseTill
from ccbs_desk.domain.errors import CredentialsWrong, Refused
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.services.session import Person, Session
from ccbs_desk.ui.approval.dialog import Approvals
from ccbs_desk.ui.approval.view import ApprovalDialog
from ccbs_desk.ui.asking import ApprovalAsk
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.labels import Label
from ccbs_desk.wire.codec import body_hash
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press, type_text
from tests.ui.at_work import collect, run, session_of, until
from tests.ui.golden import assert_golden

COMMAND = CloseTill(till_id=UUID(int=1), session_id=UUID(int=2), counted=())
ASK = ApprovalAsk(COMMAND, UUID(int=3), TILL_APPROVE_DIFFERENCE, message("Close the till"), Money(1_250_00, SYP))


class Counter:
    """A clerk's counter, and a supervisor who comes over."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        self.desk, self.window = desk, window
        self.session: Session = session_of(desk)
        self.tried: list[str] = []

    async def verify(self, login: str, password: str) -> Person:
        """Know the demo people by the demo password."""
        self.tried.append(login)
        if password != demo.PASSWORD:
            raise Refused(CredentialsWrong())
        return session_of(self.desk, login).person

    def ask(self) -> "asyncio.Task[Approval | None]":
        """Open the dialog."""
        return asyncio.ensure_future(Approvals(self.window, self.session, self.verify).ask(ASK))

    def dialog(self) -> ApprovalDialog:
        """Return the dialog that is open."""
        return self.window.findChildren(ApprovalDialog)[-1]

    def field(self, name: str) -> QLineEdit:
        """Return a field of the dialog."""
        found = self.dialog().findChild(QLineEdit, name)
        assert isinstance(found, QLineEdit)
        return found

    def fill(self, login: str, password: str) -> None:
        """Type name and password and press Return."""
        for name, typed in (("approval.user", login), ("approval.password", password)):
            type_text(self.field(name), typed)
        press(self.field("approval.password"), Qt.Key.Key_Return)

    def problem(self) -> str:
        """Return what the dialog says is wrong."""
        banner = self.dialog().findChild(QWidget, "approval.problem")
        assert isinstance(banner, QWidget)
        return " ".join(strip_isolates(label.text()) for label in banner.findChildren(Label) if label.isVisible())


@pytest.fixture
def counter(desk: Desk, qtbot: QtBot, look: Look) -> Iterator[Counter]:
    window = QWidget()
    window.resize(1000, 700)
    window.show()
    yield Counter(desk, window)
    window.close()
    window.deleteLater()
    collect()


def test_a_supervisor_approves_and_the_approval_binds_to_the_act(qapp: QApplication, counter: Counter) -> None:
    async def story() -> None:
        asked = counter.ask()
        await until(lambda: bool(counter.window.findChildren(ApprovalDialog)))
        counter.fill(demo.SUPERVISOR, demo.PASSWORD)
        approval = await asked
        assert approval is not None
        assert approval.permission == TILL_APPROVE_DIFFERENCE
        check(approval, counter.session.person.id, body_hash(COMMAND, ASK.command_id), COMMAND.APPROVALS)

    run(qapp, story())


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        (demo.SUPERVISOR, "wrong", "غير صحيح"),
        (demo.CLERK, demo.PASSWORD, "لا يوافق من طلب الموافقة"),
        (demo.CLERK_2, demo.PASSWORD, "لا يحق لهذا الشخص"),
    ],
)
def test_nobody_else_can(qapp: QApplication, counter: Counter, login: str, password: str, said: str) -> None:
    async def story() -> None:
        asked = counter.ask()
        await until(lambda: bool(counter.window.findChildren(ApprovalDialog)))
        counter.fill(login, password)
        await until(lambda: said in counter.problem())
        press(counter.dialog(), Qt.Key.Key_Escape)
        assert await asked is None

    run(qapp, story())


def test_an_empty_field_is_said_and_nobody_is_asked(qapp: QApplication, counter: Counter) -> None:
    async def story() -> None:
        asked = counter.ask()
        await until(lambda: bool(counter.window.findChildren(ApprovalDialog)))
        counter.fill("", "")
        assert counter.tried == []
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert asked.cancelled()

    run(qapp, story())


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_approved_is_plain(counter: Counter, look: Look, qtbot: QtBot, language: str) -> None:
    look.set_language("en" if language == "en" else "ar")
    dialog = ApprovalDialog(
        None, message("{name} asks for:", name="هدى"), ASK.act, message("Amount: {amount}", amount=ASK.amount)
    )
    qtbot.addWidget(dialog)
    dialog.show_problem(message("This person may not approve this."))
    assert_golden(dialog, f"approval.{language}", (520, 460))
