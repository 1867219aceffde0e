"""A closed session that is not yet even waits for acts of its own till alone, and only for those before its end."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Engine, insert

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import ParkedCommand
from ccbs_desk.models.database import reading, writing
from server_stub.check.sessions import _awaits_acts
from server_stub.seed import demo
from tests.factories.desk import MORNING

OTHER_TILL = UUID(int=7)


def parked(engine: Engine, raw: bytes) -> None:
    """Let an act wait for a person."""
    row = {
        "command_id": UUID(int=1),
        "body_hash": bytes(32),
        "device_id": UUID(int=2),
        "raw": raw,
        "error": "server.bug",
        "tries": 3,
        "parked_at": MORNING,
    }
    with writing(engine) as connection:
        connection.execute(insert(table_of(ParkedCommand)), row)


def act(till_id: UUID | None, at: datetime) -> bytes:
    """Return as much of an act's bytes as the check reads."""
    till = {"till_id": till_id} if till_id else None
    return msgspec.json.encode({"stamps": {"occurred_at": at, "till": till}})


@pytest.mark.parametrize(
    ("raw", "until", "awaited"),
    [
        (act(demo.TILL_ID, MORNING), None, True),
        (act(demo.TILL_ID, MORNING), MORNING, True),
        (act(demo.TILL_ID, MORNING + timedelta(minutes=1)), MORNING, False),
        (act(OTHER_TILL, MORNING), None, False),
        (act(None, MORNING), None, False),
        (b"{", None, False),
        (b'{"stamps": 1}', None, False),
    ],
)
def test_a_parked_act_is_awaited(country: Engine, raw: bytes, until: datetime | None, awaited: bool) -> None:
    parked(country, raw)
    with reading(country) as connection:
        assert _awaits_acts(connection, demo.TILL_ID, until) is awaited
