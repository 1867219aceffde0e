"""The same bill is paid at two counters while the line is cut: nobody's money is refused, and both tills are told."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from ccbs_desk.domain.ledger import CASH_TILL, CUSTOMER_CREDIT, RECEIVABLE
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.services.notices import BECAME_CREDIT
from ccbs_desk.services.session import Session
from ccbs_desk.services.till_notices import told_at_till
from server_stub.seed import demo
from tests.factories.counter import open_till
from tests.stories.centre import Centre, a_centre
from tests.stories.offline import counter_at, cut_off, home, mended, paid, posted, run, synced


@pytest.fixture
def centre(country_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """A centre with the demo country."""
    with a_centre(country_file, tmp_path / "centre") as running:
        yield running


async def owed(session: Session) -> int:
    """Return what the demo account owes on its bills."""

    def total(connection: Connection) -> int:
        minor = select(func.sum(LedgerRow.amount_minor)).where(
            LedgerRow.account_id == demo.ACCOUNT_ID, LedgerRow.ledger_account == RECEIVABLE
        )
        return int(connection.execute(minor).scalar_one())

    return await session.read(total)


async def told(session: Session) -> list[tuple[str, UUID]]:
    """Return what the till shows on F6 and counts in the status bar: the code, and the act that it is about."""
    known = await session.read(told_at_till, session.place.till_id, now=session.now())
    return [(one.notice.code, one.notice.command_id) for one in known]


def test_the_second_payment_becomes_credit_and_both_tills_are_told(centre: Centre, tmp_path: Path) -> None:
    async def story() -> None:
        one, two = [await counter_at(centre, tmp_path / name) for name in ("one", "two")]
        async with one.run() as first, two.run() as second:
            rana, samer = await first.sign_in(demo.CLERK), await second.sign_in(demo.CLERK_2)
            for program, clerk in ((first, rana), (second, samer)):
                synced(program, clerk)
                await open_till(clerk)
                await home(program)
            due = await owed(rana)
            await cut_off(centre, first, second)
            here, _ = await paid(rana, due)
            there, _ = await paid(samer, due)
            # Neither knows of the other: both bills look settled by their own hand.
            assert await owed(rana) == await owed(samer) == 0
            await second.engines[-1].stop()
            await mended(centre)
            await home(first)
            second.sync()
            facts = await home(second)
            await first.told(lambda seen: seen.position >= facts.position)
            for clerk in (rana, samer):
                assert (await posted(clerk, here))[RECEIVABLE] == -due
                late = await posted(clerk, there)
                assert late[CUSTOMER_CREDIT] == -due
                assert RECEIVABLE not in late
                assert late[CASH_TILL] == (await posted(clerk, here))[CASH_TILL]
                assert await told(clerk) == [(BECAME_CREDIT, there)]
                assert await owed(clerk) == 0
            assert [centre.effects(act).cash_legs for act in (here, there)] == [1, 1]

    run(story())
    assert "clean" in centre.check()
