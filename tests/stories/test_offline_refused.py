"""An act that was done offline is refused by the server: a person sees it, mends it, and nothing of the money moves."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import CloseTill
from ccbs_desk.domain.errors import ApprovalInvalid, DifferenceNeedsApproval
from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.domain.money import SYP
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.till import Note
from ccbs_desk.models.reference import Staff
from ccbs_desk.services import outbox
from ccbs_desk.services.session import Session
from ccbs_desk.services.tills import till_facts
from ccbs_desk.wire.codec import body_hash
from server_stub.seed import demo
from tests.factories.counter import open_till, refused
from tests.stories.centre import Centre, a_centre
from tests.stories.offline import counter_at, cut_off, home, mended, paid, posted, run, state_of, synced

FLOAT, TAKEN, LACKING = 10_000, 200_000, 60_000


@pytest.fixture
def centre(country_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """A centre with the demo country."""
    with a_centre(country_file, tmp_path / "centre") as running:
        yield running


async def close_of(session: Session, counted: int) -> CloseTill:
    """Return the close of the open session with a count."""
    till_id = session.place.till_id
    assert till_id is not None
    till = await session.read(till_facts, till_id)
    assert till is not None
    assert till.session_id is not None
    return CloseTill(till_id=till_id, session_id=till.session_id, counted=(Note(SYP, 100, counted // 100),))


async def approved(session: Session, command: CloseTill, command_id: UUID) -> Approval:
    """Return the supervisor's approval, given at this desk."""

    def id_of(connection: Connection) -> UUID:
        return connection.execute(select(Staff.id).where(Staff.login == demo.SUPERVISOR)).scalar_one()

    return Approval(await session.read(id_of), session.now(), body_hash(command, command_id), TILL_APPROVE_DIFFERENCE)


def test_a_refused_close_is_seen_and_mended(centre: Centre, tmp_path: Path) -> None:
    async def story() -> None:
        desk = await counter_at(centre, tmp_path / "desk")
        async with desk.run() as program:
            clerk = await program.sign_in()
            synced(program, clerk)
            await open_till(clerk)
            payment, _ = await paid(clerk, TAKEN)
            await home(program)
            await cut_off(centre, program)
            # Counted in a hurry: far too little, and a supervisor signs for it, who works here no longer.
            short = await close_of(clerk, FLOAT + TAKEN - LACKING)
            assert isinstance(
                await refused(lambda: clerk.act(short, command_id=clerk.new_id())), DifferenceNeedsApproval
            )
            wrong = clerk.new_id()
            await clerk.act(short, command_id=wrong, approvals=[await approved(clerk, short, wrong)])
            await program.told(lambda facts: facts.unsent == 1)
            centre.users.dismiss(demo.SUPERVISOR)
            await mended(centre)
            facts = await home(program)
            assert (facts.attention, await state_of(clerk, wrong)) == (1, "refused")
            # The person sees what was meant and why it does not stand; the till is open as before.
            [item] = await clerk.read(outbox.items, "attention")
            assert (item.command_id, item.meant, item.handled) == (wrong, short, False)
            assert item.reason == ApprovalInvalid("approval.not_entitled")
            assert item.can_amend
            assert await posted(clerk, wrong) == {}
            amendment = await clerk.read(outbox.amend_of, wrong)
            assert amendment is not None
            # Counted again, with more care.
            right = await close_of(clerk, FLOAT + TAKEN)
            mend = clerk.new_id()
            await clerk.act(right, command_id=mend, amends=amendment.amends)
            facts = await home(program)
            assert await state_of(clerk, mend) == "home"
            assert facts.attention == 0
            [seen] = [one for one in await clerk.read(outbox.items, "all") if one.command_id == wrong]
            assert (seen.handled, seen.amended_by) == (True, mend)
            assert (await posted(clerk, mend))[CASH_TILL] == -(FLOAT + TAKEN)
            assert centre.effects(payment).cash == TAKEN
            assert centre.effects(wrong).cash_legs == 0

    run(story())
    assert "clean" in centre.check()
