"""Signing in: by the server or by one's own slot, first and later people, and the session that goes on by itself."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import KeyRing, new_key
from ccbs_desk.config.secrets import StoreKey
from ccbs_desk.config.slots import Cost
from ccbs_desk.domain.errors import (
    CredentialsWrong,
    DeskLocked,
    DeviceNotEnrolled,
    DiskFull,
    OfflineSignInExpired,
    OfflineSignInUnknown,
    Reason,
    Refused,
    SignInNeeded,
    StoreInUse,
    StoreKeyWrong,
    Unavailable,
)
from ccbs_desk.models.base import table_of
from ccbs_desk.models.reference import Staff
from ccbs_desk.models.store import Store
from ccbs_desk.sync.rescue import open_store
from ccbs_desk.sync.sign_in import SignedIn, SignIn, known_person
from server_stub.seed import demo
from tests.sync.wire import Wire, cut, garbage, person, problem, run
from tests.sync.world import World

CHEAP = Cost(rounds=1, memory_kib=8)


class Place:
    """A desk's folder; each `start` is a start of the program."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.wire = Wire(world.central, world.desks[0].device_id)
        self.opened: list[tuple[bytes, ...]] = []
        self.start()

    def start(self) -> None:
        """Start the program anew."""
        self.client = self.wire.client()
        self.keys = StoreKey(self.folder, KeyRing(self.folder, now=self.world.clock, cost=CHEAP))
        identity = DeviceIdentity.load_or_create(self.folder)
        self.signin = SignIn(self.client, identity, self.wire.device_id, self.keys, self._open)

    async def _open(self, keys: tuple[bytes, ...]) -> bytes:
        self.opened.append(keys)
        return keys[0]

    def cut(self) -> None:
        """Cut the line for a while."""
        self.wire.fault("session/challenge", *[cut] * 3)

    def mend(self) -> None:
        """Mend it."""
        self.wire.faults.clear()

    def sign_in(self, login: str = "rana", password: str = "right") -> SignedIn:
        """Sign somebody in."""
        self.wire.staff = person(login)
        return run(self.signin.sign_in(login, password))

    def refuses(self, login: str = "rana", password: str = "right") -> Reason:
        """Return why somebody is not let in."""
        return refused(lambda: self.sign_in(login, password))


def refused(act: Callable[[], object]) -> Reason:
    """Return why it was refused, or what was not there."""
    with pytest.raises((Refused, Unavailable)) as caught:
        act()
    assert isinstance(caught.value, Refused | Unavailable)
    return caught.value.reason


@pytest.fixture
def place(world: World, tmp_path: Path) -> Place:
    """A desk at which nobody has signed in yet."""
    return Place(world, tmp_path / "profile")


def test_the_first_sign_in_makes_the_key(place: Place) -> None:
    who = place.sign_in()
    assert (who.login, who.online, who.server_time) == ("rana", True, place.world.clock())
    assert who.person is not None
    assert (who.person.name_en, who.person.roles) == ("Rana", frozenset({"clerk"}))
    [(key,)] = place.opened
    assert len(key) == 32
    assert place.keys.ring.people == ("rana",)
    # The next start opens the store with the same key.
    place.start()
    place.sign_in()
    assert place.opened[1][0] == key


def test_without_a_link_the_persons_slot_opens(place: Place) -> None:
    place.cut()
    assert place.refuses() == OfflineSignInUnknown()
    place.mend()
    place.sign_in()
    place.start()
    place.cut()
    who = place.sign_in()
    assert (who.online, who.person, who.server_time) == (False, None, None)
    assert place.opened[0] == place.opened[1]
    assert not place.client.signed_in
    assert place.refuses(password="wrong") == CredentialsWrong()


def test_a_server_that_answers_garbage_is_as_good_as_none(place: Place) -> None:
    place.sign_in()
    place.start()
    place.wire.fault("session/challenge", garbage())
    assert place.sign_in().online is False


def test_what_the_server_refuses_is_not_tried_offline(place: Place) -> None:
    place.sign_in()
    assert place.refuses(password="wrong") == CredentialsWrong()
    place.wire.fault("session", problem(401, "device.not_enrolled", state="revoked"))
    assert place.refuses() == DeviceNotEnrolled("revoked")


def test_the_second_person_gets_the_same_key_while_the_program_runs(place: Place) -> None:
    place.sign_in("rana")
    run(place.signin.sign_out())
    assert not place.client.signed_in
    place.sign_in("samer")
    assert len(place.opened) == 1
    assert set(place.keys.ring.people) == {"rana", "samer"}
    place.start()
    place.cut()
    place.sign_in("samer")
    assert place.opened[1] == place.opened[0]


