"""The single facts of a desk's store."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete

from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import DeskState
from ccbs_desk.models.desk_state import ClockFacts, Cursor, DeviceFacts, LastAct
from tests.factories.desk import MORNING, Desk


def test_facts_are_kept_and_replaced(desk: Desk) -> None:
    def act(connection: Connection) -> None:
        connection.execute(delete(table_of(DeskState)))
        assert desk_state.device(connection) is None
        assert desk_state.last_act(connection) is None
        assert desk_state.clock(connection) is None
        assert desk_state.cursor(connection) == Cursor(0, 0)
        for seq in (1, 2):
            desk_state.put(connection, DeviceFacts(UUID(int=seq), area_id=seq))
            desk_state.put(connection, LastAct(seq, bytes([seq]) * 32))
            desk_state.put(connection, Cursor(seq, seq + 1))
        assert desk_state.device(connection) == DeviceFacts(UUID(int=2), 2, None)
        assert desk_state.last_act(connection) == LastAct(2, b"\x02" * 32)
        assert desk_state.cursor(connection) == Cursor(2, 3)

    desk.write(act)


def test_the_last_measurement_of_the_clock_decides(desk: Desk) -> None:
    def act(connection: Connection) -> None:
        wrong = MORNING + timedelta(days=2)
        assert desk_state.note_server_time(connection, wrong, MORNING) == ClockFacts(wrong, -172_800.0)
        # The server's clock is right again.
        facts = desk_state.note_server_time(connection, MORNING, MORNING + timedelta(seconds=90))
        assert facts == desk_state.clock(connection) == ClockFacts(MORNING, 90.0)

    desk.write(act)


@pytest.mark.parametrize(
    ("measured", "since", "offset"),
    [
        (90, 0, 90),
        (90, 86_400, 90),
        (172_800, 86_400, 172_800),
        # Set right since: it can't be further ahead than it is of the measurement.
        (172_800, -172_200, 600),
        (0, -7_200, -7_200),
        (-172_800, 60, -172_800),
    ],
)
def test_a_clock_that_was_set_back_since_it_was_measured(measured: int, since: int, offset: int) -> None:
    local = MORNING + timedelta(seconds=measured)
    facts = ClockFacts(MORNING, measured)
    assert facts.offset_at(local + timedelta(seconds=since)) == offset
