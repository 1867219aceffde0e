"""A call as the gateway writes it."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert

from ccbs_desk.domain.ids import call_id
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLeg
from server_stub.seed import demo
from tests.factories.desk import MORNING

CALL = call_id("main", "1763624000.17")


def ring(connection: Connection, *, staff_id: UUID | None = None, account_id: UUID | None = None) -> None:
    """Write what the gateway writes of a call."""
    at = MORNING - timedelta(minutes=5)
    call = {
        "area_id": demo.AREA, "period": 202611, "id": CALL, "pbx": "main", "linkedid": "1763624000.17",
        "direction": "inbound", "caller_raw": "0112214567", "caller_e164": demo.NUMBER,
        "caller_name": "", "presentation": "allowed",
        "dialled": "100", "queue": "care", "arrived_at": at, "answered_at": at + timedelta(seconds=9), "ended_at": None,
        "outcome": "answered", "staff_id": staff_id, "account_id": account_id,
    }  # fmt: skip
    leg = {
        "area_id": demo.AREA, "period": 202611, "id": uuid4(), "call_id": CALL, "staff_id": staff_id,
        "extension": "601", "leg": "1763624001.18", "offered_at": at + timedelta(seconds=2),
        "answered_at": at + timedelta(seconds=9),
        "ended_at": None, "outcome": "answered", "held_seconds": 0,
    }  # fmt: skip
    connection.execute(insert(table_of(Call)), call)
    connection.execute(insert(table_of(CallLeg)), leg)
