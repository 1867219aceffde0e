"""How many keys an act takes from the caller's card, text itself not counted: what the fingers learn must stay few."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from tests.ui.switchboard import Switchboard
from tests.ui.test_features import at_card
from tests.ui.test_pop import recorded_acts

MOST = {"OpenComplaint": 5, "AddFeature": 5, "TakePayment": 6, "WrapUpCall": 4}


class Fingers:
    """Presses keys and counts them."""

    def __init__(self, board: Switchboard) -> None:
        self.board, self.count = board, 0

    def press(self, *keys: Qt.Key) -> None:
        """Press keys."""
        self.count += len(keys)
        self.board.press(*keys)

    def press_with(self, legend: str) -> None:
        """Press Ctrl with a key: two keys for the fingers, one act."""
        self.count += 1
        self.board.press_with(legend)

    def choose(self, digit: str) -> None:
        """Press a digit that chooses."""
        self.count += len(digit)
        self.board.type(digit)

    def write(self, text: str) -> None:
        """Type words, which every act needs as many of as it needs."""
        self.board.type(text)


def complain(fingers: Fingers) -> None:
    fingers.press(Qt.Key.Key_F11)
    fingers.press_with("N")
    fingers.choose("3")
    fingers.write("لا توجد حرارة منذ أمس")
    fingers.press(Qt.Key.Key_F9)


def add_feature(fingers: Fingers) -> None:
    fingers.press(Qt.Key.Key_F5)
    # A letter jumps to the feature of that name, as in every list.
    fingers.choose("ا")
    fingers.press(Qt.Key.Key_F9)


def pay(fingers: Fingers) -> None:
    fingers.press(Qt.Key.Key_F4)
    fingers.write("1500")
    fingers.press(Qt.Key.Key_Return, Qt.Key.Key_F9)


def pay_by_card(fingers: Fingers) -> None:
    fingers.press(Qt.Key.Key_F4)
    fingers.write("1500")
    for shown in ("482913", "501234567890", "4417"):
        fingers.press(Qt.Key.Key_Return)
        fingers.write(shown)
    fingers.press(Qt.Key.Key_F9)


def wrap_up(fingers: Fingers) -> None:
    board = fingers.board
    board.do(lambda: board.phone.move(board.phone.now.calls[0], "ended"))
    fingers.press(Qt.Key.Key_F10)
    fingers.choose("1")
    fingers.press(Qt.Key.Key_F9)


@pytest.mark.parametrize(
    ("act", "kind"),
    [(complain, "OpenComplaint"), (add_feature, "AddFeature"), (pay, "TakePayment"), (wrap_up, "WrapUpCall")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_an_act_takes_few_keys(at_till: Switchboard, act: Callable[[Fingers], None], kind: str) -> None:
    at_card(at_till)
    fingers = Fingers(at_till)
    act(fingers)
    assert [done for done, _ in at_till.desk.read(recorded_acts)].count(kind) == 1
    assert fingers.count <= MOST[kind]


def test_an_agent_takes_a_card_with_six_keys_at_most(board: Switchboard) -> None:
    at_card(board)
    fingers = Fingers(board)
    pay_by_card(fingers)
    assert [done for done, _ in board.desk.read(recorded_acts)].count("TakePayment") == 1
    assert fingers.count <= MOST["TakePayment"]


def test_a_number_is_attached_with_two_keys_after_it_was_typed(board: Switchboard) -> None:
    board.ring("0119999999")
    fingers = Fingers(board)
    fingers.press(Qt.Key.Key_F10)
    fingers.write("2214567")
    fingers.press(Qt.Key.Key_Return)
    assert board.desk.read(recorded_acts)[0][0] == "AttachCall"
    assert fingers.count <= 2
