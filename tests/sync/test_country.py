"""The published directory comes to a desk from a real server: cut and resumed, checked, then kept fresh."""

import asyncio
import logging
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec
import pytest

from ccbs_desk.directory import sqlite
from ccbs_desk.directory.origin import Origin, origin_of, put_origin
from ccbs_desk.directory.query import Pair, Query
from ccbs_desk.directory.sqlite import SqliteStorage
from ccbs_desk.domain.directory_errors import DirectoryAbsent
from ccbs_desk.domain.errors import (
    DiskFull,
    LinkDown,
    NewerServer,
    ServerFault,
    SignInNeeded,
    SnapshotDamaged,
    Unavailable,
)
from ccbs_desk.services.listings import DIRECTORY_FILE, Coming, Listings
from ccbs_desk.sync import country
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.country import CountryDirectory
from ccbs_desk.sync.pace import Pace
from ccbs_desk.wire.directory import DirectoryChanges, ListingChange, ListingForm
from server_stub.feed import new_epoch
from server_stub.seed import demo
from tests.factories.published import NEW_NAME, a_listing, add_listing, change_listing, ready_directory
from tests.factories.server import RunningServer, SignedIn, started, until

T = TypeVar("T")
FILES = "/v1/directory/files/"
ASKED = Query(NEW_NAME)
Spoiling = Callable[[httpx.Request, bytes], bytes]


class Line(httpx.AsyncBaseTransport):
    """The way to the server. It counts what is asked, cuts files after some bytes, or changes what comes."""

    def __init__(self) -> None:
        self._http = httpx.AsyncHTTPTransport()
        self.fetched: list[str] = []
        self.cuts: list[int] = []
        self.spoil: Spoiling | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Bring a request there, and what comes back, or some of it."""
        answer = await self._http.handle_async_request(request)
        is_file = request.url.path.startswith(FILES)
        if is_file:
            self.fetched.append(request.headers.get("range", ""))
        if self.spoil is None and not (is_file and self.cuts):
            return answer
        body = await answer.aread()
        await answer.aclose()
        if self.spoil is not None:
            body = self.spoil(request, body)
        if is_file and self.cuts:
            return httpx.Response(answer.status_code, content=_breaking(body[: self.cuts.pop(0)]))
        return httpx.Response(answer.status_code, content=body)

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()


async def _breaking(part: bytes) -> AsyncIterator[bytes]:
    yield part
    raise httpx.ReadError("cut")


@dataclass
class Desk:
    """A desk that has no directory yet."""

    server: RunningServer
    session: SignedIn
    profile: Path
    listings: Listings
    line: Line = field(default_factory=Line)
    seen: list[Coming] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where a file is while it is fetched."""
        return self.profile / "directory"

    def run(self, act: Callable[[CountryDirectory], Coroutine[Any, Any, T]], signed_in: bool = True) -> T:
        """Do something with the desk's directory, on a loop and with a client of its own."""

        async def doing() -> T:
            client = Client(self.server.url, transport=self.line)
            if signed_in:
                client._tokens, client._device_id = self.session.tokens, self.session.desk.device_id
            try:
                return await act(CountryDirectory(client, self.listings, self.folder, Pace(sleep=self._sleep)))
            finally:
                self.line._http = httpx.AsyncHTTPTransport()
                await client.close()

        return asyncio.run(doing())

    def refresh(self) -> None:
        """Bring the directory here, or what has changed."""
        self.run(CountryDirectory.refresh)

    def fails(self) -> object:
        """Try it; return the reason for which it did not come."""
        with pytest.raises(Unavailable) as caught:
            self.refresh()
        return caught.value.reason

    def serve(self, enough: Callable[[], bool], signed_in: bool = True) -> None:
        """Let it go by itself until it is enough."""

        async def serving(keeper: CountryDirectory) -> None:
            keeper.start()
            keeper.start()
            async with asyncio.timeout(30):
                while not enough():
                    await asyncio.sleep(0)
            await keeper.stop()
            await keeper.stop()

        self.run(serving, signed_in)

    def found(self, query: Query = ASKED) -> list[str]:
        """Return the names that the desk finds."""
        return [hit.name for hit in asyncio.run(self.listings.search(query)).hits]

    @property
    def origin(self) -> Origin:
        """How far the desk's index is."""
        origin = origin_of(self.listings.path)
        assert origin is not None
        return origin

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seen.append(self.listings.coming)
        await asyncio.sleep(0.005)


