"""Two clerks share a desk on a machine without a secret store: the second opens it alone, if the server lets him."""

import asyncio

import pytest
from sqlalchemy import update

from ccbs_desk.domain.errors import DeskLocked, DeviceNotEnrolled, OfflineSignInUnknown, StoreKeyWrong, Unavailable
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import writing
from ccbs_desk.models.reference import Device
from ccbs_desk.services import outbox
from server_stub.demo.link import Link
from server_stub.seed import demo
from tests.factories.counter import Counter, open_till, payment, refused
from tests.factories.server import RunningServer
from tests.factories.words import told


@pytest.fixture
def counter(counter: Counter) -> Counter:
    """The desk, at which the first clerk has worked for a while."""

    async def first_day() -> None:
        async with counter.run() as program:
            session = await program.sign_in(demo.CLERK)
            await open_till(session)
            await session.act(await payment(session, 5_000), command_id=session.new_id())

    asyncio.run(first_day())
    return counter


def test_the_second_clerk_signs_in_after_a_restart_and_works(counter: Counter, link: Link) -> None:
    async def second_day() -> None:
        async with counter.run() as program:
            session = await program.sign_in(demo.CLERK_2)
            waiting = await session.read(outbox.summary)
            # The first clerk's work is all there: signed in, opened the till, took a payment; and this sign-in.
            assert waiting.unsent == 4
            program.sync()
            await program.told(lambda facts: facts.link == "online" and facts.unsent == 0)

    async def third_day() -> None:
        link.cut()
        async with counter.run() as program:
            session = await program.sign_in(demo.CLERK_2)
            assert session.person.login == demo.CLERK_2

    asyncio.run(second_day())
    asyncio.run(third_day())


def test_the_second_clerk_is_told_clearly_when_the_link_is_down(counter: Counter, link: Link) -> None:
    async def second_day() -> None:
        link.cut()
        async with counter.run() as program:
            reason = await refused(lambda: program.sign_in(demo.CLERK_2))
            assert reason == OfflineSignInUnknown()
            words = told(reason)
            assert words["en"][2] == "Sign in once while the link is up. After that it works without the link too."
            assert not program.stores
            session = await program.sign_in(demo.CLERK)
            assert (await session.read(outbox.summary)).unsent == 4

    asyncio.run(second_day())


def test_a_frozen_desk_opens_only_by_somebody_who_has_worked_there(counter: Counter, centre: RunningServer) -> None:
    with writing(centre.engine) as connection:
        connection.execute(update(table_of(Device)).where(Device.name == "counter").values(state="frozen"))

    async def second_day() -> None:
        async with counter.run() as program:
            reason = await refused(lambda: program.sign_in(demo.CLERK_2))
            assert reason == DeskLocked()
            told(reason)
            assert not program.client.signed_in
            await program.sign_in(demo.CLERK)
            await program.sign_in(demo.CLERK_2)

    asyncio.run(second_day())


def test_a_revoked_desk_opens_for_nobody_new(counter: Counter, centre: RunningServer) -> None:
    async def second_day() -> None:
        async with counter.run() as program:
            centre.parts.devices.revoke(program.enrolment.device_id)
            reason = await refused(lambda: program.sign_in(demo.CLERK_2))
            assert reason == DeviceNotEnrolled("revoked")
            told(reason)
            assert not program.stores
            with pytest.raises(Unavailable) as caught:
                program.keys.find(demo.CLERK_2, demo.PASSWORD, online=True)
            assert caught.value.reason == StoreKeyWrong()

    asyncio.run(second_day())


def test_the_disk_alone_opens_nothing(counter: Counter) -> None:
    async def first_again() -> bytes:
        async with counter.run() as program:
            await program.sign_in(demo.CLERK)
            (key,) = program.keys.ring.open_all(demo.CLERK, demo.PASSWORD)
            return key

    key = asyncio.run(first_again())
    kept = [path for path in counter.profile.rglob("*") if path.is_file()]
    assert len(kept) > 3
    for path in kept:
        raw = path.read_bytes()
        assert key not in raw, path
        assert key.hex().encode() not in raw, path
