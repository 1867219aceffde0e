"""The wrap-up: no call ends without its result, what was done is listed, and the next state is the agent's own."""

import asyncio
from functools import partial
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from ccbs_desk.config.language import Language
from ccbs_desk.domain.errors import LinkDown, Unavailable
from ccbs_desk.domain.phone_errors import AgentLoggedOut
from ccbs_desk.services.drafts import drafts_of, save_draft
from ccbs_desk.ui.drafting import scope_of
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.dialogs import Question
from ccbs_desk.ui.kit.tokens import Scheme
from server_stub.seed import demo
from tests.ui.at_work import run, until
from tests.ui.golden import assert_golden
from tests.ui.switchboard import LARGE, SIZE, Switchboard
from tests.ui.test_complaint import WORDS
from tests.ui.test_features import at_card
from tests.ui.test_pop import recorded_acts


def ended(board: Switchboard) -> None:
    """Let the demo subscriber call, complain and hang up."""
    at_card(board)
    board.press(Qt.Key.Key_F11)
    board.press_with("N")
    board.type("3")
    board.type(WORDS)
    board.press(Qt.Key.Key_F9)
    board.do(lambda: board.phone.move(board.phone.now.calls[0], "ended"))


def test_the_call_is_wrapped_up_with_three_keys(board: Switchboard) -> None:
    ended(board)
    call = board.phone.now.calls[0].id
    board.press(Qt.Key.Key_F10)
    assert board.window.place() == "wrapup"
    ((_, done),) = board.rows("wrapup.done")
    assert done == "شكوى جديدة · انقطاع الإنترنت"
    board.type("٣")
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts)[-1] == ("WrapUpCall", call)
    assert board.phone.asked == [("wrapped", call), ("ready",)]
    assert len(board.tabs()) == 1
    assert board.window.room() == "desk"
    assert board.said("callbar.state") == "لا توجد مكالمة"


def test_without_a_result_it_does_not_end(board: Switchboard) -> None:
    ended(board)
    board.press_with("W", "ص")
    board.press(Qt.Key.Key_F9)
    assert board.said("wrapup.problem") == "اختر نتيجة المكالمة."
    board.type("0")
    board.press(Qt.Key.Key_F9)
    assert board.said("wrapup.problem") == "هذه النتيجة تحتاج بضع كلمات."
    assert not board.phone.asked
    board.type("طلب التحدث إلى المدير")
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts)[-1][0] == "WrapUpCall"


def test_while_one_speaks_it_can_be_written_but_not_finished(board: Switchboard) -> None:
    at_card(board)
    board.press_with("W")
    board.type("1")
    board.type("ملاحظة أثناء الحديث")
    board.press(Qt.Key.Key_F9)
    assert board.said("wrapup.problem") == "لم تنته المكالمة بعد. يمكن ختمها عند انتهائها."
    board.press(Qt.Key.Key_Escape)
    assert board.window.place() == "card"
    board.do(lambda: board.phone.move(board.phone.now.calls[0], "ended"))
    board.press(Qt.Key.Key_F10)
    assert board.find("wrapup.notes").toPlainText() == "ملاحظة أثناء الحديث"  # type: ignore[attr-defined]


def test_the_next_state_is_chosen(board: Switchboard) -> None:
    ended(board)
    board.press(Qt.Key.Key_F10)
    board.type("1")
    then = board.find("wrapup.then")
    assert isinstance(then, QComboBox)
    then.setFocus()
    board.press(Qt.Key.Key_Down)
    board.press(Qt.Key.Key_F9)
    assert board.phone.asked[-1] == ("pause", "break")


def test_what_the_telephone_refuses_is_told_and_the_wrap_up_stands(board: Switchboard) -> None:
    ended(board)
    board.press(Qt.Key.Key_F10)
    board.type("1")
    board.phone.refusal = AgentLoggedOut()
    board.press(Qt.Key.Key_F9)
    assert [kind for kind, _ in board.desk.read(recorded_acts)].count("WrapUpCall") == 1
    assert len(board.tabs()) == 1
    assert not board.sees("wrapup.problem")


