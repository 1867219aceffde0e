"""Devices: asked in, approved with a till and a letter, shut out at once."""

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.reference import Device, Till
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import Enrolment, EnrolRequest, Problem
from server_stub.devices import fingerprint
from server_stub.problems import RequestRefused
from server_stub.seed import demo
from tests.factories.field_desk import FieldDesk
from tests.factories.server import RunningServer, SignedIn, b64


def approve(session: SignedIn, desk: FieldDesk, till_code: str | None = None) -> httpx.Response:
    """Ask, as a person with a sign-in, that a device be let in."""
    return session.http.post(f"/v1/devices/{desk.device_id}/approve", json={"till_code": till_code})


def enrolment(response: httpx.Response) -> Enrolment:
    """Return the enrolment that an answer must be."""
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=Enrolment)


def code(response: httpx.Response) -> str:
    """Return the code of a refusal."""
    assert 400 <= response.status_code < 500, response.text
    return msgspec.json.decode(response.content, type=Problem).code


@pytest.fixture
def waiting(own_server: RunningServer) -> FieldDesk:
    """A desk of the demo centre that waits for its approval."""
    desk = own_server.desk()
    desk.device_id = own_server.enrol(desk).device_id
    return desk


@pytest.fixture
def supervisor(own_server: RunningServer) -> SignedIn:
    """The supervisor of the demo centre, at a desk of another centre."""
    return own_server.sign_in(own_server.enrolled_desk("C002"), demo.SUPERVISOR)


class TestEnrolment:
    """From asking to work."""

    def test_a_device_waits_and_shows_what_the_supervisor_compares(self, server: RunningServer) -> None:
        desk = server.desk()
        asked = server.enrol(desk)
        assert (asked.state, asked.till_id, asked.area_id) == ("waiting", None, None)
        assert asked.fingerprint == fingerprint(desk.public_key)
        assert enrolment(server.http().get(f"/v1/devices/{asked.device_id}")).state == "waiting"
        assert server.enrol(desk).device_id == asked.device_id

    def test_no_desk_hears_of_a_device_before_it_is_let_in(
        self, own_server: RunningServer, supervisor: SignedIn, waiting: FieldDesk
    ) -> None:
        turned_away = own_server.desk()
        turned_away.device_id = own_server.enrol(turned_away).device_id
        own_server.parts.devices.revoke(turned_away.device_id)
        unheard = {waiting.device_id, turned_away.device_id}
        assert not unheard & {change.id for change in supervisor.page(0).changes}
        with reading(own_server.engine) as connection:
            held = connection.execute(select(Device.id).where(in_scope(table_of(Device), demo.AREA))).scalars().all()
        assert supervisor.desk.device_id in held
        assert not unheard & set(held)

    def test_a_supervisor_lets_it_in_with_the_first_free_till(
        self, own_server: RunningServer, supervisor: SignedIn, waiting: FieldDesk
    ) -> None:
        start = supervisor.page(0).head
        given = enrolment(approve(supervisor, waiting))
        assert (given.state, given.area_id) == ("approved", demo.AREA)
        assert (given.till_code, given.series_letter) == (demo.TILL_CODE, "A")
        assert enrolment(approve(supervisor, waiting)).till_code == demo.TILL_CODE
        heard = {(change.table, change.id) for change in supervisor.page(start).changes}
        assert heard == {("device", waiting.device_id), ("till", demo.TILL_ID)}
        assert own_server.sign_in(waiting).tokens.staff.login == demo.CLERK

    def test_a_named_till_is_given_and_a_taken_one_is_not(
        self, own_server: RunningServer, supervisor: SignedIn, waiting: FieldDesk
    ) -> None:
        assert enrolment(approve(supervisor, waiting, demo.SECOND_TILL_CODE)).till_code == demo.SECOND_TILL_CODE
        second = own_server.desk()
        second.device_id = own_server.enrol(second).device_id
        assert code(approve(supervisor, second, demo.SECOND_TILL_CODE)) == "till.other_device"
        assert code(approve(supervisor, second, "0002")) == "till.unknown"
        assert enrolment(approve(supervisor, second)).till_code == demo.TILL_CODE
        third = own_server.desk()
        third.device_id = own_server.enrol(third).device_id
        assert enrolment(approve(supervisor, third)).till_code is None

    @pytest.mark.parametrize("login", [demo.CLERK, demo.AGENT])
    def test_who_lacks_the_right_lets_nobody_in(
        self, own_server: RunningServer, waiting: FieldDesk, login: str
    ) -> None:
        session = own_server.sign_in(own_server.enrolled_desk("C002"), login)
        assert code(approve(session, waiting)) == "permission.missing"
        assert code(session.http.post(f"/v1/devices/{waiting.device_id}/revoke")) == "permission.missing"
        assert own_server.parts.devices.status(waiting.device_id).state == "waiting"

    def test_a_supervisor_answers_for_the_own_centre_and_an_admin_for_all(
        self, own_server: RunningServer, supervisor: SignedIn
    ) -> None:
        elsewhere = own_server.desk()
        elsewhere.device_id = own_server.enrol(elsewhere, "C003").device_id
        assert code(approve(supervisor, elsewhere)) == "permission.missing"
        admin = own_server.sign_in(supervisor.desk, demo.ADMIN)
        assert enrolment(approve(admin, elsewhere)).state == "approved"

    def test_a_call_centre_has_a_till_for_its_receipts_and_no_area(self, server: RunningServer) -> None:
        desk = server.enrolled_desk(demo.CALL_CENTRE_CODE)
        now = server.parts.devices.status(desk.device_id)
        assert (now.state, now.area_id) == ("approved", None)
        assert now.till_id is not None

    def test_what_is_no_device_is_told(self, server: RunningServer) -> None:
        key = b64(server.desk().public_key)
        good = EnrolRequest(name="counter", centre_code=demo.CARE_CENTRE_CODE, public_key=key)
        http = server.http()
        for name, centre, public_key, expected in (
            ("", good.centre_code, key, "request.malformed"),
            ("x" * 81, good.centre_code, key, "request.malformed"),
            ("counter", "nowhere", key, "centre.unknown"),
            ("counter", good.centre_code, "AAAA", "request.malformed"),
            ("counter", good.centre_code, "no base64!", "request.malformed"),
        ):
            asked = EnrolRequest(name=name, centre_code=centre, public_key=public_key)
            assert code(http.post("/v1/devices", content=encode(asked))) == expected
        assert code(http.get("/v1/devices/00000000-0000-0000-0000-000000000000")) == "device.unknown"
        assert code(http.get("/v1/devices/someone")) == "request.not_found"

    def test_only_so_many_may_wait(self, own_server: RunningServer) -> None:
        def ask(name: str) -> Enrolment:
            key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
            return own_server.parts.devices.enrol(EnrolRequest(name=name, centre_code="C001", public_key=b64(key)))

        for n in range(own_server.parts.settings.waiting_devices):
            ask(f"desk {n}")
        with pytest.raises(RequestRefused, match=r"device\.too_many_waiting"):
            ask("one more")


