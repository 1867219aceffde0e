"""Following the feed: whole pages in order, and a page that can't be written held, never passed over."""

import httpx
import msgspec
import pytest

from ccbs_desk.domain.errors import DiskFull, ServerFault, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.subscribers import Account
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pull import HELD_SECONDS, Pull, catch_up
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.wire.messages import Change, FeedPage, SignInRequest
from server_stub.feed import new_epoch
from tests.sync.wire import Fault, Wire, cut, garbage, run
from tests.sync.world import SyncedDesk, World


class Pulling:
    """A pull over a wire, signed in, with a clock to turn."""

    def __init__(self, world: World) -> None:
        self.desk = world.desks[2]
        self.wire = Wire(world.central, self.desk.device_id)
        self.client: Client = self.wire.client()
        self.told: list[Applied] = []
        self.time = 100.0
        self.pull = Pull(self.desk.store, self.client, self.desk.clock, self.told.append, monotonic=lambda: self.time)

    async def __aenter__(self) -> "Pulling":
        asked = SignInRequest(login="c", password="right", device_id=self.desk.device_id, nonce="", signature="")
        await self.client.sign_in(asked)
        return self

    async def __aexit__(self, *_about: object) -> None:
        await self.client.close()

    def spoiled(self, position: int) -> Fault:
        """Return a fault that spoils the row at a position in whatever page it comes."""

        def spoil(request: httpx.Request) -> httpx.Response:
            asked = request.url.params
            limit = int(asked.get("limit", "2000"))
            page = self.wire.central.page(self.desk.device_id, int(asked["after"]), limit)
            changes = tuple(_spoiled(c) if c.position == position else c for c in page.changes)
            return httpx.Response(200, content=msgspec.json.encode(msgspec.structs.replace(page, changes=changes)))

        return spoil


def _spoiled(change: Change) -> Change:
    return msgspec.structs.replace(change, row={**(change.row or {}), "area_id": "here"})


def some_changes(world: World, count: int) -> None:
    """Let the centre change something a few times."""
    row = world.central.row(table_of(Account), world.desks[0].account_id)
    for number in range(count):
        world.central.write(table_of(Account), {**row, "bill_language": ("ar", "en")[number % 2]})


def position(desk: SyncedDesk) -> int:
    """Return how far the feed was followed."""
    return desk.cursor.position


def test_pages_are_followed_to_the_head(world: World) -> None:
    some_changes(world, 5)

    async def story() -> None:
        async with Pulling(world) as pulling:
            small = lambda request: one_at_a_time(pulling, request)  # noqa: E731 - a fault is a function
            pulling.wire.fault("feed", *[small] * 3)
            await pulling.pull.to_head()
            assert position(pulling.desk) == world.central.head == 5
            assert pulling.wire.asked.count("feed") == 4
            assert [applied.accounts for applied in pulling.told] == [{pulling.desk.account_id}] * 4
            assert pulling.pull.problem is None

    run(story())


def one_at_a_time(pulling: Pulling, request: httpx.Request) -> httpx.Response:
    """Answer with a page of one change."""
    page = pulling.wire.central.page(pulling.desk.device_id, int(request.url.params["after"]), 1)
    return httpx.Response(200, content=msgspec.json.encode(page))


def test_a_poisoned_position_is_held_and_all_before_it_is_written(world: World) -> None:
    some_changes(world, 6)

    async def story() -> None:
        async with Pulling(world) as pulling:
            pulling.wire.fault("feed", *[pulling.spoiled(4)] * 20)
            await pulling.pull.to_head()
            assert position(pulling.desk) == 3
            assert pulling.pull.problem == ServerFault(200)
            assert pulling.pull.unreadable == 2
            # Held: it is not asked for again until some time has passed.
            before = len(pulling.wire.asked)
            await pulling.pull.to_head()
            assert len(pulling.wire.asked) == before
            pulling.time += HELD_SECONDS
            await pulling.pull.to_head()
            assert position(pulling.desk) == 3
            # It was damaged on the way only.
            pulling.wire.faults.clear()
            pulling.time += HELD_SECONDS
            await pulling.pull.to_head()
            assert position(pulling.desk) == 6
            assert pulling.pull.problem is None

    run(story())


def test_a_server_that_stays_on_the_spot_is_at_fault(world: World) -> None:
    async def story() -> None:
        async with Pulling(world) as pulling:
            now = world.clock()
            stuck = FeedPage(after=0, reached=0, head=9, more=True, changes=(), server_time=now)
            pulling.wire.fault("feed", garbage(200, msgspec.json.encode(stuck)))
            with pytest.raises(Unavailable) as caught:
                await pulling.pull.to_head()
            assert caught.value.reason == ServerFault(200)

    run(story())


def test_a_page_out_of_order_is_held(world: World) -> None:
    some_changes(world, 2)

    async def story() -> None:
        async with Pulling(world) as pulling:
            gap = world.central.page(pulling.desk.device_id, 1)
            pulling.wire.fault("feed", garbage(200, msgspec.json.encode(gap)))
            await pulling.pull.to_head()
            assert position(pulling.desk) == 0
            assert pulling.pull.problem == ServerFault(200)

    run(story())


def test_a_full_disk_is_no_fault_of_the_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_connection: object, _page: object) -> Applied:
        raise Unavailable(DiskFull())

    monkeypatch.setattr("ccbs_desk.sync.pull.apply_page", full)

    async def story() -> None:
        async with Pulling(world) as pulling:
            with pytest.raises(Unavailable) as caught:
                await pulling.pull.to_head()
            assert caught.value.reason == DiskFull()
            assert pulling.pull.unreadable == 0

    run(story())


def test_before_work_begins_the_desk_catches_up_as_far_as_it_can(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_connection: object, _page: object) -> Applied:
        raise Unavailable(DiskFull())

    async def story() -> None:
        async with Pulling(world) as pulling:
            desk = pulling.desk
            some_changes(world, 2)
            pulling.wire.fault("feed", cut)
            await catch_up(desk.store, pulling.client, desk.clock)
            assert position(desk) == 0
            await catch_up(desk.store, pulling.client, desk.clock)
            assert position(desk) == 2
            monkeypatch.setattr("ccbs_desk.sync.pull.apply_page", full)
            with pytest.raises(Unavailable) as caught:
                await catch_up(desk.store, pulling.client, desk.clock)
            assert caught.value.reason == DiskFull()

    run(story())


def test_a_server_that_was_put_back_is_seen_before_anything_is_sent_while_another_area_is_due(world: World) -> None:
    async def story() -> None:
        async with Pulling(world) as pulling:
            desk = pulling.desk
            desk.open_till()
            desk.heal()
            desk.write(desk_state.put, fact=desk_state.Rescope(2))
            await pulling.pull.look()
            assert desk.read(desk_state.renewal) is None
            epoch = new_epoch(world.central.engine).epoch
            await pulling.pull.look()
            assert desk.read(desk_state.renewal) == desk_state.Renewal(epoch)
            asked = len(pulling.wire.asked)
            await pulling.pull.look()
            assert len(pulling.wire.asked) == asked

    run(story())
