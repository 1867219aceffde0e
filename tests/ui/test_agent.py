"""The agent's own state: by key and by the palette, refusals said where one stands."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Language
from ccbs_desk.domain.phone_errors import ExtensionUnknown
from ccbs_desk.ui.agent.dialogs import LogInDialog, StateDialog, TransferDialog
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.dialogs import Question
from ccbs_desk.ui.shell.palette import CommandPalette
from tests.ui.golden import assert_golden, settle
from tests.ui.switchboard import Switchboard
from tests.ui.test_features import at_card


def log_out(board: Switchboard) -> None:
    """Take the agent out of all queues."""
    board.do(lambda: board.phone.tell(agent=board.phone._agent("logged_out")))


def test_logging_in_names_telephone_and_queues_and_is_remembered(board: Switchboard) -> None:
    log_out(board)
    assert board.said("callbar.agent") == "خارج الطوابير"
    board.press(Qt.Key.Key_F1)
    assert board.focus() is board.find("agent.extension")
    board.type("١٠٠٧")
    board.press(Qt.Key.Key_Tab)
    board.find("agent.queues").selectAll()  # type: ignore[attr-defined]
    board.type("care، sales")
    board.press(Qt.Key.Key_Return)
    assert board.phone.asked == [("log_in", "1007", ("care", "sales"))]
    assert not board.sees("agent.log_in")
    board.press(Qt.Key.Key_F1)
    board.type("1")
    assert board.phone.asked[-1] == ("ready",)
    log_out(board)
    board.do(lambda: board.phone.tell(agent=board.phone.now.agent.__class__("logged_out", "", board.desk.clock.now)))
    board.press(Qt.Key.Key_F1)
    assert board.said("agent.extension") == "1007"


def test_a_refused_log_in_says_why_and_keeps_what_was_typed(board: Switchboard) -> None:
    log_out(board)
    board.phone.refusal = ExtensionUnknown("1009")
    board.press(Qt.Key.Key_F1)
    board.type("1009")
    board.press(Qt.Key.Key_Return)
    assert board.said("agent.log_in.problem")
    assert board.said("agent.extension") == "1009"
    board.press(Qt.Key.Key_Escape)
    assert not board.sees("agent.log_in")


def test_an_extension_is_asked_for(board: Switchboard) -> None:
    log_out(board)
    board.press(Qt.Key.Key_F1)
    board.find("agent.extension").clear()  # type: ignore[attr-defined]
    board.press(Qt.Key.Key_Return)
    assert not board.phone.asked
    assert "رقم" in board.find("agent.extension").accessibleDescription()


def test_a_pause_takes_two_keys_and_the_bar_says_its_reason(board: Switchboard) -> None:
    board.press(Qt.Key.Key_F1)
    board.type("٢")
    assert board.phone.asked == [("pause", "meal")]
    assert board.said("callbar.agent").startswith("متوقف: ")


def test_the_palette_changes_the_state_too(board: Switchboard) -> None:
    palette = board.window.findChildren(CommandPalette)[0]
    board.do(palette.summon)
    board.type("الخروج من الطوابير")
    board.press(Qt.Key.Key_Return)
    assert board.phone.asked == [("log_out",)]


def test_in_a_call_there_is_nothing_to_choose(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F1)
    assert board.sees("agent.state")
    board.type("1")
    assert not board.phone.asked
    board.press(Qt.Key.Key_Escape)


def test_after_a_call_the_wrap_up_comes_first(board: Switchboard) -> None:
    at_card(board)
    board.do(lambda: board.phone.move(board.phone.now.calls[0], "ended"))
    board.press(Qt.Key.Key_F1)
    board.type("1")
    assert board.window.place() == "wrapup"


def test_the_keys_of_the_call_act_on_the_call_in_hand(board: Switchboard) -> None:
    at_card(board)
    call = board.phone.now.calls[0].id
    board.press_with("O", "خ")
    assert board.said("callbar.state") == "معلّقة"
    board.press_with("O", "خ")
    board.press_with("T", "ف")
    board.type("1002")
    board.press(Qt.Key.Key_Tab)
    board.type("يسأل عن فاتورته")
    board.press(Qt.Key.Key_Return)
    account = board.card().account_id
    assert board.phone.asked == [
        ("hold", call),
        ("resume", call),
        ("transfer", call, "1002", "يسأل عن فاتورته", account),
    ]


def test_a_refused_act_is_explained(board: Switchboard) -> None:
    at_card(board)
    board.phone.refusal = ExtensionUnknown("1002")
    board.press_with("H", "ا")
    assert board.window.findChildren(Question)
    board.press(Qt.Key.Key_Return)


def test_to_whom_a_call_goes_must_be_said(board: Switchboard) -> None:
    at_card(board)
    board.press_with("T")
    board.press(Qt.Key.Key_Return)
    assert "إلى من" in board.find("agent.transfer.to").accessibleDescription()
    board.press(Qt.Key.Key_Escape)
    assert not board.phone.asked


def test_the_card_dials(board: Switchboard) -> None:
    at_card(board)
    board.press_with("D", "ي")
    assert board.phone.asked == [("dial", board.card().lines[0].e164)]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_dialogs_as_they_look(board: Switchboard, look: Look, language: Language) -> None:
    board.do(lambda: look.set_language(language))
    board.press(Qt.Key.Key_F1)
    assert_golden(opened(board, StateDialog), f"agent-state.{language}", (460, 480))
    board.press(Qt.Key.Key_Escape)
    at_card(board)
    board.press_with("T")
    assert_golden(opened(board, TransferDialog), f"agent-transfer.{language}", (460, 320))
    board.press(Qt.Key.Key_Escape)
    log_out(board)
    board.press(Qt.Key.Key_F1)
    assert_golden(opened(board, LogInDialog), f"agent-log-in.{language}", (460, 320))
    board.press(Qt.Key.Key_Escape)


def opened(board: Switchboard, kind: type[QWidget]) -> QWidget:
    """Return the dialog that is open."""
    settle()
    return next(dialog for dialog in board.window.findChildren(kind) if dialog.isVisible())
