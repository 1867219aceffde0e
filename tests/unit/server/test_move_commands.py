"""`ccbs-server account areas`, `device move`, `device mended`: what is moved, and who had to be mended."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Deed
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Device, Till
from ccbs_desk.models.subscribers import Account
from ccbs_desk.wire.digests import MendedReport
from ccbs_desk.wire.messages import EnrolRequest
from server_stub.__main__ import main
from server_stub.auth import Session
from server_stub.devices import Devices
from server_stub.digests import all_kept, computed
from server_stub.mending import Mending
from server_stub.seed import demo
from tests.factories.desk import MORNING
from tests.factories.server import b64


@pytest.fixture
def database(country: Engine) -> list[str]:
    """The options that name the database."""
    return ["--database", str(country.url)]


@pytest.fixture
def device_id(country: Engine) -> UUID:
    """A desk of the demo centre, with a till."""
    devices = Devices(country, lambda: MORNING, most_waiting=9)
    asked = EnrolRequest(name="counter", centre_code=demo.CARE_CENTRE_CODE, public_key=b64(bytes(range(32))))
    device = devices.enrol(asked).device_id
    devices.approve(device)
    return device


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed."""
    return capsys.readouterr().out


def test_an_account_is_moved(country: Engine, database: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with reading(country) as connection:
        number = connection.execute(select(Account.number).where(Account.id == demo.ACCOUNT_ID)).scalar_one()
    assert main(["account", "areas", number, "--add", "2", "--remove", "1", *database]) == 0
    assert said(capsys) == f"{number}  is held by area 2\n"
    assert main(["account", "areas", number, "--remove", "2", *database]) == 2
    assert main(["account", "areas", "no such", "--add", "2", *database]) == 2


def test_a_device_goes_to_another_centre(
    country: Engine, database: list[str], device_id: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    with reading(country) as connection:
        before = connection.execute(select(Till.code, Till.letter).where(Till.device_id == device_id)).one()
    assert main(["device", "move", str(device_id), "--centre", "C002", "--till", "0002", *database]) == 0
    assert said(capsys) == f"{device_id}  moved to C002, area 2\n"
    with reading(country) as connection:
        till = connection.execute(select(Till.code).where(Till.device_id == device_id)).scalar_one()
        left = connection.execute(select(Till.device_id, Till.letter).where(Till.code == before.code)).one()
        area = connection.execute(select(Device.area_id).where(Device.id == device_id)).scalar_one()
        deed = connection.execute(select(table_of(Deed))).one()
        assert all_kept(connection) == computed(connection)
    assert (till, area) == ("0002", 2)
    assert (left.device_id, left.letter > before.letter) == (None, True)
    assert (deed.kind, deed.subject_id, deed.before["tills"], deed.after["tills"]) == (
        "device.moved",
        device_id,
        [before.code],
        ["0002"],
    )


@pytest.mark.parametrize(("centre", "state"), [("nowhere", "approved"), ("C002", "revoked"), ("C002", "unknown")])
def test_a_device_that_can_not_be_moved(
    country: Engine, database: list[str], device_id: UUID, centre: str, state: str
) -> None:
    if state == "revoked":
        Devices(country, lambda: MORNING, most_waiting=9).revoke(device_id)
    wanted = uuid4() if state == "unknown" else device_id
    assert main(["device", "move", str(wanted), "--centre", centre, *database]) == 2
    with reading(country) as connection:
        assert connection.execute(select(Deed.id)).all() == []


def test_a_device_goes_to_a_call_centre_that_has_no_area(
    database: list[str], device_id: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["device", "move", str(device_id), "--centre", "K01", *database]) == 0
    assert said(capsys) == f"{device_id}  moved to K01, no area\n"


def test_who_was_mended_is_listed(
    country: Engine, database: list[str], device_id: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["device", "mended", *database]) == 0
    assert said(capsys) == "no desk had to be mended\n"
    session = Session(uuid4(), device_id, demo.AREA, uuid4(), MORNING, frozenset())
    Mending(country, lambda: MORNING).report(session, MendedReport(table="account", replaced=2, removed=1, position=7))
    assert main(["device", "mended", *database]) == 0
    heads, row = said(capsys).splitlines()
    assert heads.split() == ["at", "(UTC)", "device", "table", "replaced", "removed", "position"]
    assert row.split()[2:] == [str(device_id), "account", "2", "1", "7"]
