"""Features: what a change costs is shown before it is ordered; five keys at most from the card."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ccbs_desk.config.language import Language
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Scheme
from tests.ui.golden import assert_golden
from tests.ui.switchboard import LARGE, SIZE, Switchboard
from tests.ui.test_pop import recorded_acts


def at_card(board: Switchboard) -> None:
    """Let the demo subscriber call, and go to his card."""
    call = board.ring(card=board.card())
    board.do(lambda: board.phone.move(call, "talking"))
    board.press(Qt.Key.Key_F10)


def names(board: Switchboard) -> list[str]:
    """Return the features in the list."""
    return [row[0] for row in board.rows("features.list")]


def test_a_feature_is_added_with_four_keys_and_belongs_to_the_call(board: Switchboard) -> None:
    at_card(board)
    before = board.desk.read(recorded_acts)
    board.press(Qt.Key.Key_F5)
    states = [row[2] for row in board.rows("features.list")]
    steps = states.index("متاحة")
    wanted = names(board)[steps]
    board.press(*[Qt.Key.Key_Down] * max(steps, 1))
    assert wanted in board.said("features.title")
    assert "ل.س" in board.said("features.charge")
    board.press(Qt.Key.Key_F9)
    done = board.desk.read(recorded_acts)[len(before) :]
    assert done == [("AddFeature", board.phone.now.calls[0].id)]
    assert board.rows("features.list")[names(board).index(wanted)][2] == "قيد الإضافة"
    (order,) = board.rows("features.orders")
    assert wanted in order[0]
    assert order[2] == "هذا المكتب"


def test_what_can_not_be_done_says_why_and_orders_nothing(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    states = [row[2] for row in board.rows("features.list")]
    place = states.index("غير ممكنة الآن")
    board.press(*[Qt.Key.Key_Down] * place)
    before = board.desk.read(recorded_acts)
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts) == before
    assert board.said("features.problem")


def test_a_removal_asks_for_its_last_day(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    board.press(Qt.Key.Key_End, Qt.Key.Key_Home)
    assert "إزالة" in board.said("features.title")
    board.press(Qt.Key.Key_Tab)
    while (focus := board.focus()) is not None and focus.objectName() != "features.day":
        board.press(Qt.Key.Key_Tab)
    board.press(Qt.Key.Key_Down)
    assert "نهاية" in board.find("features.day").currentText()  # type: ignore[attr-defined]
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts)[-1][0] == "RemoveFeature"


def test_nobody_is_open_leads_to_the_search(board: Switchboard) -> None:
    board.press(Qt.Key.Key_F5)
    assert "لا بطاقة مشترك مفتوحة" in " ".join(label for label in all_words(board))
    board.press(Qt.Key.Key_Escape)


def all_words(board: Switchboard) -> list[str]:
    """Return the words that can be seen."""
    return [label.text() for label in board.window.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_features_as_they_look(board: Switchboard, look: Look, language: Language) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    states = [row[2] for row in board.rows("features.list")]
    board.press(*[Qt.Key.Key_Down] * states.index("متاحة"))
    board.press(Qt.Key.Key_F9)
    states = [row[2] for row in board.rows("features.list")]
    board.press(*[Qt.Key.Key_Down] * 2)
    board.do(lambda: look.set_language(language))
    board.window._toast.hide()
    assert_golden(board.window, f"features.{language}", SIZE)


def test_the_features_on_a_large_screen_and_in_the_dark(board: Switchboard, look: Look) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    board.press(Qt.Key.Key_Down)
    assert_golden(board.window, "features.ar", LARGE)
    board.do(lambda: look.set_scheme(Scheme.DARK))
    assert_golden(board.window, "features.ar.dark", SIZE)
