"""A damaged database: what was not sent is saved, the area is loaded anew, what was saved is sent, once."""

import asyncio
import io

import pytest
from sqlalchemy import Connection, select, text

from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.errors import StoreDamaged, Unavailable
from ccbs_desk.domain.store_errors import StorePartLost
from ccbs_desk.models import salvage
from ccbs_desk.models.central import ParkedCommand
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import Receipt
from ccbs_desk.models.store import MARK, STORE_FILE, Store
from ccbs_desk.services import outbox
from ccbs_desk.services.drafts import drafts_of, save_draft
from ccbs_desk.services.session import Session
from ccbs_desk.sync.enrol import kept_enrolment
from ccbs_desk.sync.rescue import PART, sweep
from ccbs_desk.wire.codec import decode_envelope
from server_stub.check import run_checks
from server_stub.demo.link import Link
from server_stub.seed import demo
from tests.factories.counter import Counter, Run, open_till, payment, refused
from tests.factories.damage import damage_table
from tests.factories.desk import LONGEST_WAIT
from tests.factories.server import RunningServer, until
from tests.factories.words import told

PAYMENTS = 3


async def a_day_offline(counter: Counter, link: Link) -> bytes:
    """Take money without the link, and leave a payment half typed. Return the key of the database."""
    async with counter.run() as program:
        session = await program.sign_in()
        program.sync()
        await open_till(session)
        await program.home()
        link.cut()
        await program.told(lambda facts: facts.link == "offline")
        for n in range(PAYMENTS):
            await session.act(await payment(session, 5_000 + n), command_id=session.new_id())
        await typed(session)
        await program.engines[-1].stop()
        # The line is there again, but nobody has sent anything yet.
        link.mend()
        return await asyncio.to_thread(program.keys.ring.open, demo.CLERK, demo.PASSWORD)


async def typed(session: Session) -> None:
    """Begin another payment."""
    await session.write(
        save_draft,
        session.new_id(),
        kind=TakePayment.KIND,
        staff_id=session.person.id,
        subject=str(demo.ACCOUNT_ID),
        fields={"amount": "١٠"},
        now=session.now(),
    )


async def works_on(program: Run, session: Session) -> None:
    """Everything that was saved goes home, and the series of receipts goes on where it was."""
    assert not (program.counter.profile / MARK).exists()
    assert (await session.read(outbox.summary)).unsent >= PAYMENTS
    program.sync()
    await program.home()
    assert len(await session.read(drafts_of, session.person.id, kind=TakePayment.KIND)) == 1
    assert await session.read(receipts) == [f"0001-A-{n:06}" for n in range(1, PAYMENTS + 1)]
    done = await session.act(await payment(session, 9_000), command_id=session.new_id())
    assert done.receipt_number == f"0001-A-{PAYMENTS + 1:06}"
    await program.home()


def receipts(connection: Connection) -> list[str]:
    """Return the numbers of the receipts."""
    return list(connection.execute(select(Receipt.number).order_by(Receipt.number)).scalars())


def parked_payments(centre: RunningServer) -> int:
    """Return how many payments wait for a person at the centre."""
    with reading(centre.engine) as connection:
        rows = connection.execute(select(ParkedCommand.raw)).scalars()
        return sum(isinstance(decode_envelope(raw).command, TakePayment) for raw in rows)


def clean(centre: RunningServer, expected: int) -> None:
    """Fail unless the centre has each receipt once, and keeps its promises."""
    with reading(centre.engine) as connection:
        assert receipts(connection) == [f"0001-A-{n:06}" for n in range(1, expected + 1)]
    out = io.StringIO()
    assert run_checks(centre.engine, out) == 0, out.getvalue()


