"""A counter of the demo country whose acts are applied without a server between."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ccbs_desk.models.database import writing
from ccbs_desk.wire.messages import Answer, EnrolRequest
from server_stub.acts import read_act
from server_stub.applier import apply_acts
from server_stub.devices import Devices
from server_stub.presence import note_sign_in
from server_stub.seed import demo
from tests.factories.field_desk import MOMENT, FieldDesk, field_desk
from tests.factories.server import b64


@dataclass
class Counter:
    """A desk that is let in, and the server's database behind it."""

    engine: Engine
    desk: FieldDesk
    devices: Devices

    def apply(self, *acts: bytes) -> list[Answer]:
        """Apply acts in one batch."""
        return apply_acts(self.engine, MOMENT, [read_act(act, self.desk.device_id) for act in acts])[0]


@pytest.fixture
def counter(country: Engine, country_file: Path, tmp_path: Path) -> Iterator[Counter]:
    """The demo centre's counter, with its till."""
    devices = Devices(country, lambda: MOMENT, most_waiting=5)
    with field_desk(tmp_path / "desk", country_file) as desk:
        asked = EnrolRequest(name="counter", centre_code=demo.CARE_CENTRE_CODE, public_key=b64(desk.public_key))
        desk.enrolled(devices.approve(devices.enrol(asked).device_id))
        let_sign_in(country, desk, demo.CLERK)
        yield Counter(country, desk, devices)


def let_sign_in(engine: Engine, desk: FieldDesk, login: str) -> None:
    """Let a person have signed in on a desk."""
    with writing(engine) as connection:
        note_sign_in(connection, desk.device_id, desk.staff(login), MOMENT)
