"""Complaints: the open one is shown before a second is made; five keys at most from the card."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from ccbs_desk.config.language import Language
from ccbs_desk.services.complaints import complaints_of
from ccbs_desk.ui.complaint import screen as complaint
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Scheme
from server_stub.seed import demo
from tests.ui.at_work import Led, run
from tests.ui.golden import assert_golden
from tests.ui.switchboard import LARGE, SIZE, Switchboard
from tests.ui.test_features import at_card
from tests.ui.test_pop import recorded_acts

WORDS = "يسمع تشويشاً قوياً منذ يومين"


def categories(board: Switchboard) -> list[str]:
    """Return the categories that can be chosen."""
    return [row[1] for row in board.rows("complaints.categories")]


def test_the_open_complaint_comes_first_and_is_commented(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F11)
    first = board.rows("complaints.list")[0]
    assert first[1] in ("مستلمة", "قيد المعالجة", "بالانتظار", "معلّقة")
    board.press(Qt.Key.Key_Return)
    board.type("اتصل ثانية")
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts)[-1] == ("CommentComplaint", board.phone.now.calls[0].id)


def test_a_new_complaint_takes_four_keys_beside_its_words(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F11)
    board.press_with("N", "ى")
    wanted = categories(board)[2]
    board.type("٣")
    assert board.focus() is board.find("complaints.words")
    board.type(WORDS)
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts)[-1] == ("OpenComplaint", board.phone.now.calls[0].id)
    assert wanted in [row[0] for row in board.rows("complaints.list") if row[1] == "مستلمة"]


def test_what_is_missing_is_said_and_the_words_stay(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F11)
    board.press_with("N")
    board.press(Qt.Key.Key_F9)
    assert board.said("complaints.problem") == "اختر النوع."
    board.type("1")
    board.press(Qt.Key.Key_F9)
    assert board.said("complaints.problem") == "اكتب ما يقوله المشترك."
    board.type(WORDS)
    board.press(Qt.Key.Key_F10, Qt.Key.Key_F10)
    assert board.find("complaints.words").toPlainText() == WORDS  # type: ignore[attr-defined]


def test_a_second_one_of_the_same_kind_is_opened_knowingly(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F11)
    for round_ in range(2):
        board.press_with("N")
        board.type("3")
        board.type(f"{WORDS} {round_}")
        board.press(Qt.Key.Key_F9)
    assert "توجد شكوى مفتوحة" in board.said("complaints.problem")
    opened = [kind for kind, _ in board.desk.read(recorded_acts)].count("OpenComplaint")
    assert opened == 1
    notice = board.find("complaints.problem")
    button = next(b for b in notice.findChildren(QPushButton) if b.isVisible())
    board.do(button.click)
    assert [kind for kind, _ in board.desk.read(recorded_acts)].count("OpenComplaint") == 2


def test_the_screen_alone_follows_its_account(board: Switchboard) -> None:
    led = Led()
    screen = complaint.build(board.session, led, board.workplace._look.shortcuts)
    presenter = screen._presenter

    async def story() -> None:
        screen.activate()
        presenter.begin()
        presenter.confirm()
        presenter.resolve()
        screen.activate(account_id=UUID(int=9))
        await screen.settled()
        screen.activate(account_id=demo.ACCOUNT_ID)
        await screen.settled()
        presenter.confirm()
        screen.activate()
        await screen.settled()
        row = screen._view.complaints.rows()[0]
        presenter.choose(row)
        presenter.commented("كلمة")
        await presenter._said.written()
        presenter.begin()
        presenter.typed("line", "account")
        presenter.typed("category", "service")
        presenter.typed("words", "انتظر طويلاً")
        await presenter._new.written()
        presenter.choose(row)
        await screen.settled()
        screen.activate()
        await screen.settled()
        screen.refresh(frozenset({UUID(int=8)}))
        screen.refresh(None)
        await screen.settled()

    run(board.app, story())
    assert screen._view.about.words.value() == "كلمة"
    assert presenter._beside is None
    assert presenter._line() is None
    again = complaint.build(board.session, led, board.workplace._look.shortcuts)

    async def later() -> None:
        again.activate(account_id=demo.ACCOUNT_ID)
        await again.settled()
        again.activate()
        await again.settled()
        again._presenter.confirm()
        await again.settled()
        again._presenter.search()
        again._presenter.back()

    run(board.app, later())
    opened = board.desk.read(complaints_of, demo.ACCOUNT_ID, now=board.session.now())
    assert [one.line_id for one in opened if one.category == "service"] == [None]
    assert led.steps[-2:] == [("search", ""), ("back",)]
    for one in (screen, again):
        one.close()
        one.widget.deleteLater()


def test_a_complaint_is_resolved_with_words(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F11)
    board.do(lambda: board.find("complaints.resolve").click())  # type: ignore[attr-defined]
    assert board.said("complaints.problem") == "اكتب بضع كلمات أولاً."
    board.type("استُبدل الزوج")
    board.do(lambda: board.find("complaints.resolve").click())  # type: ignore[attr-defined]
    assert board.desk.read(recorded_acts)[-1][0] == "ResolveComplaint"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_open_complaint_as_it_looks(board: Switchboard, look: Look, language: Language) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F11)
    board.do(lambda: look.set_language(language))
    assert_golden(board.window, f"complaint.{language}", SIZE)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_new_complaint_as_it_looks(board: Switchboard, look: Look, language: Language) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F11)
    board.press_with("N")
    board.type("3")
    board.type(WORDS)
    board.do(lambda: look.set_language(language))
    assert_golden(board.window, f"complaint-new.{language}", SIZE)


def test_complaints_on_a_large_screen_and_in_the_dark(board: Switchboard, look: Look) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F11)
    assert_golden(board.window, "complaint.ar", LARGE)
    board.do(lambda: look.set_language("en"))
    assert_golden(board.window, "complaint.en", LARGE)
    board.do(lambda: look.set_language("ar"))
    board.do(lambda: look.set_scheme(Scheme.DARK))
    assert_golden(board.window, "complaint.ar.dark", SIZE)
