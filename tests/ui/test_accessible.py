"""Every screen can be heard, used by keys alone, and read in full, in both languages at 1366x768."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from ccbs_desk.config.language import LANGUAGES, Language
from ccbs_desk.domain.errors import DiskFull
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.printing.port import printer_at
from ccbs_desk.services.session import Person
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.sync.facts import SyncFacts
from ccbs_desk.ui.agent.dialogs import LogInDialog, StateDialog
from ccbs_desk.ui.agent.transfer import TransferDialog
from ccbs_desk.ui.approval import text as approval_words
from ccbs_desk.ui.approval.view import ApprovalDialog
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.dialogs import Question
from ccbs_desk.ui.payment import text as payment_words
from ccbs_desk.ui.payment.shown import filled
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.palette import CommandPalette
from ccbs_desk.ui.shell.statusbar import Link
from ccbs_desk.ui.shell.window import Window
from ccbs_desk.ui.signin.view import SignInView
from ccbs_desk.ui.values import Name
from ccbs_desk.ui.welcome import text
from ccbs_desk.ui.welcome.view import WelcomeView
from ccbs_desk.workplace import Workplace
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press, press_physical, type_text
from tests.factories.phone import HandPhone
from tests.ui.at_work import collect, run, session_of
from tests.ui.golden import settle
from tests.ui.inspection import clipped, latin, unnamed, unreached

SIZE = (1366, 768)
ASKED = (approval_words.ASKS, approval_words.AMOUNT)
MARK = "1A2B-3C4D-5E6F-7081"


async def nobody(_login: str, _password: str) -> Person:
    """Nobody comes over to approve anything."""
    raise AssertionError("nobody is asked to approve anything here")


class Work:
    """The whole window over a real store, and the way to each of its states."""

    def __init__(self, desk: Desk, look: Look, app: QApplication, folder: Path) -> None:
        self.desk, self.app, self.look = desk, app, look
        self.phone: HandPhone | None = None
        self.window = Window(look)
        self.window.resize(*SIZE)
        self.session = session_of(desk)
        self.workplace = Workplace(
            self.window,
            look,
            self.session,
            verify=nobody,
            printer=printer_at(str(folder / "paper")),
            sign_out=lambda: None,
        )
        self.opened = False

    def open(self) -> None:
        """Open all screens."""
        run(self.app, self.workplace.open())
        self.opened = True
        self.shown(self.window)

    def shown(self, window: QWidget) -> QWidget:
        """Show a window, and return it once it is the active one."""
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window, 30_000)
        settle()
        return window

    def do(self, *acts: Callable[[], object]) -> QWidget:
        """Do something, and return the window once all that follows is there."""

        async def story() -> None:
            for act in acts:
                act()
                await self.settled()

        run(self.app, story())
        settle()
        return self.window

    async def settled(self) -> None:
        """Wait until nothing is being read or written; what a posted event begins counts as well."""
        for _ in range(2):
            await asyncio.sleep(0)
            QApplication.sendPostedEvents()
            await self.workplace.settled()

    def type(self, name: str, text: str) -> None:
        """Type into a field in the place of what stands there."""
        field = self.window.findChild(QLineEdit, name)
        assert isinstance(field, QLineEdit), name
        field.setFocus()
        field.selectAll()
        type_text(field, text)

    def press(self, key: Qt.Key) -> None:
        """Press a key where the keyboard is."""
        press(self.window.focusWidget() or self.window, key)

    def close(self) -> None:
        """End it."""
        if self.opened:
            self.workplace.close()
        self.window.deleteLater()
        settle()


def alone(view: QWidget) -> Callable[[Work], QWidget]:
    """A view that fills the window before anybody has signed in."""

    def shown(work: Work) -> QWidget:
        work.window.show_alone(view)
        return work.shown(work.window)

    return shown


def sign_in(work: Work) -> QWidget:
    return alone(SignInView())(work)


def welcome_waiting(work: Work) -> QWidget:
    view = WelcomeView()
    view.show_waiting(MARK, link=False)
    return alone(view)(work)


def welcome_loading(work: Work) -> QWidget:
    view = WelcomeView()
    view.show_progress(text.LOADING, 40, 100, text.megabytes(40_000_000, 100_000_000))
    return alone(view)(work)


def welcome_stopped(work: Work) -> QWidget:
    words, view = words_of(DiskFull()), WelcomeView()
    view.show_error(words.title, words.kept, words.todo)
    return alone(view)(work)


def search(work: Work) -> QWidget:
    work.open()
    return work.do(work.workplace.own.open_search)


def search_found(work: Work) -> QWidget:
    work.open()
    return work.do(lambda: work.workplace.own.open_search("محمد"))


def search_nothing(work: Work) -> QWidget:
    work.open()
    return work.do(lambda: work.workplace.own.open_search("0944 123 456"))


def card(work: Work) -> QWidget:
    work.open()
    return work.do(lambda: work.workplace.own.open_card(demo.ACCOUNT_ID))


def card_with_unsent_work(work: Work) -> QWidget:
    work.desk.open_till()
    work.desk.do(work.desk.payment(100_000))
    return card(work)


def payment_at_a_closed_till(work: Work) -> QWidget:
    work.open()
    return work.do(lambda: work.workplace.own.open_payment(demo.ACCOUNT_ID))


def payment(work: Work) -> QWidget:
    work.desk.open_till()
    return payment_at_a_closed_till(work)


def payment_with_an_error(work: Work) -> QWidget:
    payment(work)
    return work.do(lambda: work.type("payment.amount", "1.500"))


def payment_above_the_limit(work: Work) -> QWidget:
    payment(work)
    return work.do(lambda: work.type("payment.amount", "9999999"))


def no_receipt(work: Work) -> QWidget:
    work.open()
    return work.do(lambda: work.press(Qt.Key.Key_F8))


def receipt(work: Work) -> QWidget:
    work.desk.open_till()
    taken = work.desk.do(work.desk.payment(100_000)).result
    assert isinstance(taken, Taken)
    work.open()
    return work.do(lambda: work.workplace.own.open_receipt(taken.receipt_id))


def till_closed(work: Work) -> QWidget:
    work.open()
    return work.do(work.workplace.open_till)


def till_open(work: Work) -> QWidget:
    work.desk.open_till()
    work.desk.do(work.desk.payment(100_000))
    return till_closed(work)


def till_counting(work: Work) -> QWidget:
    till_open(work)
    return work.do(lambda: work.press(Qt.Key.Key_F9))


def outbox_empty(work: Work) -> QWidget:
    work.open()
    return work.do(work.workplace.open_outbox)


def outbox(work: Work) -> QWidget:
    work.desk.open_till()
    work.desk.do(work.desk.payment(100_000))
    return outbox_empty(work)


def palette(work: Work) -> QWidget:
    search(work)
    found = work.window.findChild(CommandPalette)
    assert isinstance(found, CommandPalette)
    work.do(found.summon)
    return found


def approval(work: Work) -> QWidget:
    act = filled(payment_words.APPROVE_CLOCK, who=Name(demo.NAME))
    asks, amount = (filled(words, name=Name("هدى"), amount=Money(125_000, SYP)) for words in ASKED)
    dialog = ApprovalDialog(work.window, asks, act, amount)
    work.shown(work.window)
    dialog.open()
    return work.shown(dialog)


def question(work: Work) -> QWidget:
    search(work)
    work.do(lambda: work.workplace.explain(DiskFull()))
    return work.shown(work.window.findChildren(Question)[-1])


def a_bad_day(work: Work) -> QWidget:
    """Everything that the status bar can have to say at once."""
    search(work)
    facts = SyncFacts(
        unsent=1234,
        sums=(Money(987_654_321_00, SYP),),
        attention=12,
        offset_seconds=-90_061,
        last_contact=work.desk.clock.now,
    )
    return work.do(lambda: work.workplace.show_sync(facts, Link.OFFLINE))


def at_a_call(**of: Any) -> Callable[[Work], QWidget]:
    """The window of an agent to whom such a call is offered."""

    def shown(work: Work) -> QWidget:
        answering(work)
        return work.do(lambda: phone_of(work).ring(**of))

    return shown


def answering(work: Work) -> HandPhone:
    """Let the desk be one that answers calls."""
    phone = HandPhone(work.desk.clock.now)
    work.workplace = Workplace(
        work.window,
        work.look,
        session_of(work.desk, demo.AGENT),
        verify=nobody,
        printer=printer_at(""),
        sign_out=lambda: None,
        phone=phone,
    )
    work.phone = phone
    work.open()
    return phone


def phone_of(work: Work) -> HandPhone:
    """Return the desk's telephone."""
    assert work.phone is not None
    return work.phone