def test_nobody_works_under_the_tokens_of_another(place: Place) -> None:
    place.sign_in("rana")
    place.sign_in("samer")
    place.cut()
    place.sign_in("rana")
    assert not place.client.signed_in


def test_a_stranger_after_a_restart_is_told_who_must_come_first(place: Place) -> None:
    place.sign_in("rana")
    place.start()
    assert place.refuses("samer") == DeskLocked()
    assert not place.client.signed_in
    place.sign_in("rana")
    place.sign_in("samer")
    place.start()
    place.sign_in("samer")


def test_a_damaged_file_of_slots_is_no_stranger(place: Place) -> None:
    place.sign_in("rana")
    (place.folder / "keyslots.json").write_bytes(b"{")
    place.start()
    assert place.refuses("rana") == StoreKeyWrong()


def test_a_full_disk_lets_nobody_in_halfway(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_about: object, **_more: object) -> None:
        raise Unavailable(DiskFull())

    monkeypatch.setattr(StoreKey, "keep", full)
    assert place.refuses() == DiskFull()
    assert not place.client.signed_in
    assert place.opened == []


def test_the_session_goes_on_by_itself(place: Place) -> None:
    assert refused(lambda: run(place.signin.renew())) == SignInNeeded()
    place.sign_in()
    place.start()
    place.cut()
    place.sign_in()
    place.mend()
    run(place.signin.renew())
    assert place.client.signed_in
    # The person leaves: nothing goes on in his name.
    run(place.signin.sign_out())
    assert refused(lambda: run(place.signin.renew())) == SignInNeeded()


def test_a_password_that_was_changed_is_not_tried_again(place: Place) -> None:
    place.sign_in()
    place.wire.password = "another"
    assert refused(lambda: run(place.signin.renew())) == CredentialsWrong()
    asked = len(place.wire.asked)
    assert refused(lambda: run(place.signin.renew())) == SignInNeeded()
    assert len(place.wire.asked) == asked


def test_a_device_that_is_shut_out_keeps_what_was_typed(place: Place) -> None:
    place.sign_in()
    place.wire.fault("session", problem(401, "device.not_enrolled", state="frozen"))
    assert refused(lambda: run(place.signin.renew())) == DeviceNotEnrolled("frozen")
    run(place.signin.renew())
    assert place.client.signed_in


def test_who_leaves_while_the_session_is_renewed_stays_away(place: Place) -> None:
    place.sign_in()

    def leave(_request: httpx.Request) -> None:
        place.signin._typed = None

    place.wire.fault("session", leave)
    assert refused(lambda: run(place.signin.renew())) == SignInNeeded()
    assert not place.client.signed_in


def test_signing_out_without_a_link_is_signing_out(place: Place) -> None:
    place.sign_in()
    place.wire.fault("session", cut)
    run(place.signin.sign_out())
    assert not place.client.signed_in


def test_a_store_opens_with_the_key_that_fits(tmp_path: Path) -> None:
    old, right, other = new_key(), new_key(), new_key()
    Store(tmp_path, right).close()
    store, key = open_store(tmp_path, (old, right, other))
    assert key == right
    assert refused(lambda: open_store(tmp_path, (old, right))) == StoreInUse()
    store.close()
    assert refused(lambda: open_store(tmp_path, (old, other))) == StoreKeyWrong()


def test_a_person_as_the_store_knows_him(world: World) -> None:
    desk = world.desks[0]
    clerk = desk.read(known_person, demo.CLERK)
    assert (clerk.id, clerk.login, clerk.roles) == (desk.people.clerk, demo.CLERK, frozenset({"clerk"}))
    assert refused(lambda: desk.read(known_person, "nobody")) == CredentialsWrong()
    gone = update(table_of(Staff)).where(Staff.id == clerk.id).values(active=False)
    desk.write(lambda connection: connection.execute(gone).rowcount)
    assert refused(lambda: desk.read(known_person, demo.CLERK)) == CredentialsWrong()
    assert isinstance(clerk.id, UUID)


def test_how_long_a_slot_serves_without_the_link_is_a_rule(world: World, tmp_path: Path) -> None:
    place = Place(world, tmp_path)

    async def three() -> int:
        return 3

    place.signin = SignIn(
        place.client, DeviceIdentity.load_or_create(tmp_path), place.wire.device_id, place.keys, place._open, three
    )
    place.sign_in()
    place.cut()
    world.clock.forward(timedelta(days=4))
    with pytest.raises(Refused) as caught:
        place.sign_in()
    assert isinstance(caught.value.reason, OfflineSignInExpired)