class TestSeries:
    """A letter belongs to one device: loss, restore or a new enrolment opens the next."""

    def test_a_till_that_is_taken_away_opens_the_next_letter(self, own_server: RunningServer) -> None:
        lost = own_server.counter()
        lost.push(lost.desk.do(lost.desk.open_till()))
        unsent = lost.desk.do(lost.desk.payment(9_000))
        own_server.parts.devices.revoke(lost.desk.device_id)
        heir = own_server.sign_in(own_server.enrolled_desk(), demo.CLERK_2)
        assert (heir.desk.till_code, heir.desk.letter) == (demo.TILL_CODE, "B")
        # What the lost desk had not sent is not lost: its disk is read, and a person says that it counts.
        assert heir.push(unsent)[0].outcome == "parked"

    def test_a_till_with_a_history_begins_anew(self, own_server: RunningServer) -> None:
        first = own_server.counter()
        first.push(first.desk.do(first.desk.open_till()))
        with writing(own_server.engine) as connection:
            connection.execute(update(Till).where(Till.id == demo.TILL_ID).values(device_id=None))
        assert own_server.enrolled_desk().letter == "B"


class TestRevocation:
    """Out at once, and for good."""

    def test_a_revoked_device_is_answered_no_more(self, own_server: RunningServer, supervisor: SignedIn) -> None:
        clerk = own_server.counter()
        answer = supervisor.http.post(f"/v1/devices/{clerk.desk.device_id}/revoke")
        assert enrolment(answer).state == "revoked"
        assert code(clerk.http.get("/v1/feed", params={"after": 0})) in {"sign_in.needed", "device.not_enrolled"}
        again = own_server.try_sign_in(clerk.desk)
        problem = msgspec.json.decode(again.content, type=Problem)
        assert (again.status_code, problem.code, problem.values) == (401, "device.not_enrolled", {"state": "revoked"})
        assert code(approve(supervisor, clerk.desk)) == "device.revoked"
        assert own_server.enrol(clerk.desk).state == "revoked"
        with reading(own_server.engine) as connection:
            assert connection.execute(select(Till.device_id).where(Till.id == demo.TILL_ID)).scalar_one() is None

    def test_the_list_shows_all(self, own_server: RunningServer, waiting: FieldDesk, supervisor: SignedIn) -> None:
        listed = {device.id: device for device in own_server.parts.devices.list()}
        assert listed[waiting.device_id].state == "waiting"
        assert listed[waiting.device_id].fingerprint == fingerprint(waiting.public_key)
        assert (listed[supervisor.desk.device_id].centre, listed[supervisor.desk.device_id].till) == ("C002", "0002")
