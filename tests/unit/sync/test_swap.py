"""The store is exchanged for one that was loaded beside it: what is the desk's own goes with it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from sqlalchemy import Connection, func, insert, select

from ccbs_desk.domain.errors import DeviceNotEnrolled, LinkDown, Refused, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.desk import Draft, Outbox
from ccbs_desk.models.money import LedgerRow, Receipt
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.models.store import Store
from ccbs_desk.models.subscribers import Account, AccountScope
from ccbs_desk.services.drafts import save_draft
from ccbs_desk.services.tills import till_facts
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.renewing import Anew
from ccbs_desk.sync.snapshots import Progress
from ccbs_desk.sync.swap import BESIDE, REPLACED, Swap, forget_others
from ccbs_desk.wire.messages import scope_name
from server_stub.feed import new_epoch
from server_stub.moves import Moves
from server_stub.seed import demo
from server_stub.snapshots import Snapshots
from tests.factories.desk import KEY, LONGEST_WAIT, MORNING
from tests.sync.wire import Wire, run
from tests.sync.world import SyncedDesk, World

THERE = 2
OTHER_KEY = bytes(reversed(KEY))


@dataclass
class Centre:
    """The server as a desk sees it that loads an area anew; `cuts` is how many of the next downloads break.

    The desk wants that `area`, unless it knows of another one (`wanted`).
    """

    world: World
    desk: SyncedDesk
    folder: Path
    area: int = demo.AREA
    wanted: int | None = None
    cuts: int = 0
    asked: list[str] = field(default_factory=list)
    told: list[Progress] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wire = Wire(self.world.central, self.desk.device_id, area_id=self.area)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the server does."""
        self.asked.append(request.url.path)
        if "/snapshot" not in request.url.path:
            return await self.wire._answer(request)
        built = Snapshots(self.world.central.engine, self.folder, lambda: MORNING, 0)
        try:
            info = built.build(self.area)
        finally:
            built.close()
        if request.url.path.endswith("/snapshot"):
            return httpx.Response(200, content=msgspec.json.encode(info))
        body = (self.folder / info.name).read_bytes()
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        if self.cuts:
            self.cuts -= 1
            return httpx.Response(206 if start else 200, content=_breaking(b""))
        return httpx.Response(206 if start else 200, content=body[start:])

    def swap(self) -> None:
        """Load the area and let it take the store's place."""

        async def story() -> None:
            client = Client("http://localhost:1", transport=httpx.MockTransport(self.answer))
            client._tokens = self.wire.new_tokens()
            device = desk_state.DeviceFacts(self.desk.device_id, self.wanted or self.area, self.desk.till_id)
            try:
                await Swap(self.desk.store, client, self.world.clock, Pace(sleep=_no_sleep)).run(
                    device, self.told.append
                )
            finally:
                await client.close()

        run(story())


async def _breaking(part: bytes) -> Any:
    yield part
    raise httpx.ReadError("cut")


async def _no_sleep(_seconds: float) -> None:
    return None


def count(desk: SyncedDesk, model: Any, *where: Any) -> int:
    """Return how many rows there are."""
    return desk.read(lambda c: c.execute(select(func.count()).select_from(model).where(*where)).scalar_one())


@pytest.fixture
def centre(world: World, tmp_path: Path) -> Centre:
    """A desk with work that is home, work that is answered, and work that nobody has heard of."""
    desk = world.desks[0]
    desk.open_till()
    desk.do(desk.payment(50_000))
    desk.heal()
    return Centre(world, desk, tmp_path / "built")


def test_the_same_area_again_loses_nothing_and_runs_what_is_unsent_on_top(centre: Centre) -> None:
    desk, world = centre.desk, centre.world
    answered = desk.do(desk.payment(20_000)).command_id
    desk.hear(desk.send())
    unsent = desk.do(desk.payment(10_000)).command_id
    desk.write(save_draft, desk.new_id(), kind="take_payment", staff_id=desk.people.clerk, subject="",
               fields={"amount": 7}, now=desk.clock())  # fmt: skip
    drawer, acts = desk.read(till_facts, desk.till_id), count(desk, Outbox)
    before = desk.rows()
    centre.swap()
    assert desk.rows() == before
    assert (desk.read(till_facts, desk.till_id), count(desk, Outbox), count(desk, Draft)) == (drawer, acts, 1)
    assert (desk.state(answered), desk.state(unsent)) == ("home", "pending")
    assert desk.undos() > 0
    assert {progress.step for progress in centre.told} == {"fetching", "writing", "indexing"}
    folder = desk.store.folder
    assert ((folder / BESIDE).exists(), (folder / REPLACED).exists()) == (False, True)
    desk.do(desk.payment(5_000))
    world.heal()
    world.assert_alike()
    forget_others(folder)
    assert not (folder / REPLACED).exists()


