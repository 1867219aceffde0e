"""A desk that is shut out lets the subscribers' data go at once; what it has not sent stays, and so does the drawer."""

from concurrent.futures import Future

import pytest
from sqlalchemy import func, select

from ccbs_desk.domain.errors import DiskFull, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Draft, NameBlob, Outbox
from ccbs_desk.models.money import LedgerRow, Receipt
from ccbs_desk.models.reference import Staff
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.services.drafts import save_draft
from ccbs_desk.services.tills import till_facts
from ccbs_desk.sync.revoked import KEPT, drop_replica, shut_out
from ccbs_desk.sync.swap import REPLACED
from tests.sync.wire import run
from tests.sync.world import SyncedDesk, World


def how_many(desk: SyncedDesk, table: str) -> int:
    """Return how many rows there are."""
    named = {**SYNCED, **{model.__tablename__: table_of(model) for model in (Outbox, Draft, NameBlob)}}[table]
    return desk.read(lambda c: c.execute(select(func.count()).select_from(named)).scalar_one())


def test_the_data_goes_and_the_work_stays(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    desk.do(desk.payment(50_000))
    desk.heal()
    unsent = desk.do(desk.payment(20_000)).command_id
    desk.write(save_draft, desk.new_id(), kind="take_payment", staff_id=desk.people.clerk, subject="",
               fields={"amount": 7}, now=desk.clock())  # fmt: skip
    drawer = desk.read(till_facts, desk.till_id)
    acts = how_many(desk, "outbox")
    assert desk.write(drop_replica)
    area = {name for name, table in SYNCED.items() if table.info["sync"] == "area"}
    assert {name for name in area if how_many(desk, name)} == KEPT
    ledger = desk.read(lambda c: c.execute(select(LedgerRow.till_id, LedgerRow.command_id)).all())
    assert all(row.till_id == desk.till_id for row in ledger)
    assert how_many(desk, Receipt.__tablename__) == how_many(desk, NameBlob.__tablename__) == desk.undos() == 0
    assert (how_many(desk, "outbox"), how_many(desk, "draft")) == (acts, 1)
    assert desk.state(unsent) == "pending"
    assert how_many(desk, Staff.__tablename__) > 0
    facts = desk.read(desk_state.device)
    assert facts is not None
    assert facts.revoked
    assert desk.read(till_facts, desk.till_id) == drawer


def test_doing_it_again_changes_nothing(world: World) -> None:
    desk = world.desks[0]
    assert desk.write(drop_replica)
    assert not desk.write(drop_replica)


def test_what_can_not_be_removed_now_is_removed_at_the_next_no(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = world.desks[0]

    def full(_act: object) -> Future[bool]:
        future: Future[bool] = Future()
        future.set_exception(Unavailable(DiskFull()))
        return future

    monkeypatch.setattr(desk.store, "write", full)
    assert not run(shut_out(desk.store))
    monkeypatch.undo()
    (desk.store.folder / REPLACED).touch()
    assert run(shut_out(desk.store))
    assert not (desk.store.folder / REPLACED).exists()
    assert not run(shut_out(desk.store))
