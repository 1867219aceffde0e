"""An account leaves the area, or the device does: what is this desk's own stays, what is told of another area waits."""

import msgspec
import pytest
from sqlalchemy import func, select

from ccbs_desk.directory.index import StoreIndex
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import LedgerRow, Receipt
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.models.subscribers import Account, AccountScope, Subscriber
from ccbs_desk.services.tills import till_facts
from ccbs_desk.sync import anew
from ccbs_desk.sync.pull import Pull
from ccbs_desk.wire.messages import area_of_scope, scope_name
from server_stub.moves import Moves
from server_stub.seed import demo
from tests.sync.wire import Wire, run
from tests.sync.world import SyncedDesk, World


def number_of(desk: SyncedDesk) -> str:
    """Return the number of the demo account."""
    return desk.read(lambda c: c.execute(select(Account.number).where(Account.id == demo.ACCOUNT_ID)).scalar_one())


def test_an_account_that_leaves_takes_no_receipt_and_no_money_of_the_drawer(world: World) -> None:
    desk, other = world.desks[:2]
    desk.open_till()
    mine = desk.do(desk.payment(50_000)).command_id
    other.open_till()
    theirs = other.do(other.payment(20_000)).command_id
    world.heal()
    drawer = desk.read(till_facts, desk.till_id)
    moves = Moves(world.central.engine, world.clock, "root")
    moves.account(number_of(desk), add=[2], remove=[demo.AREA])
    pending = desk.do(desk.payment(10_000)).command_id
    for each in world.desks:
        each.heal()

    def left(model: type[LedgerRow] | type[Receipt]) -> set[object]:
        return set(desk.read(lambda c: c.execute(select(model.command_id).distinct()).scalars().all()))

    assert {mine, pending} <= left(LedgerRow)
    assert {mine, pending} <= left(Receipt)
    assert theirs not in left(LedgerRow)
    after = desk.read(till_facts, desk.till_id)
    assert drawer is not None
    assert after is not None
    assert desk.state(pending) == "home"
    gone = desk.read(lambda c: c.execute(select(Account.id).where(Account.id == demo.ACCOUNT_ID)).all())
    assert gone == []
    found = desk.read(StoreIndex().find, demo.NAME, 50)
    assert demo.ACCOUNT_ID not in {hit.account_id for hit in found}
    # Of what is left nothing counts as this area's: the two sides still agree.
    for name, wanted in world.central.rows().items():
        table = SYNCED[name]
        held = desk.read(lambda c, t=table: set(c.execute(select(t.c.id).where(in_scope(t, demo.AREA))).scalars()))  # type: ignore[misc]
        assert {row_id.bytes for row_id in held} == set(wanted), name
    assert desk.read(
        lambda c: c.execute(
            select(AccountScope.area_id).where(AccountScope.account_id == demo.ACCOUNT_ID)
        ).scalars().all()
    ) == [2]  # fmt: skip


def test_an_account_comes_to_a_second_area_while_work_on_it_is_unsent(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    desk.heal()
    act = desk.do(desk.payment(10_000)).command_id
    Moves(world.central.engine, world.clock, "root").account(number_of(desk), add=[2])
    world.heal()
    assert desk.state(act) == "home"
    scopes = desk.read(
        lambda c: (
            c.execute(select(AccountScope.area_id).where(AccountScope.account_id == demo.ACCOUNT_ID)).scalars().all()
        )
    )
    assert sorted(scopes) == [demo.AREA, 2]
    assert desk.read(lambda c: c.execute(select(func.count()).select_from(table_of(Subscriber))).scalar_one()) > 0


def test_a_page_of_another_area_is_not_written_and_the_area_is_loaded_first(world: World) -> None:
    desk = world.desks[0]
    world.desks[1].open_till()
    world.desks[1].heal()
    page = msgspec.structs.replace(desk.ask(), scope="area-2")
    wire = Wire(world.central, desk.device_id)

    async def follow() -> None:
        client = wire.client()
        client._tokens = wire.new_tokens()
        pull = Pull(desk.store, client, world.clock, lambda _applied: None)

        async def feed(_after: int, _limit: int | None = None) -> object:
            return page

        client.feed = feed  # type: ignore[method-assign,assignment]
        await pull.to_head()
        await pull.to_head()
        await client.close()

    before = desk.cursor
    run(follow())
    assert desk.cursor == before
    assert desk.read(desk_state.rescope) == desk_state.Rescope(2)
    assert desk.read(anew.is_due)


def test_a_page_says_whose_rows_it_has(world: World) -> None:
    page = world.central.page(world.desks[0].device_id, 0)
    told = anew.Known(desk_state.Cursor(0, 0), 0, "area-1")
    assert not anew.is_of_other_area(page, told)
    assert not anew.is_of_other_area(msgspec.structs.replace(page, scope="area-1"), told)
    assert anew.is_of_other_area(msgspec.structs.replace(page, scope="country"), told)


@pytest.mark.parametrize("area", [None, 1, 300])
def test_a_scope_is_named_and_read(area: int | None) -> None:
    assert area_of_scope(scope_name(area)) == area
    with pytest.raises(ValueError, match="invalid literal"):
        area_of_scope("nowhere")
