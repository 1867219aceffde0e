"""A second person proves who he is at this desk, and the one who works here stays signed in."""

from pathlib import Path

import pytest

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import KeyRing, new_key
from ccbs_desk.config.secrets import StoreKey
from ccbs_desk.config.slots import Cost
from ccbs_desk.domain.errors import (
    CredentialsWrong,
    DeviceNotEnrolled,
    DiskFull,
    OfflineSignInUnknown,
    Refused,
    Unavailable,
)
from ccbs_desk.sync.approver import Approver
from server_stub.seed import demo
from tests.sync.wire import Wire, cut, garbage, problem, run
from tests.sync.world import World


class Desk:
    """A desk at which the supervisor has signed in once."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.wire = Wire(world.central, world.desks[0].device_id)
        ring = KeyRing(folder, now=world.clock, cost=Cost(rounds=1, memory_kib=8))
        ring.create(demo.SUPERVISOR, "right", new_key(), world.clock())
        identity = DeviceIdentity.load_or_create(folder)
        keys = StoreKey(folder, ring)
        self.approver = Approver(self.wire.client, identity, self.wire.device_id, keys, world.desks[0].store)

    def refuses(self, login: str, password: str) -> object:
        """Return why somebody is not believed."""
        with pytest.raises(Refused) as caught:
            run(self.approver.verify(login, password))
        return caught.value.reason


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    """The desk."""
    return Desk(world, tmp_path / "profile")


def test_with_the_link_the_server_checks(desk: Desk) -> None:
    person = run(desk.approver.verify(demo.SUPERVISOR, "right"))
    assert (person.id, person.roles) == (desk.world.desks[0].people.supervisor, frozenset({"supervisor"}))
    # The approver leaves no session behind.
    assert desk.wire.tokens == []
    assert desk.refuses(demo.SUPERVISOR, "wrong") == CredentialsWrong()
    desk.wire.fault("session", problem(401, "device.not_enrolled", state="revoked"))
    assert desk.refuses(demo.SUPERVISOR, "right") == DeviceNotEnrolled("revoked")


def test_without_it_his_own_slot_does(desk: Desk) -> None:
    desk.wire.fault("session/challenge", cut, garbage(), cut, cut)
    for _ in range(2):
        assert run(desk.approver.verify(demo.SUPERVISOR, "right")).login == demo.SUPERVISOR
    assert desk.refuses(demo.SUPERVISOR, "wrong") == CredentialsWrong()
    assert desk.refuses(demo.CLERK, "right") == OfflineSignInUnknown()


def test_who_no_longer_works_here_approves_nothing(desk: Desk) -> None:
    assert desk.refuses("nobody", "right") == CredentialsWrong()


def test_what_is_neither_the_link_nor_the_person_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_about: object) -> None:
        raise Unavailable(DiskFull())

    monkeypatch.setattr(Approver, "_ask_server", full)
    with pytest.raises(Unavailable) as caught:
        run(desk.approver.verify(demo.SUPERVISOR, "right"))
    assert caught.value.reason == DiskFull()
