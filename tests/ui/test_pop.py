"""Who calls: the pop never takes the keyboard, loses nothing of what is typed, and goes as quietly as it came."""

from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTableView
from sqlalchemy import Connection, select

from ccbs_desk.config.language import Language
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.models.desk import Outbox
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.fields import AmountEdit
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.wire.codec import decode_envelope
from server_stub.seed import demo
from tests.ui.golden import assert_golden
from tests.ui.switchboard import LARGE, SIZE, Switchboard


def test_a_call_is_shown_without_touching_what_is_typed(board: Switchboard) -> None:
    board.type("محمد الح")
    box = board.focus()
    assert isinstance(box, QLineEdit)
    caret = box.cursorPosition()
    board.ring(card=board.card(), matches=board.matches(demo.NUMBER))
    assert board.focus() is box
    assert (box.text(), box.cursorPosition()) == ("محمد الح", caret)
    assert board.said("pop.who") == demo.NAME
    board.type("لبي")
    assert box.text() == "محمد الحلبي"
    board.press(Qt.Key.Key_F10)
    assert board.window.place() == "card"
    assert board.said("card.name") == demo.NAME
    assert not board.sees("pop")
    board.press(Qt.Key.Key_F10)
    assert (board.focus(), box.text()) == (box, "محمد الحلبي")


def test_several_may_be_calling_and_nobody_is_picked(board: Switchboard) -> None:
    board.ring("0113334455", matches=board.matches("محمد"))
    assert board.said("pop.who") == "قد يكون المتصل أحد ٤ مشتركين"
    board.press(Qt.Key.Key_F10)
    assert board.window.place() == "caller"
    table = board.find("caller.results")
    assert isinstance(table, QTableView)
    assert table.hasFocus()
    assert not table.currentIndex().isValid()
    wanted = board.rows("caller.results")[1][1]
    board.type("٢")
    assert board.window.place() == "card"
    assert board.said("card.name") == wanted


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("old_number", f"رقم سابق للمشترك {demo.NAME}"),
        ("called_before", f"سبق أن اتصل من هذا الرقم {demo.NAME}"),
        ("of_a_newer_server", f"قد يكون المتصل {demo.NAME}"),
    ],
)
def test_who_had_the_number_once_is_a_hint_and_never_the_caller(board: Switchboard, why: str, told: str) -> None:
    board.ring(matches=board.matches(demo.NUMBER, why), name="شركة الشام")
    assert board.said("pop.who") == told
    assert "شركة الشام" in board.said("pop.queue")
    assert board.said("callbar.name") == "شركة الشام"
    assert demo.NAME not in board.tabs()[1]
    board.press(Qt.Key.Key_F10)
    assert board.window.place() == "caller"
    assert board.said("caller.told").startswith(f"{told} ")
    assert board.desk.read(recorded_acts) == []
    board.type("١")
    assert board.said("card.name") == demo.NAME


def test_whom_a_colleague_has_found_is_the_caller(board: Switchboard) -> None:
    board.ring("", presentation="withheld", matches=board.matches(demo.NUMBER, "transferred"), transferred_from="سمر")
    assert board.said("pop.who") == demo.NAME
    assert board.said("callbar.name") == demo.NAME


def test_an_unknown_number_is_attached_in_two_keys(board: Switchboard) -> None:
    board.ring("0119999999")
    assert board.said("pop.who") == "هذا الرقم ليس لأحد هنا"
    board.press(Qt.Key.Key_F10)
    board.type("٢٢١٤٥٦٧")
    board.press(Qt.Key.Key_Return)
    assert board.said("card.name") == demo.NAME
    done = board.desk.read(recorded_acts)
    assert [kind for kind, _ in done] == ["AttachCall", "ViewSubscriber"]
    assert {call for _, call in done} == {board.phone.now.calls[0].id}


