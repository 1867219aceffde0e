"""Two clerks work at one desk, one after the other, without a link: both days come home under the right names."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from ccbs_desk.domain.commands import CloseTill, SignOut
from ccbs_desk.domain.errors import CredentialsWrong, TillOfOtherClerk
from ccbs_desk.domain.money import SYP
from ccbs_desk.domain.till import Note
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import Receipt, TillSession
from ccbs_desk.services.session import Session
from ccbs_desk.services.tills import till_facts
from server_stub.seed import demo
from tests.factories.counter import Run, open_till, payment, refused
from tests.stories.centre import Centre, a_centre
from tests.stories.offline import counter_at, cut_off, home, mended, paid, run

FLOAT = 10_000


@pytest.fixture
def centre(country_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """A centre with the demo country."""
    with a_centre(country_file, tmp_path / "centre") as running:
        yield running


async def leave(program: Run, session: Session, drawer: int) -> None:
    """Count the drawer and sign out."""
    till_id = session.place.till_id
    assert till_id is not None
    till = await session.read(till_facts, till_id)
    assert till is not None
    assert till.session_id is not None
    closing = CloseTill(till_id=till_id, session_id=till.session_id, counted=(Note(SYP, 100, drawer // 100),))
    await session.act(closing, command_id=session.new_id())
    await session.act(SignOut(unsent=1), command_id=session.new_id())
    await program.signin.sign_out()


def receipts(centre: Centre) -> list[tuple[str, UUID]]:
    """Return the numbers of the receipts at the centre, and whose they are."""
    with reading(centre.engine) as connection:
        rows = connection.execute(select(Receipt.number, Receipt.staff_id).order_by(Receipt.occurred_at))
        return [(number, staff_id) for number, staff_id in rows]


def test_two_clerks_one_after_the_other(centre: Centre, tmp_path: Path) -> None:
    async def story() -> None:
        known = set(receipts(centre))
        desk = await counter_at(centre, tmp_path / "desk")
        async with desk.run() as program:
            # Both have signed in here before, with the link up.
            for login in (demo.CLERK, demo.CLERK_2):
                await program.sign_in(login)
                await program.signin.sign_out()
            await cut_off(centre)
            rana = await program.sign_in(demo.CLERK)
            await open_till(rana)
            _, first = await paid(rana, 100_000)
            # The other one can't use a drawer that is not counted, nor another's name.
            assert await refused(lambda: program.sign_in(demo.CLERK_2, "guess")) == CredentialsWrong()
            samer = await program.sign_in(demo.CLERK_2)
            act = await payment(samer, 100_000)
            taken = await refused(lambda: samer.act(act, command_id=samer.new_id()))
            assert isinstance(taken, TillOfOtherClerk)
            rana = await program.sign_in(demo.CLERK)
            await leave(program, rana, FLOAT + 100_000)
        async with desk.run() as program:
            samer = await program.sign_in(demo.CLERK_2)
            await open_till(samer)
            _, second = await paid(samer, 50_000)
            # Samer typed his password hours before the link came back; nobody has to type it again.
            program.sync()
            await mended(centre)
            facts = await home(program)
            assert facts.attention == 0
            new = [pair for pair in receipts(centre) if pair not in known]
            assert new == [(first, rana.person.id), (second, samer.person.id)]
            assert int(second[-6:]) == int(first[-6:]) + 1
            with reading(centre.engine) as connection:
                sessions = connection.execute(
                    select(TillSession.staff_id, TillSession.closed_at.is_not(None)).order_by(TillSession.opened_at)
                ).all()
            assert [tuple(row) for row in sessions[-2:]] == [(rana.person.id, True), (samer.person.id, False)]

    run(story())
    assert "clean" in centre.check()
