"""The first load: fetched with resume, used only when whole, all of it or nothing."""

import asyncio
import errno
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from ccbs_desk.domain.errors import DiskFull, LinkDown, ServerFault, SnapshotDamaged, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.desk import NameNote
from ccbs_desk.models.money import Receipt
from ccbs_desk.models.store import Store
from ccbs_desk.models.subscribers import Account
from ccbs_desk.sync import snapshots
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.snapshots import Cancelled, FirstLoad, Progress, needed
from ccbs_desk.wire.messages import SnapshotInfo
from server_stub.seed import demo
from server_stub.snapshots import Snapshots
from tests.factories.desk import KEY, LONGEST_WAIT, MORNING
from tests.sync.wire import Wire, run
from tests.sync.world import World

ASK = "/v1/snapshot"


@dataclass
class Shop:
    """A server that has one file, and a new desk that wants it."""

    info: SnapshotInfo
    body: bytes
    store: Store
    folder: Path
    client: Client
    asked: list[str] = field(default_factory=list)
    answers: list[SnapshotInfo] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    """After how many bytes each of the next downloads breaks."""
    told: list[Progress] = field(default_factory=list)
    ignores_range: bool = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the server does."""
        if request.url.path == ASK:
            info = self.answers.pop(0) if self.answers else self.info
            return httpx.Response(200, content=msgspec.json.encode(info))
        wanted = request.headers.get("Range", "")
        self.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and not self.ignores_range else 0
        rest = self.body[start:]
        status = 206 if wanted and not self.ignores_range else 200
        if self.cuts:
            return httpx.Response(status, content=_breaking(rest[: self.cuts.pop(0)]))
        return httpx.Response(status, content=rest)

    def load(self, **about: Any) -> FirstLoad:
        """Return the first load of the desk."""
        return FirstLoad(self.store, self.client, self.folder, Pace(sleep=_no_sleep, **about))

    def accounts(self) -> int:
        """Return how many accounts the desk holds."""
        return self.store.read(lambda c: c.execute(select(func.count()).select_from(Account)).scalar_one()).result()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was loaded."""
        return self.accounts() == 0 and self.store.read(needed).result(LONGEST_WAIT)


async def _breaking(part: bytes) -> Any:
    yield part
    raise httpx.ReadError("cut")