def meet_the_damage(counter: Counter, key: bytes, table: str) -> None:
    """Read a damaged table at work: from then on nothing can be done with this database, nor after a new start."""
    store = Store(counter.profile, key)
    heard: list[bool] = []
    store.damaged.append(lambda: heard.append(True))
    for read in (table, "outbox"):
        with pytest.raises(Unavailable) as no:
            store.read(lambda connection, read=read: whole_table(connection, read)).result(LONGEST_WAIT)  # type: ignore[misc]
        assert no.value.reason == StoreDamaged()
    store.close()
    assert heard == [True]
    with pytest.raises(Unavailable) as no:
        Store(counter.profile, key)
    assert no.value.reason == StoreDamaged()


def whole_table(connection: Connection, table: str) -> int:
    """Read every row of a table."""
    return len(connection.execute(text(f'SELECT * FROM "{table}"')).all())


@pytest.mark.parametrize("table", ["alembic_version", "subscriber"])
def test_what_was_not_sent_is_saved_and_sent_from_a_new_database(
    counter: Counter, centre: RunningServer, link: Link, table: str
) -> None:
    key = asyncio.run(a_day_offline(counter, link))
    damage_table(counter.profile, key, table)
    if table != "alembic_version":
        meet_the_damage(counter, key, table)

    async def next_morning() -> None:
        async with counter.run() as program:
            session = await program.sign_in()
            await works_on(program, session)

    asyncio.run(next_morning())
    told(StoreDamaged())
    clean(centre, PAYMENTS + 1)
    # The damaged file is kept until everything is home.
    (aside,) = counter.profile.glob("damaged-*")
    assert {path.name for path in aside.iterdir()} >= {STORE_FILE, salvage.FILE}
    sweep(counter.profile)
    assert not aside.exists()


def test_without_the_link_it_is_saved_at_once_and_loaded_when_the_link_is_back(
    counter: Counter, centre: RunningServer, link: Link
) -> None:
    key = asyncio.run(a_day_offline(counter, link))
    damage_table(counter.profile, key, "alembic_version")

    async def story() -> None:
        link.cut()
        async with counter.run() as program:
            assert await refused(program.sign_in) == StoreDamaged()
            kept = salvage.saved(counter.profile, key)
            assert kept is not None
            assert kept.whole
            assert kept.acts >= PAYMENTS
            # Sealed: nobody reads in it what the database would not tell.
            assert b"TakePayment" not in (counter.profile / salvage.FILE).read_bytes()
            assert not list(counter.profile.glob("damaged-*"))
            link.mend()
            await works_on(program, await program.sign_in())

    asyncio.run(story())
    clean(centre, PAYMENTS + 1)


def test_a_desk_that_lost_acts_is_let_in_anew_and_what_was_saved_waits_for_a_person(
    counter: Counter, centre: RunningServer, link: Link
) -> None:
    key = asyncio.run(a_day_offline(counter, link))
    damage_table(counter.profile, key, "desk_state")

    async def story() -> None:
        async with counter.run() as program:
            device = program.enrolment.device_id
            reason = await refused(program.sign_in)
            assert isinstance(reason, StorePartLost)
            assert reason.saved >= PAYMENTS
            told(reason)
        # The next start asks to be let in; the centre's supervisor takes the desk of before out of service.
        assert kept_enrolment(counter.profile) is None
        await asyncio.to_thread(centre.parts.devices.revoke, device)
        await counter.enrol(centre.parts.devices)
        async with counter.run() as program:
            session = await program.sign_in()
            assert program.enrolment.device_id != device
            waiting = await session.read(outbox.items, "attention")
            assert [item.state for item in waiting if item.kind == TakePayment.KIND] == ["frozen"] * PAYMENTS
            assert [item.receipt_number for item in waiting if item.receipt_number][-1] == "0001-A-000001"
            program.sync()
            await program.told(lambda facts: facts.link == "online")
            # The centre keeps the bytes of the others: a person books them there.
            await asyncio.to_thread(until, lambda: parked_payments(centre) == PAYMENTS)

    asyncio.run(story())
    # The support may still save more from it.
    sweep(counter.profile)
    (aside,) = counter.profile.glob("damaged-*")
    assert (aside / PART).exists()
