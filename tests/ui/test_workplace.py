"""The screens joined: what the keys of the places open, what the status bar says, and who may leave."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from sqlalchemy import insert, update

from ccbs_desk.config.language import current_language, message, strip_isolates
from ccbs_desk.domain.commands import SignIn, TakePayment
from ccbs_desk.domain.errors import DiskFull, Reason
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.store_errors import DataTooOld
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import Notice
from ccbs_desk.models.reference import Till
from ccbs_desk.printing.port import printer_at
from ccbs_desk.services.drafts import save_draft
from ccbs_desk.services.notices import BECAME_CREDIT, BecameCredit, details_of
from ccbs_desk.services.session import Person
from ccbs_desk.sync.facts import SyncFacts
from ccbs_desk.ui.approval.view import ApprovalDialog
from ccbs_desk.ui.asking import ApprovalAsk
from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.dialogs import Question
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.ui.shell.statusbar import Link
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.workplace import Workplace
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press
from tests.ui.at_work import collect, run, session_of, until
from tests.ui.golden import settle


async def nobody(_login: str, _password: str) -> Person:
    """Nobody comes over to approve anything."""
    raise AssertionError("nobody is asked to approve anything here")


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
        self.do(lambda: press(self.window.focusWidget() or self.window, key))

    def do(self, act: Callable[[], object]) -> None:
        """Do something, and wait for all that follows."""

        async def story() -> None:
            act()
            await self.workplace.settled()

        run(self.app, story())
        settle()

    def read_out(self, name: str) -> str:
        """Return what a screen reader says of a widget."""
        part = self.window.findChild(QWidget, name)
        assert isinstance(part, QWidget), name
        return part.accessibleName()

    def button_text(self, name: str) -> str:
        """Return what stands on a button."""
        button = self.window.findChild(QPushButton, name)
        assert isinstance(button, QPushButton), name
        return strip_isolates(button.text())

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


def answered(work: Work, answer: str) -> bool:
    """Ask whether the person may leave, and press one of the answers if there is a question."""

    async def story() -> bool:
        leaving = asyncio.ensure_future(work.workplace.may_leave())
        await until(lambda: leaving.done() or bool(work.window.findChildren(Question)))
        for question in work.window.findChildren(Question):
            button = question.findChild(QPushButton, answer)
            assert isinstance(button, QPushButton)
            button.click()
        return await leaving

    return run(work.app, story())


def test_who_leaves_while_work_waits_is_told_and_may_stay(work: Work) -> None:
    assert answered(work, "leave")
    run(work.app, shown_to(work, SyncFacts(unsent=2, sums=(Money(100_000, SYP),))))
    assert not answered(work, "stay")
    assert answered(work, "leave")


async def shown_to(work: Work, facts: SyncFacts, link: Link = Link.ONLINE) -> None:
    """Tell what sync says, until the status bar shows it."""
    work.workplace.show_sync(facts, link)
    await work.workplace._tasks.settled()


def test_the_status_bar_says_why_the_link_does_not_go_on(work: Work) -> None:
    link = work.window.findChild(QPushButton, "status.link")
    assert isinstance(link, QPushButton)

    async def story(problem: Reason | None) -> list[Question]:
        await shown_to(work, SyncFacts(problem=problem), Link.OFFLINE)
        link.click()
        return work.window.findChildren(Question)

    assert run(work.app, story(None)) == []
    (question,) = run(work.app, story(DiskFull()))
    assert "disk is full" in question.windowTitle()


def test_an_approval_knows_whether_the_centre_is_out_of_reach(work: Work) -> None:
    approve = work.workplace._tools.approve
    ask = ApprovalAsk(SignIn(online=False), UUID(int=3), TILL_APPROVE_DIFFERENCE, message("Close the till"))

    async def is_said(link: Link) -> bool:
        await shown_to(work, SyncFacts(), link)
        asked = asyncio.ensure_future(approve(ask))
        await until(lambda: bool(work.window.findChildren(ApprovalDialog)))
        dialog = work.window.findChildren(ApprovalDialog)[-1]
        said = dialog.findChild(QWidget, "approval.offline")
        assert isinstance(said, QWidget)
        shown = said.isVisible()
        dialog.reject()
        assert await asked is None
        collect()
        return shown

    async def story() -> list[bool]:
        said = [await is_said(link) for link in (Link.OFFLINE, Link.ONLINE)]
        await work.workplace.settled()
        return said

    assert run(work.app, story()) == [True, False]


def test_what_a_till_must_know_is_counted_until_it_was_seen_to(desk: Desk, work: Work) -> None:
    about = BecameCredit("0001-A-000007", Money(100_000, SYP), Money(30_000, SYP))
    notice = {
        "id": desk.new_id(),
        "area_id": demo.AREA,
        "account_id": demo.ACCOUNT_ID,
        "till_id": demo.TILL_ID,
        "command_id": desk.new_id(),
        "code": BECAME_CREDIT,
        "details": details_of(about),
        "occurred_at": desk.clock.now,
    }
    desk.write(lambda connection: connection.execute(insert(table_of(Notice)), notice))
    work.do(lambda: work.workplace.refresh(None))
    assert work.button_text("status.till") == "No open till · 1 notice"
    work.press(Qt.Key.Key_F6)
    assert "became credit" in work.said("till.notices")
    work.do(lambda: work.window.findChild(QPushButton, "till.seen").click())  # type: ignore[union-attr]
    assert work.button_text("status.till") == "No open till"


def test_what_was_mended_and_how_far_a_load_is_is_said(work: Work) -> None:
    run(work.app, shown_to(work, SyncFacts(mended=2)))
    assert "2 rows on this desk differed" in work.all_that_is_said()
    run(work.app, shown_to(work, SyncFacts(mended=2, loading=40)))
    assert "loaded anew: 40 %" in work.all_that_is_said()


def test_a_desk_that_was_loaded_anew_stands_where_its_store_says(desk: Desk, work: Work) -> None:
    session = work.workplace._session
    assert session.place.till_id is not None
    run(work.app, shown_to(work, SyncFacts(loading=90)))
    desk.write(lambda c: c.execute(update(table_of(Till)).values(device_id=None)) and None)
    run(work.app, shown_to(work, SyncFacts()))
    assert session.place.till_id is None


def test_data_that_is_too_old_is_shown_to_nobody_until_the_link_is_back(
    desk: Desk, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(desk_state.note_server_time, desk.clock.now - timedelta(days=15), desk.clock.now - timedelta(days=15))
    told: list[Reason] = []
    monkeypatch.setattr(work.workplace, "explain", told.append)
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F4):
        work.press(key)
        assert work.window.place() == "outbox"
    assert told == [DataTooOld(14)] * 3
    # The drawer can be counted, and what waits be seen to.
    work.press(Qt.Key.Key_F6)
    assert work.window.place() == "till"
    desk.write(desk_state.note_server_time, desk.clock.now, desk.clock.now)
    work.press(Qt.Key.Key_F2)
    assert work.window.place() == "search"


def test_back_leads_where_the_person_came_from(work: Work) -> None:
    work.press(Qt.Key.Key_F6)
    work.press(Qt.Key.Key_F7)
    assert work.window.place() == "outbox"
    work.do(work.workplace.own.back)
    assert work.window.place() == "till"
    work.do(work.workplace.own.back)
    work.do(work.workplace.own.back)
    assert work.window.place() == "search"


def test_an_act_and_the_feed_refresh_what_is_shown(desk: Desk, work: Work) -> None:
    work.press(Qt.Key.Key_F6)
    assert work.read_out("till.state") == "Closed"
    desk.open_till()
    work.do(lambda: work.workplace.refresh(frozenset({demo.ACCOUNT_ID})))
    assert work.read_out("till.state") == "Open"
    assert "Till 0001" in work.button_text("status.till")


def test_commands_change_language_and_colours(work: Work, look: Look) -> None:
    commands = {item.id: item for item in work.workplace._commands()}
    for name, scheme in (("dark", Scheme.DARK), ("contrast", Scheme.CONTRAST), ("light", Scheme.LIGHT)):
        work.do(commands[name].run)
        assert theme.current().scheme is scheme
    work.do(commands["language"].run)
    assert current_language() == "ar"
