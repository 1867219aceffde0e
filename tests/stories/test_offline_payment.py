"""A payment is taken while the line is cut, brought home when it is mended, and seen at another desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccbs_desk.domain.errors import LinkDown
from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.domain.money import SYP, Money
from server_stub.seed import demo
from tests.factories.counter import open_till
from tests.factories.link import Spoil, junk, lost, portal
from tests.stories.centre import Centre, Effects, a_centre
from tests.stories.offline import counter_at, cut_off, home, mended, paid, posted, run, state_of, synced, until

AMOUNT = 250_000


@pytest.fixture
def centre(country_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """A centre with the demo country."""
    with a_centre(country_file, tmp_path / "centre") as running:
        yield running


def test_a_payment_taken_offline_is_brought_home_and_seen_elsewhere(centre: Centre, tmp_path: Path) -> None:
    async def story() -> None:
        here = await counter_at(centre, tmp_path / "here")
        there = await counter_at(centre, tmp_path / "there")
        async with here.run() as at_here, there.run() as at_there:
            clerk, other = await at_here.sign_in(demo.CLERK), await at_there.sign_in(demo.CLERK_2)
            synced(at_here, clerk)
            synced(at_there, other)
            await open_till(clerk)
            await home(at_here)
            await cut_off(centre, at_here, at_there)
            act, number = await paid(clerk, AMOUNT)
            waiting = await at_here.told(lambda facts: facts.unsent == 1)
            assert (waiting.link, waiting.sums, waiting.problem) == ("offline", (Money(AMOUNT, SYP),), LinkDown())
            assert centre.effects(act) == Effects(0, 0, (), 0, 0)
            await mended(centre)
            brought = await home(at_here)
            assert brought.problem is None
            assert await state_of(clerk, act) == "home"
            await at_there.told(lambda facts: facts.position >= brought.position)
            assert await posted(other, act) == await posted(clerk, act)
            assert centre.effects(act) == Effects(1, 1, (number,), 1, AMOUNT)

    run(story())
    assert "clean" in centre.check()


def test_answers_are_lost_while_much_is_sent_and_nothing_is_done_twice(centre: Centre, tmp_path: Path) -> None:
    async def story() -> None:
        here = await counter_at(centre, tmp_path / "here")
        async with here.run() as program:
            clerk = await program.sign_in()
            await open_till(clerk)
            synced(program, clerk)
            await home(program)
            await cut_off(centre, program)
            acts = [await paid(clerk, AMOUNT + 100 * number) for number in range(25)]
            centre.link.spoil("POST /v1/commands", lost, times=3)
            await mended(centre)
            # Applied at the centre, and this desk does not know it: then the line breaks altogether.
            await until(lambda: _sent(centre, 2))
            await cut_off(centre, program)
            await mended(centre)
            await home(program)
            for number, (act, receipt) in enumerate(acts):
                assert centre.effects(act) == Effects(1, 1, (receipt,), 1, AMOUNT + 100 * number)
                assert (await posted(clerk, act))[CASH_TILL] == AMOUNT + 100 * number
            assert len({receipt for _, receipt in acts}) == len(acts)

    run(story())
    assert "clean" in centre.check()


async def _sent(centre: Centre, times: int) -> bool:
    return centre.link.count("POST /v1/commands") >= times


@pytest.mark.parametrize(
    ("route", "spoil"),
    [
        ("POST /v1/commands", portal),
        ("GET /v1/feed", junk),
        ("GET /v1/live", portal),
        ("POST /v1/session", junk),
    ],
)
def test_a_server_that_answers_garbage_loses_nothing(centre: Centre, tmp_path: Path, route: str, spoil: Spoil) -> None:
    async def story() -> None:
        here = await counter_at(centre, tmp_path / "here")
        async with here.run() as program:
            clerk = await program.sign_in()
            await open_till(clerk)
            await cut_off(centre)
            act, number = await paid(clerk, AMOUNT)
            # Signed in again, so that the way to the tokens is spoiled too.
            program.client.forget()
            centre.link.spoil(route, spoil, times=1_000)
            await mended(centre)
            synced(program, clerk)
            await program.told(lambda facts: facts.problem is not None)
            assert await state_of(clerk, act) != "refused"
            centre.link.behave()
            brought = await home(program)
            assert brought.problem is None
            assert centre.effects(act) == Effects(1, 1, (number,), 1, AMOUNT)

    run(story())
    assert "clean" in centre.check()