def test_who_leaves_in_a_call_or_before_its_wrap_up_is_warned(board: Switchboard) -> None:
    def questions() -> list[Question]:
        # One that was answered goes a moment later.
        return [question for question in board.window.findChildren(Question) if question.isVisible()]

    def asked(answer: str) -> tuple[bool, str]:
        async def story() -> tuple[bool, str]:
            leaving = asyncio.ensure_future(board.workplace.may_leave())
            await until(lambda: leaving.done() or bool(questions()))
            said = ""
            for question in questions():
                said = " ".join(label.text() for label in question.findChildren(QLabel))
                button = question.findChild(QPushButton, answer)
                assert isinstance(button, QPushButton)
                button.click()
            return await leaving, said

        return run(board.app, story())

    assert asked("stay") == (True, "")
    call = board.ring()
    assert asked("stay") == (True, "")
    board.do(lambda: board.phone.move(call, "talking"))
    may, said = asked("stay")
    assert not may
    assert "أنت في مكالمة" in said
    board.do(lambda: board.phone.move(call, "ended"))
    may, said = asked("leave")
    assert may
    assert "تنتظر إنهاء" in said


def test_without_a_link_the_wrap_up_is_kept_all_the_same(board: Switchboard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut(_call: object) -> None:
        raise Unavailable(LinkDown())

    ended(board)
    monkeypatch.setattr(board.phone, "wrapped", cut)
    board.press(Qt.Key.Key_F10)
    board.type("1")
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts)[-1][0] == "WrapUpCall"
    assert len(board.tabs()) == 1


def test_a_call_that_is_wrapped_up_without_a_link_is_not_asked_for_again(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(_call: UUID) -> None:
        raise Unavailable(LinkDown())

    ended(board)
    monkeypatch.setattr(board.phone, "wrapped", cut)
    board.press(Qt.Key.Key_F10)
    board.type("1")
    board.press(Qt.Key.Key_F9)
    call = board.phone.now.calls[0]
    # The link is back; the centre tells of the call until it has the wrap-up.
    board.do(lambda: board.phone.exchange("resyncing"))
    assert len(board.tabs()) == 1
    board.do(lambda: board.phone.gone(call, "paused"))
    assert len(board.tabs()) == 1


def test_what_was_typed_and_not_done_is_found_after_the_call(at_till: Switchboard) -> None:
    at_card(at_till)
    at_till.press(Qt.Key.Key_F4)
    at_till.type("1500")
    at_till.do(lambda: at_till.phone.move(at_till.phone.now.calls[0], "ended"))
    at_till.press(Qt.Key.Key_F10)
    at_till.type("1")
    at_till.press(Qt.Key.Key_F9)
    kept = at_till.desk.read(drafts_of, at_till.session.person.id, kind="TakePayment")
    assert [one.subject for one in kept] == [str(demo.ACCOUNT_ID)]
    at_till.do(lambda: at_till.workplace.own.open_payment(demo.ACCOUNT_ID))
    assert at_till.said("payment.amount").startswith("١٬٥٠٠") or at_till.said("payment.amount") == "١٥٠٠"


def test_what_a_crash_cut_off_in_a_call_is_found_after_it(at_till: Switchboard) -> None:
    typed = partial(
        save_draft,
        command_id=UUID(int=6),
        kind="TakePayment",
        staff_id=at_till.session.person.id,
        subject=f"{scope_of(UUID(int=5))}{demo.ACCOUNT_ID}",
        fields={"amount": "1500"},
        now=at_till.session.now(),
    )
    at_till.desk.write(typed)
    at_till.ring("0119999999")
    (found,) = at_till.desk.read(drafts_of, at_till.session.person.id, kind="TakePayment")
    assert found.subject == str(demo.ACCOUNT_ID)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_wrap_up_as_it_looks(board: Switchboard, look: Look, language: Language) -> None:
    ended(board)
    board.press(Qt.Key.Key_F10)
    board.type("7")
    board.type("سنعاود الاتصال غداً")
    board.do(lambda: look.set_language(language))
    board.window._toast.hide()
    assert_golden(board.window, f"wrapup.{language}", SIZE)


def test_the_wrap_up_on_a_large_screen_and_in_the_dark(board: Switchboard, look: Look) -> None:
    ended(board)
    board.press(Qt.Key.Key_F10)
    board.window._toast.hide()
    assert_golden(board.window, "wrapup.ar", LARGE)
    board.do(lambda: look.set_language("en"))
    assert_golden(board.window, "wrapup.en", LARGE)
    board.do(lambda: look.set_language("ar"))
    board.do(lambda: look.set_scheme(Scheme.DARK))
    assert_golden(board.window, "wrapup.ar.dark", SIZE)
