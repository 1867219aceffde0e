"""A desk asks to be let in, waits for a person, and remembers what was said."""

from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.domain.errors import DeviceNotEnrolled, DiskFull, NewerServer, Refused, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.sync import enrol
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.enrol import FILE, Enrolling, keep_device, kept_enrolment
from ccbs_desk.sync.pace import Pace
from ccbs_desk.wire.messages import Enrolment, EnrolRequest
from tests.factories.desk import MORNING
from tests.sync.wire import run
from tests.sync.world import World

DEVICE = UUID(int=5)


def state(said: str) -> Enrolment:
    """Return what the server says."""
    form = {"device_id": DEVICE, "state": said, "fingerprint": "AAAA", "area_id": 1, "till_id": UUID(int=6)}
    return msgspec.convert(form | {"server_time": MORNING}, Enrolment)


class Desk:
    """A desk that was never here before, and what it is answered in turn."""

    def __init__(self, folder: Path, *answers: Enrolment | Exception | httpx.Response) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []
        self.told: list[str | None] = []
        self.identity = DeviceIdentity.load_or_create(folder)
        self.client = Client("http://localhost:1", transport=httpx.MockTransport(self._answer))
        pace = Pace(sleep=self._sleep, chance=lambda: 1.0)
        self.enrolling = Enrolling(self.client, self.identity, folder, pace)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        return httpx.Response(200, content=msgspec.json.encode(answer))

    def hear(self, enrolment: Enrolment | None) -> None:
        """Remember what is told while it waits."""
        self.told.append(enrolment.state if enrolment else None)

    async def wait(self) -> Enrolment:
        """Ask, then wait."""
        try:
            return await self.enrolling.until_approved(await self.enrolling.ask("counter", "C001"), self.hear)
        finally:
            await self.client.close()


def test_it_waits_until_a_person_lets_it_in(tmp_path: Path) -> None:
    down = httpx.ConnectError("cut")
    desk = Desk(tmp_path, state("waiting"), state("waiting"), down, down, state("approved"))
    assert kept_enrolment(tmp_path) is None
    assert run(desk.wait()) == state("approved")
    assert desk.told == ["waiting", None, None, "approved"]
    assert desk.slept == [3.0, 3.0, 0.5, 3.0, 1.0, 3.0]
    asked = msgspec.json.decode(desk.requests[0].content, type=EnrolRequest)
    assert asked == EnrolRequest(name="counter", centre_code="C001", public_key=desk.identity.public_key)
    assert desk.requests[1].url.path == f"/v1/devices/{DEVICE}"
    assert kept_enrolment(tmp_path) == state("approved")
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_desk_that_is_known_is_in_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state("approved"))
    assert run(desk.wait()).state == "approved"
    assert desk.slept == []


def test_a_desk_that_is_turned_away_stops_asking(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state("waiting"), state("revoked"))
    with pytest.raises(Refused) as caught:
        run(desk.wait())
    assert caught.value.reason == DeviceNotEnrolled("revoked")
    kept = kept_enrolment(tmp_path)
    assert kept is not None
    assert kept.state == "revoked"


def test_what_the_server_refuses_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path, httpx.Response(404, json={"code": "centre.unknown", "values": {"centre_code": "C001"}}))
    with pytest.raises(Refused) as caught:
        run(desk.wait())
    assert caught.value.reason == NewerServer("centre.unknown")


def test_a_full_disk_ends_the_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, state("waiting"), state("waiting"))

    def full(_path: Path, _content: bytes) -> None:
        if desk.slept:
            raise Unavailable(DiskFull())

    monkeypatch.setattr(enrol, "write_private", full)
    with pytest.raises(Unavailable) as caught:
        run(desk.wait())
    assert caught.value.reason == DiskFull()


def test_a_file_that_can_not_be_read_is_no_enrolment(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"{")
    assert kept_enrolment(tmp_path) is None


def test_a_store_is_told_whose_it_is(world: World) -> None:
    desk = world.desks[0]
    desk.write(keep_device, state("approved"))
    assert desk.read(desk_state.device) == desk_state.DeviceFacts(DEVICE, 1, UUID(int=6))