def test_another_area_brings_its_own_and_leaves_what_this_desk_did(centre: Centre) -> None:
    desk = centre.desk
    centre.area = centre.wire.area_id = THERE
    receipts = count(desk, Receipt)
    unsent = desk.do(desk.payment(10_000)).command_id
    centre.swap()
    device = desk.read(desk_state.device)
    assert device is not None
    assert device.area_id == THERE
    assert count(desk, Receipt, Receipt.command_id.in_(select(Outbox.command_id))) == receipts + 1
    assert count(desk, Account, Account.id == demo.ACCOUNT_ID) == 0
    assert count(desk, Account) > 0
    assert count(desk, AccountScope, AccountScope.account_id == demo.ACCOUNT_ID) == 1
    # It can't be run on top of what is not here; it is sent, and the centre knows.
    assert desk.state(unsent) == "pending"
    (answer,) = desk.send()
    assert answer.outcome == "applied"


def test_a_cut_is_gone_on_with(centre: Centre) -> None:
    # Five failures in a row, without a byte in between, end it for now.
    centre.cuts = 99
    with pytest.raises(Unavailable) as caught:
        centre.swap()
    assert caught.value.reason == LinkDown()
    before = centre.desk.rows()
    centre.cuts = 0
    centre.swap()
    assert centre.desk.rows() == before


@pytest.mark.parametrize("begun", ["another device's", "under another key", "whole"])
def test_what_was_begun_is_used_or_thrown_away(centre: Centre, begun: str) -> None:
    desk = centre.desk
    beside = Store(desk.store.folder / BESIDE, KEY if begun != "under another key" else OTHER_KEY)
    of = uuid4() if begun == "another device's" else desk.device_id
    beside.write(
        lambda c: desk_state.put(c, desk_state.DeviceFacts(of, demo.AREA, desk.till_id))
    ).result(LONGEST_WAIT)  # fmt: skip
    beside.close()
    before = desk.rows()
    centre.swap()
    assert desk.rows() == before


