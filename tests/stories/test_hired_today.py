"""Somebody who was hired today is the first to sign in at a desk that has been there for long, and works."""

import asyncio

from ccbs_desk.services.tills import till_facts
from server_stub.demo.link import Link
from server_stub.seed import demo
from server_stub.users import NewUser, Users
from tests.factories.counter import Counter, open_till
from tests.factories.server import RunningServer

NEW = "newcomer"


def hire(centre: RunningServer, counter: Counter) -> None:
    """Hire a clerk at the centre; no desk has heard of it."""
    users = Users(centre.engine, counter.clock)
    staff_id = users.add(NewUser(NEW, "رنا الحلبي", "Rana Al-Halabi", demo.CARE_CENTRE_CODE, ("clerk",)))
    centre.parts.auth.passwords.set(staff_id, demo.PASSWORD)


def test_who_was_hired_today_opens_the_till_at_once_and_without_the_link_tomorrow(
    counter: Counter, centre: RunningServer, link: Link
) -> None:
    async def story() -> None:
        async with counter.run() as program:
            await program.sign_in(demo.CLERK)
        hire(centre, counter)
        async with counter.run() as program:
            session = await program.sign_in(NEW)
            await open_till(session)
            assert session.place.till_id is not None
            till = await session.read(till_facts, session.place.till_id)
            assert till is not None
            assert till.holder_id == session.person.id
        link.cut()
        async with counter.run() as program:
            assert (await program.sign_in(NEW)).person.name_en == "Rana Al-Halabi"

    asyncio.run(story())
