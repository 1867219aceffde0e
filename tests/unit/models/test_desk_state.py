"""The single facts of a desk's store."""

from datetime import timedelta
from uuid import UUID

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


def test_the_highest_server_time_never_goes_back(desk: Desk) -> None:
    def act(connection: Connection) -> None:
        later = MORNING + timedelta(hours=1)
        assert desk_state.note_server_time(connection, later, later) == ClockFacts(later, 0.0)
        facts = desk_state.note_server_time(connection, MORNING, MORNING + timedelta(seconds=90))
        assert facts == desk_state.clock(connection) == ClockFacts(later, 90.0)

    desk.write(act)