def ready_agent(work: Work) -> QWidget:
    answering(work)
    return work.do(lambda: None)


def pop(work: Work) -> QWidget:
    answering(work)
    card = work.desk.read(read_card, demo.ACCOUNT_ID, today=work.session.today)
    return work.do(lambda: phone_of(work).ring(card=card))


def in_call(work: Work) -> QWidget:
    pop(work)
    call = phone_of(work).now.calls[0]
    work.do(lambda: phone_of(work).move(call, "talking"))
    return work.do(lambda: work.press(Qt.Key.Key_F10))


def exchange_lost(work: Work) -> QWidget:
    in_call(work)
    return work.do(lambda: phone_of(work).exchange("down"))


def caller(work: Work) -> QWidget:
    at_a_call(number="0119998877", transferred_from="سمر يوسف", note="يسأل عن فاتورته")(work)
    work.do(lambda: work.press(Qt.Key.Key_F10))
    return work.do(lambda: work.type("caller.box", "محمد"))


def features(work: Work) -> QWidget:
    in_call(work)
    work.do(lambda: work.press(Qt.Key.Key_F5))
    work.do(lambda: work.press(Qt.Key.Key_Down))
    return work.do(lambda: work.press(Qt.Key.Key_Down))


def complaint(work: Work) -> QWidget:
    in_call(work)
    return work.do(lambda: work.press(Qt.Key.Key_F11))