def test_a_load_that_was_begun_before_the_server_was_put_back_is_begun_anew(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = centre.desk

    def broken(_build: object) -> None:
        raise RuntimeError("the program ends here")

    monkeypatch.setattr(desk.store, "swap", broken)
    with pytest.raises(RuntimeError):
        centre.swap()
    assert (desk.store.folder / BESIDE).exists()
    monkeypatch.undo()
    epoch = new_epoch(centre.world.central.engine).epoch
    centre.asked.clear()
    # What was loaded is of a run of positions that is no more: it is thrown away, and loaded at the next try.
    centre.swap()
    assert not any("/snapshot" in path for path in centre.asked)
    assert not (desk.store.folder / REPLACED).exists()
    centre.swap()
    assert any("/snapshot" in path for path in centre.asked)
    # This store has not heard of it yet: first everything is sent again.
    assert desk.read(desk_state.renewal) == desk_state.Renewal(epoch)
    assert set(states(desk)) == {"pending"}
    assert not (desk.store.folder / REPLACED).exists()
    desk.hear(desk.send())
    centre.swap()
    assert (desk.store.folder / REPLACED).exists()
    assert desk.cursor.epoch == epoch
    assert set(states(desk)) == {"home"}


def test_a_device_that_belongs_to_yet_another_area_is_given_that_one_next(centre: Centre) -> None:
    desk = centre.desk
    centre.wire.area_id = THERE
    centre.area = THERE
    centre.wanted = demo.AREA
    centre.swap()
    assert desk.read(desk_state.rescope) == desk_state.Rescope(THERE)
    assert not any(path.endswith(".gz") for path in centre.asked)
    assert not (desk.store.folder / BESIDE).exists()
    assert not (desk.store.folder / REPLACED).exists()


def test_a_device_that_is_moved_while_its_area_is_loaded_is_given_the_other_one_next(centre: Centre) -> None:
    # The file was of the area that it had; what follows in the feed is of another one.
    desk, before = centre.desk, centre.desk.rows()
    centre.wire.area_id, centre.wire.scope = THERE, scope_name(THERE)
    centre.swap()
    assert desk.read(desk_state.rescope) == desk_state.Rescope(THERE)
    assert desk.rows() == before
    assert not (desk.store.folder / BESIDE).exists()
    assert not (desk.store.folder / REPLACED).exists()


def test_an_account_that_left_unseen_is_not_taken_for_one_of_the_area(centre: Centre) -> None:
    desk, world = centre.desk, centre.world
    number = desk.read(lambda c: c.execute(select(Account.number).where(Account.id == demo.ACCOUNT_ID)).scalar_one())
    Moves(world.central.engine, world.clock, "root").account(number, add=[THERE], remove=[demo.AREA])
    receipts = count(desk, Receipt)
    centre.swap()
    assert count(desk, Receipt) == receipts
    assert count(desk, LedgerRow, LedgerRow.account_id == demo.ACCOUNT_ID) > 0
    assert count(desk, Account, Account.id == demo.ACCOUNT_ID) == 0
    assert held_ids(desk) == wanted_ids(world)


def test_what_the_server_holds_no_longer_of_an_act_goes(centre: Centre) -> None:
    """A server that was put back may judge an act otherwise: a notice that it wrote then is no more."""
    desk, world = centre.desk, centre.world
    act = desk.read(lambda c: c.execute(select(Outbox.command_id)).scalars().first())
    row = {"id": uuid4(), "area_id": demo.AREA, "account_id": demo.ACCOUNT_ID, "till_id": desk.till_id,
           "command_id": act, "code": "payment.credit", "details": {}, "occurred_at": MORNING}  # fmt: skip
    desk.write(lambda c: c.execute(insert(SYNCED["notice"]), row))
    assert held_ids(desk)["notice"] != wanted_ids(world)["notice"]
    centre.swap()
    assert held_ids(desk) == wanted_ids(world)


def test_what_a_load_has_left_goes_when_none_is_due(centre: Centre) -> None:
    desk = centre.desk
    (desk.store.folder / BESIDE).mkdir()

    async def due() -> bool:
        client = Client("http://localhost:1", transport=httpx.MockTransport(centre.answer))
        try:
            return await Anew(desk.store, client, desk.clock, Pace()).due()
        finally:
            await client.close()

    desk.write(desk_state.put, fact=desk_state.Renewal("e"))
    assert run(due())
    assert (desk.store.folder / BESIDE).exists()
    desk.write(desk_state.drop, kind=desk_state.Renewal)
    assert not run(due())
    assert not (desk.store.folder / BESIDE).exists()


def test_a_store_of_no_desk_is_not_loaded_anew(centre: Centre) -> None:
    desk = centre.desk
    desk.write(desk_state.drop, kind=desk_state.DeviceFacts)

    async def load() -> None:
        client = Client("http://localhost:1", transport=httpx.MockTransport(centre.answer))
        try:
            await Anew(desk.store, client, desk.clock, Pace()).load()
        finally:
            await client.close()

    with pytest.raises(Refused) as caught:
        run(load())
    assert caught.value.reason == DeviceNotEnrolled("unknown")
    assert centre.asked == []


def held_ids(desk: SyncedDesk) -> dict[str, set[UUID]]:
    """Return what this desk takes for its area's."""

    def held(connection: Connection) -> dict[str, set[UUID]]:
        return {
            name: set(connection.execute(select(table.c.id).where(in_scope(table, demo.AREA))).scalars())
            for name, table in SYNCED.items()
        }

    return desk.read(held)


def wanted_ids(world: World) -> dict[str, set[UUID]]:
    """Return what the area holds."""
    return {name: {UUID(bytes=row_id) for row_id in rows} for name, rows in world.central.rows().items()}  # type: ignore[arg-type]


def states(desk: SyncedDesk) -> list[str]:
    """Return how the acts of the outbox stand."""
    return desk.read(lambda c: list(c.execute(select(Outbox.state)).scalars()))
