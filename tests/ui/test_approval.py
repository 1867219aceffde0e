"""A second person approves one act with his own password, or it is not approved."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import message, strip_isolates
from ccbs_desk.domain.approvals import Approval, check
from ccbs_desk.domain.commands import CloseTill
from ccbs_desk.domain.errors import CredentialsWrong, Refused
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.close_till import Count
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
from tests.ui.golden import assert_golden, settle

COMMAND = CloseTill(till_id=UUID(int=1), session_id=UUID(int=2), counted=())
ASK = ApprovalAsk(COMMAND, UUID(int=3), TILL_APPROVE_DIFFERENCE, message("Close the till"), Money(1_250_00, SYP))


class Counter:
    """A clerk's counter, and a supervisor who comes over."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        self.desk, self.window = desk, window
        self.session: Session = session_of(desk)
        self.tried: list[str] = []
        self.is_offline = False

    async def verify(self, login: str, password: str) -> Person:
        """Know the demo people by the demo password."""
        self.tried.append(login)
        if password != demo.PASSWORD:
            raise Refused(CredentialsWrong())
        return session_of(self.desk, login).person

    def ask(self, ask: ApprovalAsk = ASK) -> "asyncio.Task[Approval | None]":
        """Open the dialog."""
        approvals = Approvals(self.window, self.session, self.verify, lambda: self.is_offline)
        return asyncio.ensure_future(approvals.ask(ask))

    def counts(self) -> QTableView:
        """Return the count that the approver sees."""
        found = self.dialog().findChild(QTableView, "approval.counts")
        assert isinstance(found, QTableView)
        return found

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

    def press(self, name: str) -> None:
        """Press a button of the dialog."""
        button = self.dialog().findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        button.click()

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


@pytest.mark.parametrize("is_offline", [True, False])
def test_without_the_link_it_is_said_who_can_approve_before_anybody_types(
    qapp: QApplication, counter: Counter, is_offline: bool
) -> None:
    counter.is_offline = is_offline

    async def story() -> None:
        asked = counter.ask()
        await until(lambda: bool(counter.window.findChildren(ApprovalDialog)))
        said = counter.dialog().findChild(QWidget, "approval.offline")
        assert isinstance(said, QWidget)
        assert said.isVisible() is is_offline
        counter.dialog().reject()
        assert await asked is None

    run(qapp, story())


COUNTS = (
    Count(Money(40_000_00, SYO), Money(41_000_00, SYO), Money(1_000_00, SYO)),
    Count(Money(1_050_00, SYP), Money(500_00, SYP), Money(-550_00, SYP)),
)


@pytest.mark.parametrize("approves", [True, False])
def test_the_supervisor_sees_the_difference_before_approving_it(
    qapp: QApplication, counter: Counter, look: Look, approves: bool
) -> None:
    look.set_language("en")

    async def story() -> None:
        asked = counter.ask(replace(ASK, counts=COUNTS))
        await until(lambda: bool(counter.window.findChildren(ApprovalDialog)))
        assert not counter.counts().isVisible(), "nobody sees it before the password"
        counter.fill(demo.SUPERVISOR, demo.PASSWORD)
        await until(lambda: counter.counts().isVisible())
        assert not asked.done(), "the password alone approves nothing that was not seen"
        model = counter.counts().model()
        cells = [[strip_isolates(str(model.index(row, column).data())) for column in range(4)] for row in range(2)]
        assert [line[1:] for line in cells] == [
            ["40,000.00", "41,000.00", "Over by 1,000.00\u00a0SYP old"],
            ["1,050.00", "500.00", "Short by 550.00\u00a0SYP"],
        ]
        if approves:
            counter.press("approval.confirm")
            approval = await asked
            assert approval is not None
            check(approval, counter.session.person.id, body_hash(COMMAND, ASK.command_id), COMMAND.APPROVALS)
        else:
            press(counter.dialog().focusWidget() or counter.dialog(), Qt.Key.Key_Return)
            assert await asked is None, "the keyboard is on the answer that changes nothing"

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


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_only_the_approver_sees_is_plain(counter: Counter, look: Look, qtbot: QtBot, language: str) -> None:
    look.set_language("en" if language == "en" else "ar")
    dialog = ApprovalDialog(None, message("{name} asks for:", name="هدى"), ASK.act, "")
    qtbot.addWidget(dialog)
    dialog.show_counts(Bilingual("سامر القاسم", "Samer Al-Qasem"), COUNTS)
    settle()
    assert_golden(dialog, f"approval-counts.{language}", (640, 360))