@pytest.mark.parametrize(
    ("number", "presentation", "told"),
    [
        ("", "withheld", "المتصل يحجب رقمه"),
        ("", "allowed", "لم يرسل المقسم رقماً"),
        ("9" * 30, "allowed", "هذا الرقم ليس لأحد هنا"),
        ("anonymous", "unavailable", "لم يرسل المقسم رقماً"),
        ("نور\r\nAction: Logoff", "allowed", "هذا الرقم ليس لأحد هنا"),
    ],
)
def test_whatever_the_exchange_sends_one_is_told_what_to_do(
    board: Switchboard, number: str, presentation: str, told: str
) -> None:
    board.ring(number, presentation=presentation)
    assert board.said("pop.who") == told
    board.press(Qt.Key.Key_F10)
    assert board.find("caller.box").hasFocus()
    assert "\n" not in board.said("caller.number")


def test_a_cancelled_offer_goes_as_quietly_as_it_came(board: Switchboard) -> None:
    board.type("محمد")
    box = board.focus()
    call = board.ring(card=board.card())
    board.do(lambda: board.phone.gone(call))
    assert not board.sees("pop")
    assert len(board.tabs()) == 1
    assert board.focus() is box


def test_an_offer_that_was_looked_at_stays_until_it_is_closed(board: Switchboard) -> None:
    call = board.ring(card=board.card())
    board.press(Qt.Key.Key_F10)
    board.do(lambda: board.phone.gone(call))
    assert len(board.tabs()) == 2
    assert board.said("card.name") == demo.NAME
    board.press_with("W")
    assert len(board.tabs()) == 1
    assert board.window.room() == "desk"


def test_a_second_call_loses_nothing_of_the_first(at_till: Switchboard) -> None:
    first = at_till.ring(card=at_till.card())
    at_till.press(Qt.Key.Key_F10)
    at_till.do(lambda: at_till.phone.move(first, "talking"))
    at_till.press(Qt.Key.Key_F4)
    at_till.type("1500")
    field = at_till.focus()
    assert isinstance(field, AmountEdit)
    at_till.ring("0119999999")
    assert (at_till.focus(), field.text()) == (field, "١٥٠٠")
    at_till.press(Qt.Key.Key_F10)
    assert at_till.window.place() == "caller"
    at_till.type("سمير")
    at_till.press(Qt.Key.Key_F10)
    at_till.press(Qt.Key.Key_F10)
    assert (at_till.window.place(), at_till.focus(), field.money()) == ("payment", field, Money(1500_00, SYP))


def test_what_is_typed_in_a_call_is_not_what_is_typed_at_the_desk(at_till: Switchboard) -> None:
    at_till.do(lambda: at_till.workplace.own.open_payment(demo.ACCOUNT_ID))
    at_till.type("100")
    at_till.ring(card=at_till.card())
    at_till.press(Qt.Key.Key_F10, Qt.Key.Key_F4)
    assert at_till.said("payment.amount") != "١٠٠"


def recorded_acts(connection: Connection) -> list[tuple[str, UUID | None]]:
    """Return kind and call of each act in the outbox."""
    raws = connection.execute(select(Outbox.raw).order_by(Outbox.device_seq)).scalars()
    return [(one.command.KIND, one.stamps.call_id) for one in map(decode_envelope, raws)]


