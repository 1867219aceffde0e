"""A desk that is not what it was: its database gone, let in anew over an old one, shut out while people work."""

from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import KeyRing, new_key
from ccbs_desk.config.private_file import write_private
from ccbs_desk.config.secrets import StoreKey
from ccbs_desk.config.slots import Cost
from ccbs_desk.domain.commands import CloseTill, OpenTill
from ccbs_desk.domain.errors import DeviceNotEnrolled, Refused, TillOfOtherClerk
from ccbs_desk.domain.money import SYP
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.till import Note
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.reference import Till
from ccbs_desk.models.store import STORE_FILE
from ccbs_desk.services.tills import cash_in_drawer
from ccbs_desk.sync.enrol import FILE, forget_desk, keep_device, kept_enrolment, store_lost
from ccbs_desk.sync.snapshots import needed
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import Enrolment
from server_stub.devices import Devices
from tests.factories.desk import MORNING
from tests.sync.wire import run, until
from tests.sync.world import SyncedDesk, World
from tests.unit.sync.test_engine import Life, pay

CHEAP = Cost(rounds=1, memory_kib=8)
NEXT = UUID(int=77)


def enrolled(device_id: UUID, till_id: UUID) -> Enrolment:
    """Return what the server says of a desk that was let in."""
    form = {"device_id": device_id, "state": "approved", "fingerprint": "AAAA", "area_id": 1, "till_id": till_id}
    return msgspec.convert(form | {"server_time": MORNING}, Enrolment)


def test_a_desk_whose_database_is_gone_never_goes_on_with_its_letter(tmp_path: Path) -> None:
    keys = StoreKey(tmp_path, KeyRing(tmp_path, cost=CHEAP))
    before = DeviceIdentity.load_or_create(tmp_path)
    write_private(tmp_path / FILE, encode(enrolled(UUID(int=5), UUID(int=6))))
    # Before the first sign-in there is no database, and nothing is lost.
    assert not store_lost(tmp_path, keys.ring)
    keys.keep("rana", "right", new_key(), MORNING)
    (tmp_path / STORE_FILE).touch()
    assert not store_lost(tmp_path, keys.ring)
    (tmp_path / STORE_FILE).unlink()
    assert store_lost(tmp_path, keys.ring)
    forget_desk(tmp_path, keys)
    assert kept_enrolment(tmp_path) is None
    assert DeviceIdentity.load_or_create(tmp_path).public_key != before.public_key
    assert not store_lost(tmp_path, keys.ring)


def test_slots_that_can_not_be_read_without_a_database_are_a_loss_too(tmp_path: Path) -> None:
    keys = StoreKey(tmp_path, KeyRing(tmp_path, cost=CHEAP))
    (tmp_path / "keyslots.json").write_bytes(b"{")
    assert store_lost(tmp_path, keys.ring)
    forget_desk(tmp_path, keys)
    assert not store_lost(tmp_path, keys.ring)


def test_a_store_of_another_device_begins_anew_and_its_unsent_work_waits_for_a_person(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    home = pay(desk)
    desk.heal()
    first, second = pay(desk), pay(desk)
    desk.write(keep_device, enrolled(NEXT, desk.till_id))
    assert desk.read(desk_state.last_act) is None
    assert desk.read(needed)
    kept = desk.read(
        lambda c: c.execute(
            select(Outbox.command_id, Outbox.state, Outbox.handled, Outbox.reason_code).order_by(Outbox.device_seq)
        ).all()
    )
    stuck = ("frozen", False, "device.not_enrolled")
    assert [tuple(row) for row in kept[1:]] == [(home, "home", True, None), (first, *stuck), (second, *stuck)]
    # Telling it again changes nothing more.
    desk.write(keep_device, enrolled(NEXT, desk.till_id))
    assert desk.state(home) == "home"
    assert desk.send() == []


def revoke(desk: SyncedDesk) -> None:
    """Let a running desk hear that it was shut out."""

    async def story() -> None:
        async with Life(desk) as life:
            await life.until_online()
            life.wire.say("revoked")
            await until(lambda: life.facts.link == "blocked")

    run(story())


def test_a_desk_that_was_shut_out_takes_no_more_money_but_counts_its_drawer(world: World) -> None:
    desk = world.desks[0]
    session = desk.open_till()
    revoke(desk)
    commands = (desk.payment(1_000), OpenTill(till_id=desk.till_id, float_notes=()))
    for command in commands:
        with pytest.raises(Refused) as no:
            desk.do(command)
        assert no.value.reason == DeviceNotEnrolled("revoked")
    # The same after a restart, whatever was kept of the enrolment.
    desk.write(keep_device, enrolled(desk.device_id, desk.till_id))
    with pytest.raises(Refused):
        desk.do(commands[0])
    desk.do(CloseTill(till_id=desk.till_id, session_id=session, counted=()))


def test_the_next_device_closes_what_the_one_before_left_open(world: World) -> None:
    gone, following, _ = world.desks
    session = gone.open_till()
    gone.do(gone.payment(20_000))
    gone.heal()
    devices = Devices(world.central.engine, world.clock, most_waiting=9)
    devices.revoke(gone.device_id)
    hand_over(world, gone.till_id, following.device_id)
    following.heal()
    following.till_id = gone.till_id
    clerk = following.people.clerk_2
    drawer = following.read(cash_in_drawer, session)[SYP].minor
    counted = CloseTill(till_id=gone.till_id, session_id=session, counted=(Note(SYP, drawer, 1),))
    with pytest.raises(Refused) as no:
        following.do(counted, by=clerk)
    assert isinstance(no.value.reason, TillOfOtherClerk)
    command_id = following.new_id()
    signed = following.approval(counted, TILL_APPROVE_DIFFERENCE, command_id=command_id)
    following.do(counted, by=clerk, command_id=command_id, approvals=[signed])
    following.open_till(by=clerk)
    paid = following.do(following.payment(10_000), by=clerk)
    assert paid.receipt_number is not None
    assert paid.receipt_number.split("-")[1] == "B"
    following.heal()
    assert following.state(paid.command_id) == "home"


def hand_over(world: World, till_id: UUID, device_id: UUID) -> None:
    """Give a till to another device, and take from it the one that it had."""
    table = table_of(Till)
    with reading(world.central.engine) as connection:
        had = connection.execute(select(Till.id).where(Till.device_id == device_id)).scalar_one()
    for till, device in ((had, None), (till_id, device_id)):
        world.central.write(table, {**world.central.row(table, till), "device_id": device})