@pytest.fixture(params=["sqlite"])
def central(request: pytest.FixtureRequest, country_file: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A server with the demo country."""
    with started(request, country_file, tmp_path) as server:
        yield server


@pytest.fixture
def desk(central: RunningServer, tmp_path: Path) -> Iterator[Desk]:
    """A clerk's desk before that server."""
    session = central.sign_in(central.enrolled_desk(demo.CARE_CENTRE_CODE))
    profile = tmp_path / "profile"
    profile.mkdir()
    made = Desk(central, session, profile, Listings(profile / DIRECTORY_FILE))
    yield made
    made.listings.close()


def test_the_directory_comes_and_is_asked_at_once(desk: Desk) -> None:
    with pytest.raises(Unavailable) as caught:
        desk.found()
    assert caught.value.reason == DirectoryAbsent()
    assert not desk.listings.is_there
    desk.refresh()
    assert desk.listings.is_there
    somebody = a_listing(desk.server)["name"]
    assert somebody in desk.found(Query(somebody))
    assert list(desk.folder.iterdir()) == []
    assert desk.line.fetched == [""]


def test_a_cut_in_the_middle_goes_on_where_it_was_also_after_a_restart(desk: Desk) -> None:
    desk.line.cuts = [3_000, 2_000]
    assert desk.fails() == LinkDown()
    assert desk.listings.coming.done == 3_000
    assert 0 < desk.listings.coming.percent < 100
    assert not desk.listings.is_there
    assert desk.fails() == LinkDown()
    desk.refresh()
    assert desk.line.fetched == ["", "bytes=3000-", "bytes=5000-"]
    assert desk.listings.is_there


def test_a_file_that_came_whole_before_the_desk_ended_is_not_fetched_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ended:
        ended.setattr(country, "_is_whole", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            desk.refresh()
    desk.refresh()
    assert desk.line.fetched == [""]
    assert desk.listings.is_there


def _power_cut(*_about: object) -> bool:
    raise KeyboardInterrupt


def test_a_file_that_is_not_what_was_announced_is_thrown_away_and_told(desk: Desk) -> None:
    desk.line.spoil = lambda request, body: body[:-1] + b"x" if FILES in request.url.path else body
    assert desk.fails() == SnapshotDamaged()
    assert not desk.listings.is_there
    assert list(desk.folder.iterdir()) == []
    desk.line.spoil = None
    desk.refresh()
    assert desk.line.fetched == ["", ""]
    assert desk.listings.is_there


def test_more_than_was_announced_is_not_kept_and_less_is_a_cut(desk: Desk) -> None:
    desk.line.spoil = lambda request, body: body[:-5] if FILES in request.url.path else body
    assert desk.fails() == LinkDown()
    desk.line.spoil = lambda request, body: body + b"more" if FILES in request.url.path else body
    desk.refresh()
    assert desk.listings.is_there


def test_what_is_begun_of_another_file_goes(desk: Desk) -> None:
    desk.folder.mkdir()
    (desk.folder / "country-1-00000000.index.gz.part").write_bytes(b"old")
    desk.line.cuts = [1_000]
    assert desk.fails() == LinkDown()
    (part,) = desk.folder.iterdir()
    assert part.stat().st_size == 1_000


@pytest.mark.parametrize("name", ["", "../x"])
def test_a_name_that_leads_elsewhere_is_no_answer(desk: Desk, name: str) -> None:
    def spoil(request: httpx.Request, body: bytes) -> bytes:
        told = msgspec.json.decode(body)
        return msgspec.json.encode(told | {"name": name, "state": "ready"}) if "name" in told else body

    desk.line.spoil = spoil
    assert isinstance(desk.fails(), ServerFault)


def test_a_format_that_this_version_can_not_read_is_not_fetched(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.line.spoil = lambda _request, body: body.replace(b'"format":"1"', b'"format":"99"')
    assert desk.fails() == NewerServer("directory.format")
    assert "can't read: 99" in caplog.text
    assert desk.line.fetched == []


def test_an_index_that_is_here_is_kept_where_the_next_one_can_not_be_read(desk: Desk) -> None:
    desk.refresh()
    first = desk.origin
    new_epoch(desk.server.engine)
    desk.line.spoil = lambda _request, body: body.replace(b'"format":"1"', b'"format":"99"')
    desk.refresh()
    assert desk.origin == first
    assert desk.line.fetched == [""]


def test_an_index_that_is_damaged_on_its_disk_is_fetched_anew(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.refresh()
    add_listing(desk.server)
    whole = bytearray(desk.listings.path.read_bytes())
    # Not the first page, by which the file opens.
    whole[8192 : 2 * 8192] = b"\xa5" * 8192
    desk.listings.path.write_bytes(whole)
    assert origin_of(desk.listings.path) is not None
    desk.refresh()
    assert "fetched anew" in caplog.text
    assert desk.found()[0] == NEW_NAME
    assert desk.line.fetched == ["", ""]


def test_an_index_that_somebody_else_holds_is_not_fetched_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.refresh()
    add_listing(desk.server)
    monkeypatch.setattr(sqlite, "_PATIENCE", 0.01)
    holder = SqliteStorage.open(desk.listings.path, write=True)
    with holder.writing(), pytest.raises(sqlite3.OperationalError):
        desk.refresh()
    holder.close()
    desk.refresh()
    assert desk.found()[0] == NEW_NAME
    assert desk.line.fetched == [""]


def test_listings_that_came_changed_and_went_are_so_here_while_one_asks(desk: Desk) -> None:
    desk.refresh()
    assert NEW_NAME not in desk.found()
    listing = add_listing(desk.server)
    desk.refresh()
    assert desk.found()[0] == NEW_NAME
    before = desk.origin.position
    change_listing(desk.server, listing, listed=False)
    desk.refresh()
    assert NEW_NAME not in desk.found()
    assert desk.origin.position > before
    desk.refresh()
    assert desk.line.fetched == [""]


def test_what_changed_while_the_file_was_on_its_way_is_there_at_once(desk: Desk) -> None:
    desk.line.cuts = [1_000]
    assert desk.fails() == LinkDown()
    add_listing(desk.server)
    desk.refresh()
    assert desk.found()[0] == NEW_NAME


def test_changes_that_come_twice_change_nothing(desk: Desk) -> None:
    desk.refresh()
    before = desk.origin
    add_listing(desk.server)
    desk.refresh()
    storage = SqliteStorage.open(desk.listings.path, write=True)
    with storage.writing():
        put_origin(storage, before)
    storage.close()
    desk.refresh()
    assert desk.found().count(NEW_NAME) == 1
    assert desk.origin.position > before.position


def test_a_server_that_was_put_back_sends_its_file_anew(desk: Desk) -> None:
    desk.refresh()
    add_listing(desk.server)
    desk.refresh()
    assert desk.found()[0] == NEW_NAME
    change_listing(desk.server, desk_listing(desk), listed=False)
    head = new_epoch(desk.server.engine)
    desk.refresh()
    assert NEW_NAME not in desk.found()
    assert desk.origin.epoch == head.epoch
    assert desk.line.fetched == ["", ""]


def desk_listing(desk: Desk) -> UUID:
    """Return the id of the listing that was added, as the desk finds it."""
    return UUID(asyncio.run(desk.listings.search(ASKED)).hits[0].id)


def test_what_was_taught_is_known_in_the_index_that_comes_after(desk: Desk) -> None:
    desk.refresh()
    pair = Pair("الخطبب", "الخطيب", 1)
    asyncio.run(desk.listings.learn([pair]))
    new_epoch(desk.server.engine)
    desk.refresh()
    desk.found()
    assert desk.listings._engine is not None
    assert desk.listings._taught == (pair,)


def test_an_old_index_is_fetched_anew_once_the_centre_has_a_newer_one(desk: Desk) -> None:
    desk.refresh()
    first = desk.origin
    storage = SqliteStorage.open(desk.listings.path, write=True)
    with storage.writing():
        put_origin(storage, Origin(first.scope, first.position, first.epoch, first.built_at - timedelta(40)))
    storage.close()
    desk.refresh()
    assert desk.origin.built_at == first.built_at
    assert len(desk.line.fetched) == 2
    desk.server.clock.turn(days=40)
    desk.session = desk.server.sign_in(desk.session.desk)
    desk.refresh()
    # The server builds meanwhile and gives what it has: this desk has it already.
    assert len(desk.line.fetched) == 2


def test_a_server_that_gets_no_further_is_at_fault(desk: Desk) -> None:
    desk.refresh()

    def spoil(request: httpx.Request, body: bytes) -> bytes:
        if not request.url.path.endswith("/changes"):
            return body
        told = msgspec.json.decode(body, type=DirectoryChanges)
        return msgspec.json.encode(msgspec.structs.replace(told, reached=told.after, head=told.after + 1))

    desk.line.spoil = spoil
    assert isinstance(desk.fails(), ServerFault)


def test_a_listing_that_can_not_be_read_is_not_there(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.refresh()
    listing = add_listing(desk.server)
    form = ListingForm("", "person", "", "", "", "", "", "")

    def spoil(_request: httpx.Request, body: bytes) -> bytes:
        told = msgspec.json.decode(body, type=DirectoryChanges)
        return msgspec.json.encode(msgspec.structs.replace(told, changes=(ListingChange(str(listing), form),)))

    desk.line.spoil = spoil
    desk.refresh()
    assert "can't be read: no name" in caplog.text
    assert NEW_NAME not in desk.found()


def test_a_full_disk_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # The server builds in this process too: what it has is ready before.
    ready_directory(desk.session)

    def full(*_about: object) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as tight:
        tight.setattr(shutil, "copyfileobj", full)
        assert desk.fails() == DiskFull()
    # What had come is not asked for again.
    desk.refresh()
    assert desk.line.fetched == [""]


def test_who_stops_waits_for_what_is_being_written_and_keeps_what_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, may_end, ended = threading.Event(), threading.Event(), threading.Event()
    unpack = country._unpack

    def slowly(part: Path, target: Path) -> None:
        began.set()
        assert may_end.wait(30)
        unpack(part, target)
        ended.set()

    async def stopped(keeper: CountryDirectory) -> None:
        keeper.start()
        assert await asyncio.to_thread(began.wait, 30)
        asyncio.get_running_loop().call_later(0.01, may_end.set)
        await keeper.stop()
        assert ended.is_set()

    with monkeypatch.context() as slow:
        slow.setattr(country, "_unpack", slowly)
        desk.run(stopped)
    assert not desk.listings.is_there
    desk.refresh()
    assert desk.line.fetched == [""]
    assert desk.listings.is_there


def test_a_file_that_is_no_index_takes_no_place(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other.gz"
    other.write_bytes(b"no gzip at all")
    with pytest.raises(Unavailable) as caught:
        country._unpack(other, tmp_path / "out")
    assert caught.value.reason == SnapshotDamaged()


def test_it_comes_by_itself_once_somebody_is_signed_in(desk: Desk) -> None:
    desk.serve(lambda: len(desk.slept) > 2, signed_in=False)
    assert desk.slept[0] == country.LOOK_SECONDS
    assert desk.line.fetched == []
    desk.slept.clear()
    desk.serve(lambda: country.FRESH_SECONDS in desk.slept)
    assert desk.listings.is_there
    assert desk.listings.coming == Coming()


def test_what_stands_in_its_way_is_told_and_tried_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.line.cuts = [3_000]
    desk.line.spoil = None
    desk.serve(lambda: country.FRESH_SECONDS in desk.slept)
    assert LinkDown() in [seen.problem for seen in desk.seen]
    assert "does not come" not in caplog.text
    desk.line.spoil = lambda _request, _body: b"{"
    desk.slept.clear()
    desk.serve(lambda: bool(desk.slept))
    assert isinstance(desk.listings.coming.problem, ServerFault)
    assert "does not come" in caplog.text


def test_a_profile_that_can_not_be_written_ends_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.folder.write_text("not a folder")
    with caplog.at_level(logging.CRITICAL, "asyncio"):
        desk.serve(lambda: country.LONGEST_SECONDS in desk.slept)
    assert desk.listings.coming.problem == SnapshotDamaged()
    assert not desk.listings.is_there


def test_nobody_fetches_after_the_tokens_have_ended(desk: Desk) -> None:
    until(lambda: True)
    desk.session.http.delete("/v1/session")
    desk.serve(lambda: bool(desk.slept))
    assert desk.listings.coming.problem == SignInNeeded()
