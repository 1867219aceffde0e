"""The call bar: always there, never moving, in clear words; a counter's bar is plain."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ccbs_desk.config.language import Language
from ccbs_desk.domain.phone_errors import PbxUnreachable, PbxWrongSecret
from ccbs_desk.printing.port import printer_at
from ccbs_desk.sync.phone_state import PbxState
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.shell.callbar import CallBar
from ccbs_desk.ui.shell.calltabs import CallTabs, Tab
from ccbs_desk.ui.shell.window import PALETTE_KEYS, Window
from ccbs_desk.workplace import Workplace
from tests.factories.desk import Desk
from tests.factories.keys import click
from tests.ui.at_work import collect, run, session_of
from tests.ui.golden import assert_golden, settle
from tests.ui.switchboard import Switchboard, nobody
from tests.ui.test_features import at_card

BAR = (1366, 44)


@pytest.fixture
def counter(desk: Desk, look: Look, qapp: QApplication, tmp_path: Path) -> Iterator[Window]:
    """The window of a clerk, who answers no calls."""
    qapp.setQuitOnLastWindowClosed(False)
    window = Window(look)
    printer = printer_at(str(tmp_path / "paper"))
    work = Workplace(window, look, session_of(desk), verify=nobody, printer=printer, sign_out=lambda: None)
    run(qapp, work.open())
    window.show()
    settle()
    yield window
    work.close()
    window.deleteLater()
    collect()


def test_a_counter_has_the_plain_bar_and_no_tabs(counter: Window) -> None:
    assert not counter.tabs.isVisible()
    shown = [
        part.objectName() for part in counter.call_bar.findChildren(type(counter.call_bar._state)) if part.isVisible()
    ]
    assert [name for name in shown if name] == ["callbar.state"]


def test_the_bar_stays_where_it_is_whatever_happens(board: Switchboard) -> None:
    bar, tabs = board.window.call_bar, board.window.tabs
    before = (bar.geometry(), tabs.geometry())
    at_card(board)
    board.ring("0119999999")
    board.do(lambda: board.phone.exchange("down"))
    assert (bar.geometry(), tabs.geometry()) == before


def test_times_run_while_they_can_be_seen(board: Switchboard) -> None:
    at_card(board)
    assert board.said("callbar.time") == "٠:٠٠"
    board.desk.clock.now += timedelta(minutes=2, seconds=5)
    board.do(board.window.call_bar._tell_time)
    assert board.said("callbar.time") == "٢:٠٥"
    assert board.said("callbar.agent") == "في مكالمة · ٢:٠٥"
    assert board.window.call_bar._ticks.isActive()
    board.window.hide()
    assert not board.window.call_bar._ticks.isActive()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("down", "تعذر الوصول إلى المقسم"),
        ("refused", "مقسم"),
        ("resyncing", "تُقرأ حالة المكالمات من جديد."),
        ("off", "الهاتف غير موصول بهذا البرنامج."),
        ("up", ""),
    ],
)
def test_the_exchange_is_told_in_words(board: Switchboard, state: PbxState, said: str) -> None:
    problem = {"down": PbxUnreachable(), "refused": PbxWrongSecret()}.get(state)
    board.do(lambda: board.phone.exchange("resyncing" if state == "up" else "up"))
    board.do(lambda: board.phone.exchange(state, problem))
    assert board.sees("callbar.trouble") is bool(said)
    if state not in ("up", "down"):
        assert said in board.said("callbar.trouble")


def test_what_the_exchange_can_not_do_is_not_offered(board: Switchboard) -> None:
    at_card(board)
    board.do(lambda: board.phone.tell(capabilities=frozenset({"hang_up"})))
    assert board.sees("callbar.hang_up")
    assert not board.sees("callbar.hold")
    board.press_with("O")
    board.press_with("T")
    assert not board.phone.asked
    board.do(lambda: board.phone.exchange("down"))
    assert not board.sees("callbar.hang_up")
    board.do(lambda: click(board.find("callbar.agent")))
    assert board.sees("agent.state")
    board.press(Qt.Key.Key_Escape)


def test_tabs_are_pressed_by_mouse_without_taking_the_keyboard(board: Switchboard) -> None:
    board.type("محمد")
    call = board.ring(card=board.card())
    button = board.window.tabs.button(str(call.id))
    assert button is not None
    assert button.focusPolicy() == Qt.FocusPolicy.NoFocus
    board.do(lambda: click(button))
    assert board.window.room() == str(call.id)
    board.do(lambda: click(button))
    assert board.window.room() == str(call.id)
    board.do(lambda: click(board.window.tabs.button("desk") or board.window))
    assert board.window.room() == "desk"


def test_many_tabs_lose_the_ends_of_their_words(look: Look) -> None:
    tabs = CallTabs()
    tabs.show_tabs([Tab(str(n), f"0112214567 محمد عبد الرحمن الحلبي {n}", "phone", urgent=n == 3) for n in range(12)])
    tabs.mark("4")
    tabs.resize(1366, tabs.height())
    tabs.show()
    settle()
    assert not tabs.grab().isNull()
    tabs.show_tabs([Tab("4", "0112214567", "phone")])
    assert tabs.button("3") is None
    tabs.deleteLater()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_bar_as_it_looks(board: Switchboard, look: Look, language: Language) -> None:
    at_card(board)
    board.desk.clock.now += timedelta(minutes=3, seconds=7)
    board.do(lambda: look.set_language(language))
    bar: CallBar = board.window.call_bar
    assert bar.height() == BAR[1]
    strip = board.window.grab(bar.geometry()).toImage()
    assert strip.width() == BAR[0]
    board.do(lambda: board.phone.exchange("down", PbxUnreachable()))
    board.do(lambda: board.phone.move(board.phone.now.calls[0], "held"))
    assert_golden(board.window, f"callbar-down.{language}", (1366, 768))


def test_the_plain_bar_names_its_commands(look: Look) -> None:
    bar = CallBar(PALETTE_KEYS)
    heard = list[str]()
    bar.palette_wanted.connect(lambda: heard.append("palette"))
    bar.resize(*BAR)
    bar.show()
    settle()
    buttons = [button for button in bar.findChildren(type(bar._agent)) if button.isVisible()]
    assert len(buttons) == 1
    click(buttons[0])
    assert heard == ["palette"]
    bar.deleteLater()
