"""The agent's own state: by key and by the palette, refusals said where one stands."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ccbs_desk.config.language import Language
from ccbs_desk.domain.errors import LinkDown
from ccbs_desk.domain.phone_errors import ExtensionUnknown, NobodyThere
from ccbs_desk.sync.phone_state import AgentState
from ccbs_desk.ui.agent.dialogs import LogInDialog, StateDialog
from ccbs_desk.ui.agent.transfer import TransferDialog
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.dialogs import Question
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.palette import CommandPalette
from server_stub.seed import demo
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
    assert board.said("agent.queue.faults") == "الأعطال"
    board.type("١٢")
    board.press(Qt.Key.Key_Return)
    assert board.phone.asked == [("log_in", "1007", ("faults",))]
    assert not board.sees("agent.log_in")
    board.press(Qt.Key.Key_F1)
    board.type("1")
    assert board.phone.asked[-1] == ("ready",)
    log_out(board)
    board.do(lambda: board.phone.tell(agent=board.phone.now.agent.__class__("logged_out", "", board.desk.clock.now)))
    board.press(Qt.Key.Key_F1)
    assert board.said("agent.extension") == "1007"
    board.press(Qt.Key.Key_Return)
    assert [asked for asked in board.phone.asked if asked[0] == "log_in"] == [("log_in", "1007", ("faults",))] * 2


def test_at_least_one_queue_is_chosen(board: Switchboard) -> None:
    log_out(board)
    board.press(Qt.Key.Key_F1)
    board.type("1001")
    board.press(Qt.Key.Key_Tab)
    board.type("1")
    board.press(Qt.Key.Key_Return)
    assert not board.phone.asked
    assert board.said("agent.queues.missing").startswith("من أي طابور")
    board.press(Qt.Key.Key_Space)
    assert not board.sees("agent.queues.missing")
    board.type("٢")
    board.press(Qt.Key.Key_Return)
    assert board.phone.asked == [("log_in", "1001", ("care", "faults"))]


def test_without_a_list_of_queues_one_is_logged_in_to_all(board: Switchboard) -> None:
    log_out(board)
    board.do(lambda: board.phone.tell(queues=()))
    board.press(Qt.Key.Key_F1)
    board.type("1001")
    board.press(Qt.Key.Key_Return)
    assert board.phone.asked == [("log_in", "1001", ())]


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
    board.type("٣")
    board.type("يسأل عن فاتورته")
    board.press(Qt.Key.Key_Return)
    account = board.card().account_id
    assert board.phone.asked == [
        ("hold", call),
        ("resume", call),
        ("transfer", call, "1002", "يسأل عن فاتورته", account),
    ]


def test_a_key_answers_an_offered_call_where_the_exchange_can(board: Switchboard) -> None:
    call = board.ring(card=board.card(), matches=board.matches(demo.NUMBER))
    assert board.sees("callbar.answer")
    board.press_with("R", "ق")
    assert board.phone.asked == [("answer", call.id)]
    assert not board.sees("callbar.answer")
    board.press_with("R", "ق")
    assert len(board.phone.asked) == 1
    assert board.said("callbar.state") == "في المكالمة"


def test_where_the_receiver_is_on_the_telephone_no_key_answers(board: Switchboard) -> None:
    board.do(lambda: board.phone.tell(capabilities=frozenset({"hang_up", "originate", "blind_transfer"})))
    board.ring(card=board.card())
    assert not board.sees("callbar.answer")
    board.press_with("R", "ق")
    assert board.phone.asked == []


@pytest.mark.parametrize("state", ["logged_out", "ready", "paused"])
def test_without_the_link_it_is_said_before_anything_is_typed(board: Switchboard, state: AgentState) -> None:
    board.do(lambda: board.phone.tell(agent=board.phone._agent(state), pbx="down", problem=LinkDown()))
    board.press(Qt.Key.Key_F1)
    (said,) = board.window.findChildren(Question)
    assert str(words_of(LinkDown()).title) in {label.text() for label in said.findChildren(QLabel)}
    assert not board.sees("agent.log_in")
    assert not board.sees("agent.state")
    board.press(Qt.Key.Key_Return)
    board.do(lambda: board.phone.tell(pbx="up", problem=None))
    board.press(Qt.Key.Key_F1)
    assert board.sees("agent.log_in") or board.sees("agent.state")


def test_a_call_is_wrapped_up_without_the_link_too(board: Switchboard) -> None:
    at_card(board)
    board.do(lambda: board.phone.move(board.phone.now.calls[0], "ended"))
    board.do(lambda: board.phone.tell(pbx="down", problem=LinkDown()))
    board.press(Qt.Key.Key_F1)
    board.type("1")
    assert board.window.place() == "wrapup"


def test_a_refused_act_is_explained(board: Switchboard) -> None:
    at_card(board)
    board.phone.refusal = ExtensionUnknown("1002")
    board.press_with("H", "ا")
    assert board.window.findChildren(Question)
    board.press(Qt.Key.Key_Return)


def handed_to(board: Switchboard) -> object:
    """Return to whom the last call was sent."""
    return board.phone.asked[-1][2]


def test_a_call_goes_to_a_queue_or_a_free_colleague_by_a_digit(board: Switchboard) -> None:
    at_card(board)
    board.press_with("T", "ف")
    names = [board.said(f"agent.transfer.target.{place}") for place in range(1, 5)]
    assert names == ["خدمة المشتركين", "الأعطال", "سمر يوسف · ١٠٠٢", "باسل درويش · ١٠٠٣"]
    assert not board.sees("agent.transfer.target.5")
    board.type("3")
    board.type("2")
    assert board.said("agent.transfer.note") == "2"
    board.press(Qt.Key.Key_Return)
    assert handed_to(board) == "1002"


def test_letters_make_the_list_shorter(board: Switchboard) -> None:
    at_card(board)
    board.press_with("T", "ف")
    board.type("باسل")
    assert board.said("agent.transfer.to") == "باسل"
    assert [board.sees(f"agent.transfer.target.{place}") for place in (1, 2)] == [True, False]
    board.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert handed_to(board) == "1003"


def test_without_word_of_the_colleagues_an_extension_is_typed_and_the_refusal_stands_there(board: Switchboard) -> None:
    at_card(board)
    board.phone.refusal = NobodyThere("1019")
    board.press_with("T", "ف")
    assert not board.sees("agent.transfer.target.3")
    board.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    board.type("١٠١٩")
    board.press(Qt.Key.Key_Return)
    assert handed_to(board) == "1019"
    assert board.said("agent.transfer.problem").startswith("لا أحد مسجَّل على الهاتف")
    assert board.said("agent.transfer.to") == "١٠١٩"


def test_to_whom_a_call_goes_must_be_said(board: Switchboard) -> None:
    at_card(board)
    board.do(lambda: board.phone.tell(queues=()))
    board.phone.others = ()
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
    assert_golden(opened(board, TransferDialog), f"agent-transfer.{language}", (460, 520))
    board.press(Qt.Key.Key_Escape)
    log_out(board)
    board.press(Qt.Key.Key_F1)
    assert_golden(opened(board, LogInDialog), f"agent-log-in.{language}", (460, 380))
    board.press(Qt.Key.Key_Escape)


def opened(board: Switchboard, kind: type[QWidget]) -> QWidget:
    """Return the dialog that is open."""
    settle()
    return next(dialog for dialog in board.window.findChildren(kind) if dialog.isVisible())