def complaint_new(work: Work) -> QWidget:
    complaint(work)
    press = partial(press_physical, key="N", modifiers=Qt.KeyboardModifier.ControlModifier)
    work.do(lambda: press(work.window.focusWidget() or work.window))
    return work.do(lambda: work.press(Qt.Key.Key_F9))


def wrap_up(work: Work) -> QWidget:
    in_call(work)
    call = phone_of(work).now.calls[0]
    work.do(lambda: phone_of(work).move(call, "ended"))
    work.do(lambda: work.press(Qt.Key.Key_F10))
    return work.do(lambda: work.press(Qt.Key.Key_F9))


def agent_state(work: Work) -> QWidget:
    answering(work)
    work.do(lambda: work.press(Qt.Key.Key_F1))
    return work.shown(work.window.findChildren(StateDialog)[-1])


def agent_log_in(work: Work) -> QWidget:
    phone = answering(work)
    work.do(lambda: phone.tell(agent=replace(phone.now.agent, state="logged_out")))
    work.do(lambda: work.press(Qt.Key.Key_F1))
    return work.shown(work.window.findChildren(LogInDialog)[-1])


def hand_over(work: Work) -> QWidget:
    in_call(work)
    press = partial(press_physical, key="T", modifiers=Qt.KeyboardModifier.ControlModifier)
    work.do(lambda: press(work.window.focusWidget() or work.window))
    return work.shown(work.window.findChildren(TransferDialog)[-1])


STATES = (
    sign_in,
    welcome_waiting,
    welcome_loading,
    welcome_stopped,
    search,
    search_found,
    search_nothing,
    card,
    card_with_unsent_work,
    payment_at_a_closed_till,
    payment,
    payment_with_an_error,
    payment_above_the_limit,
    no_receipt,
    receipt,
    till_closed,
    till_open,
    till_counting,
    outbox_empty,
    outbox,
    palette,
    approval,
    question,
    a_bad_day,
    ready_agent,
    pop,
    in_call,
    exchange_lost,
    caller,
    features,
    complaint,
    complaint_new,
    wrap_up,
    agent_state,
    agent_log_in,
    hand_over,
)


@pytest.fixture
def work(desk: Desk, look: Look, qapp: QApplication, tmp_path: Path) -> Iterator[Work]:
    """A window that nobody has opened yet."""
    # The window of the test before is the last one; without this its end would end the loop.
    qapp.setQuitOnLastWindowClosed(False)
    made = Work(desk, look, qapp, tmp_path)
    yield made
    made.close()
    collect()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_screen_is_there_for_everybody(
    work: Work, look: Look, state: Callable[[Work], QWidget], language: Language
) -> None:
    # Made in the other language: what does not follow the switch is found as well.
    look.set_language("en" if language == "ar" else "ar")
    window = state(work)
    work.do(lambda: look.set_language(language))
    found: dict[str, Any] = {
        "names": list(unnamed(window)),
        "room": list(clipped(window)),
        "language": list(latin(window)) if language == "ar" else [],
        "keys": list(unreached(window)),
    }
    told = [f"{what}: {said}" for what, all_said in found.items() for said in all_said]
    assert not told, "\n" + "\n".join(told)
