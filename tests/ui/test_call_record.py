"""What was spoken and promised: in the card's history, in the record of the call, and beside its complaint."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import Connection, delete, insert, update

from ccbs_desk.config.language import Language
from ccbs_desk.domain.care_commands import WrapUpCall
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLeg
from ccbs_desk.services.calls import read_call
from ccbs_desk.ui.call_dialog import CallDialog
from ccbs_desk.ui.call_record import record_of
from ccbs_desk.ui.kit.application import Look
from server_stub.seed import demo
from tests.factories.calls import CALL, ring
from tests.factories.care import complaint
from tests.factories.desk import MORNING
from tests.ui.counter import plain
from tests.ui.golden import assert_golden, settle
from tests.ui.switchboard import Switchboard

PROMISED = WrapUpCall(call_id=CALL, code="call_back", notes="غداً قبل الظهر")


@pytest.fixture
def spoken(board: Switchboard) -> Switchboard:
    """A desk that knows of a call in which somebody complained and was promised an answer."""
    desk = board.desk
    desk.write(ring, staff_id=desk.people.agent, account_id=demo.ACCOUNT_ID)
    desk.write(lambda connection: connection.execute(insert(table_of(CallLeg)), unanswered(connection)))
    desk.do(complaint(), by=desk.people.agent, call_id=CALL)
    desk.write(
        lambda connection: connection.execute(
            update(CallLeg).where(CallLeg.extension == "601").values(ended_at=MORNING)
        )
    )
    desk.do(PROMISED, by=desk.people.agent)
    board.do(lambda: board.workplace.own.open_card(demo.ACCOUNT_ID))
    return board


def unanswered(_connection: Connection) -> dict[str, object]:
    """Return a leg at a telephone where nobody sat."""
    at = MORNING - timedelta(minutes=5)
    return {
        "area_id": demo.AREA, "period": 202611, "id": demo.LINE_ID, "call_id": CALL, "staff_id": None,
        "extension": "602", "leg": "1.2", "offered_at": at, "answered_at": None, "ended_at": at,
        "outcome": "busy", "held_seconds": 0,
    }  # fmt: skip


def row_of_call(board: Switchboard) -> int:
    """Return the place of the call in the history."""
    return next(place for place, row in enumerate(board.rows("card.timeline")) if row[1].startswith("مكالمة"))


def test_the_next_agent_reads_what_was_promised_and_opens_the_call(spoken: Switchboard) -> None:
    said = spoken.rows("card.timeline")[row_of_call(spoken)][1]
    assert said.startswith("مكالمة · وعد بمعاودة الاتصال · غداً قبل الظهر · ")
    table = spoken.find("card.timeline")
    table.setFocus()
    table.select(row_of_call(spoken))  # type: ignore[attr-defined]
    spoken.press(Qt.Key.Key_Return)
    assert spoken.said("call.record.number") == "٠١١ ٢٢١٤٥٦٧"
    assert [row[1] for row in spoken.rows("call.record.lines")] == [
        "الهاتف مشغول",
        "رد على المكالمة",
        "انتهت المكالمة",
        "شكوى جديدة · تشويش على الخط",
        "النتيجة: وعد بمعاودة الاتصال · غداً قبل الظهر",
    ]
    assert "٦٠٢" in spoken.rows("call.record.lines")[0][2]
    spoken.press(Qt.Key.Key_Escape)
    settle()
    assert not spoken.sees("call.record")


def test_a_line_of_the_history_that_is_no_call_opens_nothing(spoken: Switchboard) -> None:
    table = spoken.find("card.timeline")
    other = next(place for place in range(len(spoken.rows("card.timeline"))) if place != row_of_call(spoken))
    table.setFocus()
    table.select(other)  # type: ignore[attr-defined]
    spoken.press(Qt.Key.Key_Return)
    assert not spoken.sees("call.record")


def test_a_call_that_another_centre_keeps_is_said_to_be_there(spoken: Switchboard) -> None:
    place = row_of_call(spoken)

    def moved_away(connection: Connection) -> None:
        for name in ("call", "call_leg", "call_link", "call_wrap_up"):
            connection.execute(delete(Call.metadata.tables[name]))

    spoken.desk.write(moved_away)
    table = spoken.find("card.timeline")
    table.setFocus()
    table.select(place)  # type: ignore[attr-defined]
    spoken.press(Qt.Key.Key_Return)
    assert not spoken.sees("call.record")


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"direction": "outbound", "dialled": "0113334444"}, "٠١١٣٣٣٤٤٤٤"),
        ({"caller_e164": "", "presentation": "withheld"}, "رقم محجوب"),
        ({"caller_e164": "", "caller_raw": "anonymous"}, "anonymous"),
        ({"caller_e164": "", "caller_raw": ""}, "بلا رقم"),
    ],
)
def test_with_whom_a_call_was(spoken: Switchboard, values: dict[str, str], number: str) -> None:
    spoken.desk.write(lambda connection: connection.execute(update(table_of(Call)).values(values)))
    call = spoken.desk.read(read_call, CALL)
    assert call is not None
    assert plain(str(record_of(call).number)) == number


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_record_of_a_call_as_it_looks(spoken: Switchboard, look: Look, language: Language) -> None:
    spoken.do(lambda: look.set_language(language))
    call = spoken.desk.read(read_call, CALL)
    assert call is not None
    dialog = CallDialog(spoken.window, record_of(call))
    dialog.open()
    assert_golden(dialog, f"call-record.{language}", (760, 420))
    dialog.close()
