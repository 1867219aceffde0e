"""The server answers garbage: the desk goes on without it, says so in both languages, and loses and doubles nothing."""

import asyncio
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.domain.errors import LinkDown, OfflineSignInUnknown, ServerFault
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import LedgerRow, Receipt
from ccbs_desk.services import outbox
from ccbs_desk.services.session import Session
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.enrol import Enrolling, kept_enrolment
from ccbs_desk.sync.snapshots import FirstLoad, needed
from server_stub.demo.link import Link
from server_stub.seed import demo
from tests.factories.counter import QUICK, Counter, Run, open_till, payment, refused
from tests.factories.server import RunningServer
from tests.factories.words import told
from tests.stories.garbage import GARBAGE, Answer, answering


def at_the_server(centre: RunningServer, command_id: UUID) -> tuple[int, int]:
    """Return how many receipts an act has there, and the cash it moved."""
    cash = select(func.sum(LedgerRow.amount_minor)).where(
        LedgerRow.command_id == command_id, LedgerRow.ledger_account == "cash.till"
    )
    receipts = select(func.count()).select_from(Receipt).where(Receipt.command_id == command_id)
    with reading(centre.engine) as connection:
        return connection.execute(receipts).scalar_one(), int(connection.execute(cash).scalar_one() or 0)


async def a_bad_hour(program: Run, session: Session, port: int, what: Answer) -> UUID:
    """Take a payment while the server answers garbage; nothing is lost, and nobody is asked to mend anything."""
    async with answering(port, what) as garbage:
        done = await session.act(await payment(session, 1_000), command_id=session.new_id())
        await garbage.heard(5)
        facts = await program.told(lambda facts: facts.problem is not None)
        assert facts.link != "online"
        assert isinstance(facts.problem, ServerFault | LinkDown)
        told(facts.problem)
        assert await session.read(read_card, demo.ACCOUNT_ID, today=session.today) is not None
        waiting = await session.read(outbox.summary)
        assert (waiting.unsent, waiting.attention) == (1, 0)
    return done.command_id


def test_the_desk_works_on_meanwhile(counter: Counter, centre: RunningServer, link: Link) -> None:
    async def day() -> None:
        async with counter.run() as program:
            session = await program.sign_in()
            await open_till(session)
            program.sync()
            for name, what in GARBAGE.items():
                await program.home()
                await asyncio.to_thread(link.cut)
                act = await a_bad_hour(program, session, link.port, what)
                await asyncio.to_thread(link.mend)
                await program.home()
                assert at_the_server(centre, act) == (1, 1_000), name
            assert program.engines[-1].failures == 0

    asyncio.run(day())


def test_people_sign_in_as_without_a_link(counter: Counter, link: Link) -> None:
    async def yesterday() -> None:
        async with counter.run() as program:
            await program.sign_in()

    async def today(garbage: Answer) -> None:
        async with answering(link.port, garbage), counter.run() as program:
            assert await refused(lambda: program.sign_in(demo.CLERK_2)) == OfflineSignInUnknown()
            await program.sign_in()

    asyncio.run(yesterday())
    link.cut()
    for garbage in GARBAGE.values():
        asyncio.run(today(garbage))


def test_a_new_desk_keeps_nothing_of_it(tmp_path: Path) -> None:
    async def asked(garbage: Answer, folder: Path) -> None:
        async with answering(0, garbage) as answered:
            client = Client(f"http://127.0.0.1:{answered.port}")
            asking = Enrolling(client, DeviceIdentity.load_or_create(folder), folder, QUICK)
            reason = await refused(lambda: asking.ask("counter", demo.CARE_CENTRE_CODE))
            await client.close()
        assert isinstance(reason, ServerFault | LinkDown), reason
        told(reason)
        assert kept_enrolment(folder) is None

    for garbage in GARBAGE.values():
        asyncio.run(asked(garbage, tmp_path))


def test_a_first_load_of_garbage_leaves_the_store_empty(counter: Counter, link: Link) -> None:
    async def first_start() -> None:
        async with counter.run() as program:
            await program.signin.sign_in(demo.CLERK, demo.PASSWORD)
            load = FirstLoad(program.store, program.client, counter.profile / "loads", QUICK)
            await asyncio.to_thread(link.cut)
            for garbage in GARBAGE.values():
                async with answering(link.port, garbage):
                    reason = await refused(load.run)
                assert isinstance(reason, ServerFault | LinkDown), reason
                assert await asyncio.wrap_future(program.store.read(needed))
            await asyncio.to_thread(link.mend)
            await load.run()
            assert not await asyncio.wrap_future(program.store.read(needed))

    asyncio.run(first_start())