def test_the_list_is_walked_by_arrows_and_typing_goes_into_the_box(board: Switchboard) -> None:
    board.ring("0113334455", queue="", matches=board.matches("محمد"))
    board.press(Qt.Key.Key_F10)
    board.press(Qt.Key.Key_Escape)
    assert board.find("caller.box").hasFocus()
    board.press(Qt.Key.Key_Return)
    assert board.find("caller.results").hasFocus()
    board.type("ال")
    assert board.said("caller.box") == "ال"
    board.type("حلبي")
    assert [row[1] for row in board.rows("caller.results")] == [demo.NAME]
    board.do(lambda: board.find("caller.box").clear())  # type: ignore[attr-defined]
    assert len(board.rows("caller.results")) == 4
    board.type("محمد")
    board.press(Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert board.window.place() == "card"
    assert [kind for kind, _ in board.desk.read(recorded_acts)] == ["AttachCall", "ViewSubscriber"]
    board.do(lambda: board.workplace._rooms[board.window.room()].show("caller"))
    board.press(Qt.Key.Key_F2, Qt.Key.Key_Escape)
    assert board.window.place() == "caller"
    assert "رُبطت" in board.said("caller.told")


def test_nobody_is_found_is_said(board: Switchboard) -> None:
    board.ring("0119999999")
    board.press(Qt.Key.Key_F10)
    board.type("ققققق")
    assert board.said("caller.hint") == "لم يُعثر على أحد"
    board.press(Qt.Key.Key_Return, Qt.Key.Key_Escape)


def test_the_strip_tells_every_kind_of_account_at_a_glance(board: Switchboard) -> None:
    card = board.card()
    nothing = replace(card.owes, balance=Money(0, SYP), overdue=Money(0, SYP))
    credit = replace(nothing, balance=Money(-500, SYP))
    told = [
        (replace(card, owes=nothing, complaints=(), power="off"), "الخط مقطوع", "لا شيء مفتوح"),
        (replace(card, owes=credit, power="partly"), "يعمل جزئياً", "شكوى مفتوحة واحدة"),
        (replace(card, lines=()), "لا خط", "شكوى مفتوحة واحدة"),
    ]
    for shown, _power, open_ in told:
        call = board.ring(card=shown)
        assert board.said("pop.open") == open_
        board.do(lambda call=call: board.phone.gone(call))  # type: ignore[misc]
    line = replace(card.lines[0], address=None)
    board.ring("0115556677", card=replace(card, lines=(line,)))
    assert "٢٢١٤٥٦٧" in board.said("pop.about")


def test_a_caller_of_another_area_is_shown_by_the_card_that_came_with_the_call(board: Switchboard) -> None:
    elsewhere = replace(board.card(), account_id=UUID(int=7), name="سعاد من حلب")
    board.ring(card=elsewhere)
    board.press(Qt.Key.Key_F10)
    assert board.said("card.name") == "سعاد من حلب"


def test_calls_that_were_there_before_the_desk_started_have_their_tabs(board: Switchboard) -> None:
    call = board.ring(card=board.card())
    board.do(lambda: board.phone.move(call, "talking"))
    board.phone.listeners.clear()
    pop = board.workplace._calls._pop  # type: ignore[union-attr]
    pop._known.clear()
    board.do(pop.start)
    assert len(board.tabs()) == 2
    board.press(Qt.Key.Key_F10)
    board.do(pop.finish_here)
    assert board.window.place() == "wrapup"
    board.do(lambda: pop.finish(UUID(int=1)))
    assert board.window.place() == "wrapup"


@pytest.mark.parametrize("size", [SIZE, LARGE])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_pop_as_it_looks(board: Switchboard, look: Look, language: Language, size: tuple[int, int]) -> None:
    board.type("محمد")
    board.ring(card=board.card(), matches=board.matches(demo.NUMBER))
    board.do(lambda: look.set_language(language))
    assert_golden(board.window, f"pop.{language}", size)


def test_the_pop_of_several_as_it_looks(board: Switchboard, look: Look) -> None:
    board.ring("0113334455", name="شركة الشام", matches=board.matches("محمد"))
    assert_golden(board.window, "pop-several.ar", SIZE)
    board.do(lambda: look.set_scheme(Scheme.DARK))
    assert_golden(board.window, "pop-several.ar.dark", SIZE)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_chooser_as_it_looks(board: Switchboard, look: Look, language: Language) -> None:
    board.ring("0113334455", name="شركة الشام", matches=board.matches("محمد"))
    board.press(Qt.Key.Key_F10)
    board.do(lambda: look.set_language(language))
    assert_golden(board.window, f"caller.{language}", SIZE)


def test_a_withheld_caller_as_it_looks(board: Switchboard, look: Look) -> None:
    handed = {"transferred_from": "سمر يوسف", "note": "يسأل عن فاتورة تموز"}
    board.ring("", presentation="withheld", **handed)
    board.press(Qt.Key.Key_F10)
    board.type("الحلبي")
    assert_golden(board.window, "caller-withheld.ar", LARGE)
    board.do(lambda: look.set_language("en"))
    assert_golden(board.window, "caller-withheld.en", LARGE)