async def _no_sleep(_seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    """A new desk before a server with a file for it."""
    built = Snapshots(world.central.engine, tmp_path / "built", lambda: MORNING, 0)
    info = built.build(demo.AREA)
    built.close()
    store = Store(tmp_path / "new", KEY)
    body = (tmp_path / "built" / info.name).read_bytes()
    made = Shop(info, body, store, tmp_path / "loads", Client("http://localhost:1"))
    made.client = Client("http://localhost:1", transport=httpx.MockTransport(made.answer))
    made.client._tokens = Wire(world.central, world.desks[0].device_id).new_tokens()
    yield made
    asyncio.run(made.client.close())
    store.close()


def refused(work: Any) -> Any:
    """Return the reason for which a load ended."""
    with pytest.raises(Unavailable) as caught:
        run(work)
    return caught.value.reason


def test_a_new_desk_is_filled(shop: Shop, world: World) -> None:
    assert shop.store.read(needed).result()
    building = SnapshotInfo(name="", state="building", server_time=MORNING)
    shop.answers = [building, building]
    run(shop.load().run(shop.told.append))
    assert not shop.store.read(needed).result()
    steps = [progress.step for progress in shop.told]
    assert list(dict.fromkeys(steps)) == ["building", "fetching", "writing", "indexing"]
    for step, whole in (("fetching", shop.info.size), ("writing", shop.info.rows)):
        last = [progress for progress in shop.told if progress.step == step][-1]
        assert (last.done, last.whole) == (whole, whole)
    entries = select(NameNote.data).where(NameNote.name == "rows")
    indexed = shop.store.read(lambda c: c.execute(entries).scalar_one()).result()
    assert int(indexed) == shop.accounts() > 0
    cursor = world.desks[0].cursor
    assert (cursor.position, cursor.head) == (shop.info.position, shop.info.position)
    assert list(shop.folder.iterdir()) == []


def test_a_cut_goes_on_where_it_was(shop: Shop) -> None:
    third = shop.info.size // 3
    shop.cuts = [third, third]
    (shop.folder).mkdir()
    (shop.folder / "area-1-old.jsonl.gz.part").write_bytes(b"of an older file")
    run(shop.load().run())
    assert shop.asked == ["", f"bytes={third}-", f"bytes={2 * third}-"]
    assert shop.accounts() > 0


def test_a_load_that_was_given_up_goes_on_next_time(shop: Shop) -> None:
    shop.cuts = [100] + [0] * snapshots.TRIES
    assert refused(shop.load().run()) == LinkDown()
    assert shop.is_empty
    [part] = shop.folder.iterdir()
    assert part.stat().st_mode & 0o077 == 0
    # Nothing of the area's data lies on the disk in the clear: not even that it is a packed file can be seen.
    assert part.stat().st_size == 100
    assert not any(shop.body[n : n + 4] in part.read_bytes() for n in range(97))
    shop.cuts = []
    shop.asked.clear()
    run(shop.load().run())
    assert shop.asked == ["bytes=100-"]


def test_what_was_begun_under_a_key_that_is_gone_is_fetched_anew(shop: Shop) -> None:
    shop.folder.mkdir()
    (shop.folder / f"{shop.info.name}.part").write_bytes(shop.body[:100])
    run(shop.load().run())
    assert shop.asked == [""]
    assert shop.store.read(desk_state.load_key).result(LONGEST_WAIT) is None


def test_what_a_crash_left_of_a_load_is_removed(tmp_path: Path) -> None:
    snapshots.sweep(tmp_path / "never made")
    (tmp_path / "area-1-9.jsonl.gz.part").write_bytes(b"data of the area")
    snapshots.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_knows_no_ranges_is_not_believed(shop: Shop) -> None:
    shop.cuts = [100]
    shop.ignores_range = True
    assert refused(shop.load().run()) == ServerFault(200)
    assert shop.is_empty


def test_a_damaged_file_is_thrown_away_and_fetched_anew(shop: Shop) -> None:
    whole = shop.body
    shop.body = whole[:-1] + bytes([whole[-1] ^ 1])
    assert refused(shop.load().run()) == SnapshotDamaged()
    assert shop.is_empty
    assert list(shop.folder.iterdir()) == []
    shop.body = whole
    run(shop.load().run())
    assert shop.accounts() > 0


def test_more_than_was_announced_is_not_taken(shop: Shop) -> None:
    shop.body += bytes(1_000_000)
    run(shop.load().run())
    assert shop.accounts() > 0


@pytest.mark.parametrize(
    "line",
    [
        b"no json",
        b"{}",
        json.dumps({"table": "account", "rows": [{"id": "?"}]}).encode(),
        json.dumps({"table": "account", "rows": [1]}).encode(),
        b"\xff",
    ],
)
def test_a_file_that_is_whole_but_none_of_ours_changes_nothing(shop: Shop, line: bytes) -> None:
    shop.body = gzip.compress(gzip.decompress(shop.body) + line + b"\n")
    _sign(shop)
    assert refused(shop.load().run()) == SnapshotDamaged()
    assert shop.is_empty


def test_a_file_that_is_not_packed_changes_nothing(shop: Shop) -> None:
    shop.body = b"no gzip" * 10
    _sign(shop)
    assert refused(shop.load().run()) == SnapshotDamaged()
    assert shop.is_empty


def test_tables_of_a_newer_server_are_passed_over(shop: Shop) -> None:
    newer = json.dumps({"table": "tariff", "rows": [{"id": 1}]}).encode()
    shop.body = gzip.compress(newer + b"\n" + gzip.decompress(shop.body))
    _sign(shop)
    run(shop.load().run())
    assert shop.accounts() > 0


def _sign(shop: Shop) -> None:
    digest = hashlib.sha256(shop.body).hexdigest()
    shop.info = msgspec.structs.replace(shop.info, size=len(shop.body), sha256=digest)


@pytest.mark.parametrize("name", ["", "../keyslots.json", "/etc/passwd"])
def test_a_name_that_leads_elsewhere_is_not_followed(shop: Shop, name: str) -> None:
    shop.info = msgspec.structs.replace(shop.info, name=name)
    assert refused(shop.load().run()) == ServerFault(200)


def test_given_up_while_it_is_written(shop: Shop) -> None:
    async def story() -> None:
        task: asyncio.Task[None]

        def told(progress: Progress) -> None:
            if progress.step == "writing":
                task.cancel()

        task = asyncio.ensure_future(shop.load().run(told))
        with pytest.raises(asyncio.CancelledError):
            await task

    run(story())
    # Whether the last batch was quicker than the wish or not: all of it is there, or nothing.
    if shop.store.read(needed).result():
        assert shop.accounts() == 0


def test_writing_stops_when_it_is_given_up(shop: Shop) -> None:
    def told(_progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        shop.store.write(lambda c: snapshots.load(c, io.BytesIO(shop.body), shop.info, told)).result(LONGEST_WAIT)
    assert shop.is_empty


def test_a_full_disk_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_about: object) -> None:
            return None

        def write(self, _chunk: bytes) -> int:
            raise OSError(self.code, "no")

        code = errno.ENOSPC

    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, mode="r", *a: Full() if mode == "ab" else real(path, mode, *a))
    assert refused(shop.load().run()) == DiskFull()
    Full.code = errno.EIO
    with pytest.raises(OSError, match="no"):
        run(shop.load().run())


def test_a_load_over_a_store_with_work_of_its_own_carries_that_work_over(world: World, shop: Shop) -> None:
    desk = world.desks[0]
    desk.open_till()
    home = desk.do(desk.payment(50_000)).command_id
    desk.heal()
    unsent = desk.do(desk.payment(20_000)).command_id
    before = desk.rows()
    desk.write(snapshots.load, io.BytesIO(shop.body), shop.info, lambda _: None)
    found = desk.rows()
    # The load is older than what came by the feed; what was never sent stands on it.
    receipts = desk.read(lambda c: set(c.execute(select(Receipt.command_id)).scalars()))
    assert (unsent in receipts, home in receipts) == (True, False)
    assert len(found["subscriber"]) == len(before["subscriber"])
    assert desk.state(unsent) == "pending"
    world.heal()
    assert desk.state(unsent) == "home"
    world.assert_alike()
