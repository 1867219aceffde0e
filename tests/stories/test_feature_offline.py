"""A feature is ordered without a link: the exchange does it once the link is back, and only then it is charged."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.care_commands import AddFeature
from ccbs_desk.domain.care_errors import FeatureOnAlready, FeatureOrderOpen
from ccbs_desk.domain.ledger import UNBILLED
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.models.subscribers import LineFeature
from ccbs_desk.services.feature_offer import OfferedFeature, feature_offer
from ccbs_desk.services.order_feature import Ordered
from ccbs_desk.services.outbox import items
from ccbs_desk.services.session import Session
from server_stub.seed import demo
from tests.factories.server import until
from tests.stories.centre import Centre, a_centre
from tests.stories.offline import counter_at, cut_off, home, mended, run, state_of, synced
from tests.stories.offline import until as soon

SIMULATED = {"provisioning": "simulator", "provisioning_seconds": "0.1", "provisioning_delay": "0.5"}


async def offered(session: Session) -> OfferedFeature:
    """Return the first feature that costs something and can be added to the demo line."""
    offer = await session.read(feature_offer, demo.LINE_ID, today=session.today)
    assert offer is not None
    return next(each for each in offer.features if not each.on and each.against is None and each.charge.minor)


async def order(session: Session, wanted: OfferedFeature, *, days: int = 0) -> tuple[UUID, UUID]:
    """Order it; return the act and the order."""
    command = AddFeature(
        account_id=demo.ACCOUNT_ID,
        line_id=demo.LINE_ID,
        feature_id=wanted.feature_id,
        effective_on=session.today + timedelta(days=days),
    )
    done = await session.act(command, command_id=session.new_id())
    assert isinstance(done.result, Ordered)
    return done.command_id, done.result.order_id


def state_on(connection: Connection, order_id: UUID) -> str | None:
    """Return how an order stands, where it is known."""
    return connection.execute(select(ServiceOrder.state).where(ServiceOrder.id == order_id)).scalar_one_or_none()


def charged(connection: Connection, order_id: UUID) -> int:
    """Return what was charged for an order."""
    amount = select(func.coalesce(func.sum(LedgerRow.amount_minor), 0)).where(
        LedgerRow.command_id == order_id, LedgerRow.ledger_account == UNBILLED
    )
    return int(connection.execute(amount).scalar_one())


def is_on(connection: Connection, feature_id: UUID) -> int:
    """Return how often the feature is on the demo line."""
    on = select(func.count()).where(LineFeature.line_id == demo.LINE_ID, LineFeature.feature_id == feature_id)
    return connection.execute(on).scalar_one()


def test_an_order_without_a_link_is_done_and_charged_once_the_link_is_back(country_file: Path, tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        one, two = [await counter_at(centre, tmp_path / name) for name in ("one", "two")]
        async with one.run() as first, two.run() as second:
            rana, samer = await first.sign_in(demo.CLERK), await second.sign_in(demo.CLERK_2)
            for program, clerk in ((first, rana), (second, samer)):
                synced(program, clerk)
                await home(program)
            await cut_off(centre, first, second)
            wanted = await offered(rana)
            _, order_id = await order(rana, wanted)
            late, other_id = await order(samer, wanted, days=1)
            # The price was shown; nothing is charged before the exchange has done it.
            assert await rana.read(charged, order_id) == 0
            assert await rana.read(is_on, wanted.feature_id) == 0
            await second.engines[-1].stop()
            await mended(centre)
            await home(first)
            await soon(lambda: _is(rana, order_id, "completed"))
            assert await rana.read(charged, order_id) == wanted.charge.minor
            assert await rana.read(is_on, wanted.feature_id) == 1
            # The other desk comes back with the same wish: it is refused, told why, and its order is gone.
            second.sync()
            await home(second)
            assert await state_of(samer, late) == "refused"
            (refused,) = [item for item in await samer.read(items) if item.command_id == late]
            # Done by then, or still on its way to the exchange.
            assert isinstance(refused.reason, FeatureOrderOpen | FeatureOnAlready)
            assert await samer.read(state_on, other_id) is None
            await soon(lambda: _is(samer, order_id, "completed"))
            assert await samer.read(is_on, wanted.feature_id) == 1

    with a_centre(country_file, tmp_path / "centre", **SIMULATED) as centre:
        run(story(centre))
        assert "clean" in centre.check()


async def _is(session: Session, order_id: UUID, state: str) -> bool:
    return await session.read(state_on, order_id) == state


def test_a_server_that_is_killed_while_the_exchange_works_charges_once(country_file: Path, tmp_path: Path) -> None:
    async def ordered(centre: Centre) -> UUID:
        desk = await counter_at(centre, tmp_path / "desk")
        async with desk.run() as program:
            clerk = await program.sign_in(demo.CLERK)
            synced(program, clerk)
            _, order_id = await order(clerk, await offered(clerk))
            await home(program)
            return order_id

    def stands(centre: Centre, order_id: UUID, state: str) -> bool:
        with reading(centre.engine) as connection:
            return state_on(connection, order_id) == state

    slow = {**SIMULATED, "provisioning_delay": "3600"}
    with a_centre(country_file, tmp_path / "centre", **slow) as centre:
        order_id = asyncio.run(ordered(centre))
        until(lambda: stands(centre, order_id, "inProgress"))
        centre.kill()
    with a_centre(country_file, tmp_path / "centre", **{**SIMULATED, "provisioning_delay": "0"}) as centre:
        until(lambda: stands(centre, order_id, "completed"))
        with reading(centre.engine) as connection:
            legs = select(func.count()).where(LedgerRow.command_id == order_id)
            assert connection.execute(legs).scalar_one() == 2
            assert charged(connection, order_id) > 0
        assert "clean" in centre.check()
