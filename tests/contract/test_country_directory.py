"""The published directory for desks: a file by centre, whole or resumed, and what has changed; nothing unlisted."""

import gzip
import hashlib
import sys
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select, update

from ccbs_desk.directory.origin import origin_of
from ccbs_desk.directory.rows import unpack_extras
from ccbs_desk.directory.sqlite import SqliteStorage
from ccbs_desk.domain.errors import StoreInUse, Unavailable
from ccbs_desk.domain.permissions import AUDIT_READ
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.reference import Area, Policy
from ccbs_desk.models.subscribers import Listing
from ccbs_desk.wire.directory import COUNTRY, DirectoryChanges, ListingChange
from server_stub import directories
from server_stub.directories import KEPT, LOCK, Carried, Directories
from server_stub.feed import new_epoch
from server_stub.seed import demo
from tests.factories.published import (
    NEW_NAME,
    add_listing,
    change_listing,
    directory_of,
    ready_directory,
    remove_listing,
)
from tests.factories.server import RunningServer, SignedIn, until


@pytest.fixture
def counter(server: RunningServer) -> SignedIn:
    """A clerk at a care centre."""
    return server.sign_in(server.enrolled_desk(demo.CARE_CENTRE_CODE))


@pytest.fixture
def agent(server: RunningServer) -> SignedIn:
    """An agent of the call centre."""
    return server.sign_in(server.enrolled_desk(demo.CALL_CENTRE_CODE), demo.AGENT)


def changes(session: SignedIn, after: int) -> DirectoryChanges:
    """Ask what changed."""
    response = session.http.get("/v1/directory/changes", params={"after": after})
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=DirectoryChanges)


def own_carried(server: RunningServer, session: SignedIn) -> Carried:
    """Return what a desk carries."""
    return Carried(UUID(directory_of(session).scope))


def index_in(packed: bytes, folder: Path) -> SqliteStorage:
    """Return the index of a file."""
    path = folder / "fetched.index"
    path.write_bytes(gzip.decompress(packed))
    return SqliteStorage.open(path)


def published(server: RunningServer, governorate_of: int | None) -> set[str]:
    """Return the ids that an index is to have: of the area's governorate, or all."""
    chosen = select(Listing.id).where(Listing.listed)
    if governorate_of is not None:
        governorate = select(Area.governorate_id).where(Area.number == governorate_of).scalar_subquery()
        chosen = chosen.join(Area, Area.number == Listing.area_id).where(Area.governorate_id == governorate)
    with reading(server.engine) as connection:
        return {str(one) for one in connection.execute(chosen).scalars()}


def all_ids(storage: SqliteStorage) -> set[str]:
    """Return the ids of an index."""
    blobs = [blob for key in storage.keys("extra") for blob in storage.get("extra", [key]).values()]
    found = {extra.id for blob in blobs for extra in unpack_extras(blob)}
    return found - {""}


class TestFile:
    """The file, on SQLite and PostgreSQL."""

    @pytest.mark.parametrize(("who", "area"), [("counter", demo.AREA), ("agent", None)])
    def test_a_desk_carries_what_its_centre_needs_and_nothing_unlisted(
        self, server: RunningServer, request: pytest.FixtureRequest, tmp_path: Path, who: str, area: int | None
    ) -> None:
        session: SignedIn = request.getfixturevalue(who)
        info = ready_directory(session)
        packed = session.http.get(f"/v1/directory/files/{info.name}").content
        assert (len(packed), hashlib.sha256(packed).hexdigest()) == (info.size, info.sha256)
        storage = index_in(packed, tmp_path)
        assert all_ids(storage) == published(server, area)
        storage.close()
        origin = origin_of(tmp_path / "fetched.index")
        assert origin is not None
        assert (origin.scope, origin.position, origin.epoch) == (info.scope, info.position, info.epoch)
        assert (origin.scope == COUNTRY) is (area is None)
        assert origin.built_at == info.built_at

    def test_a_fetch_that_broke_goes_on_where_it_was(self, counter: SignedIn) -> None:
        info = ready_directory(counter)
        where = f"/v1/directory/files/{info.name}"
        whole = counter.http.get(where).content
        first = counter.http.get(where, headers={"range": "bytes=0-999"})
        rest = counter.http.get(where, headers={"range": "bytes=1000-"})
        assert (first.status_code, rest.status_code) == (206, 206)
        assert first.content + rest.content == whole

    def test_nobody_has_the_file_of_another_scope(self, counter: SignedIn, agent: SignedIn) -> None:
        for name in (ready_directory(agent).name, "country-1-00000000.index.gz", "..%2Fserver.db", "x"):
            assert counter.http.get(f"/v1/directory/files/{name}").status_code == 404

    def test_nothing_without_a_token_or_the_right(
        self, server: RunningServer, counter: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for path in ("/v1/directory", "/v1/directory/changes?after=0", "/v1/directory/files/x"):
            assert server.http().get(path).status_code == 401
        monkeypatch.setattr(directories, "DIRECTORY_LOOK_UP", AUDIT_READ)
        for path in ("/v1/directory", "/v1/directory/changes?after=0", "/v1/directory/files/x"):
            answer = counter.http.get(path)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission.missing")

    def test_it_is_built_anew_when_it_is_old_and_given_until_then(self, own_server: RunningServer) -> None:
        session = own_server.sign_in(own_server.enrolled_desk(demo.CARE_CENTRE_CODE))
        first = ready_directory(session)
        own_server.clock.turn(days=8)
        session = own_server.sign_in(session.desk)
        assert directory_of(session).name == first.name
        second = until(lambda: info if (info := directory_of(session)).name != first.name else None)
        assert session.http.get(f"/v1/directory/files/{first.name}").status_code == 200
        assert directory_of(session).name == second.name

    def test_a_server_that_was_put_back_gives_nothing_of_before(self, own_server: RunningServer) -> None:
        session = own_server.sign_in(own_server.enrolled_desk(demo.CARE_CENTRE_CODE))
        first = ready_directory(session)
        new_epoch(own_server.engine)
        assert directory_of(session).state == "building"
        second = ready_directory(session)
        assert second.epoch != first.epoch
        assert until(lambda: session.http.get(f"/v1/directory/files/{first.name}").status_code == 404)

    def test_the_operator_may_give_care_centres_the_country(self, own_server: RunningServer) -> None:
        with writing(own_server.engine) as connection:
            rule = table_of(Policy)
            connection.execute(update(rule).where(rule.c.key == directories.SCOPE_RULE).values(value=COUNTRY))
        session = own_server.sign_in(own_server.enrolled_desk(demo.CARE_CENTRE_CODE))
        assert changes(session, 0).scope == COUNTRY


class TestChanges:
    """What is told of listings that changed."""

    def test_a_listing_that_came_changed_and_went(self, server: RunningServer, counter: SignedIn) -> None:
        start = changes(counter, 1 << 40).head
        listing = add_listing(server)
        news = changes(counter, start)
        (change,) = news.changes
        assert news.reached == news.head > start
        assert change.id == str(listing)
        assert change.listing is not None
        assert change.listing.name == NEW_NAME
        assert change.listing.number.startswith("0")
        change_listing(server, listing, street="شارع النيل")
        (change,) = changes(counter, news.reached).changes
        assert change.listing is not None
        assert change.listing.street == "شارع النيل"
        change_listing(server, listing, listed=False)
        # As they are now, also where one begins before.
        (change,) = changes(counter, start).changes
        assert change == ListingChange(str(listing))

    def test_another_governorate_s_listings_are_told_to_the_call_centre_alone(
        self, server: RunningServer, counter: SignedIn, agent: SignedIn
    ) -> None:
        with reading(server.engine) as connection:
            here = select(Area.governorate_id).where(Area.number == demo.AREA).scalar_subquery()
            far = connection.execute(
                select(Area.number).where(Area.governorate_id != here).order_by(Area.number).limit(1)
            ).scalar_one()
        start = changes(counter, 1 << 40).head
        listing = add_listing(server, area_id=far)
        assert changes(counter, start).changes == ()
        (change,) = changes(agent, start).changes
        assert change.listing is not None
        assert change.listing.name == NEW_NAME
        # It moves here, and away again.
        change_listing(server, listing, area_id=demo.AREA)
        (change,) = changes(counter, start).changes
        assert change.listing is not None
        until_now = changes(counter, start).head
        change_listing(server, listing, area_id=far)
        assert changes(counter, until_now).changes == (ListingChange(str(listing)),)
        (change,) = changes(agent, until_now).changes
        assert change.listing is not None

    def test_of_one_that_was_never_published_nothing_is_told(
        self, server: RunningServer, counter: SignedIn, agent: SignedIn
    ) -> None:
        start = changes(counter, 1 << 40).head
        unlisted = add_listing(server, listed=False)
        change_listing(server, unlisted, street="شارع النيل")
        remove_listing(server, unlisted)
        published = add_listing(server)
        before = changes(counter, start).reached
        remove_listing(server, published)
        for session in (counter, agent):
            assert changes(session, start).changes == (ListingChange(str(published)),)
            assert changes(session, before).changes == (ListingChange(str(published)),)

    def test_one_answer_looks_at_so_many_positions(
        self, server: RunningServer, counter: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        start = changes(counter, 1 << 40).head
        listings = {str(add_listing(server)) for _ in range(3)}
        monkeypatch.setattr(directories, "SPAN", 2)
        first = changes(counter, start)
        assert (first.reached, len(first.changes)) == (start + 2, 2)
        second = changes(counter, first.reached)
        assert (second.reached, len(second.changes)) == (start + 3, 1)
        assert {change.id for change in (*first.changes, *second.changes)} == listings


class TestBuilder:
    """What builds the files."""

    def test_as_many_are_kept_as_may_be_on_their_way(self, own_server: RunningServer) -> None:
        built = [own_server.parts.directories.build(Carried(None)).name for _ in range(KEPT + 1)]
        folder = own_server.folder / "snapshots" / "directory"
        assert {path.name for path in folder.iterdir()} - {LOCK} == {
            name for one in built[1:] for name in (one, f"{one}.json")
        }

    def test_a_build_that_fails_is_told_and_tried_again(
        self, own_server: RunningServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        session = own_server.sign_in(own_server.enrolled_desk(demo.CARE_CENTRE_CODE))
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/bin/false")
            assert directory_of(session).state == "building"
            assert until(lambda: "could not be built" in caplog.text)
            scope = own_carried(own_server, session)
        # Not at once: whatever is wrong would be so still, and many desks ask.
        own = own_server.parts.directories
        own._building[scope].result(30)
        assert directory_of(session).state == "building"
        assert own._building[scope].done()
        own_server.clock.turn(minutes=1)
        assert ready_directory(session).size

    def test_of_two_processes_on_one_folder_one_builds_and_both_give_it(self, own_server: RunningServer) -> None:
        own = own_server.parts.directories
        folder = own_server.folder / "snapshots" / "directory"
        other = Directories(own_server.engine, folder, own_server.clock, 7)
        session = own_server.sign_in(own_server.enrolled_desk(demo.CARE_CENTRE_CODE))
        with other._alone():
            with pytest.raises(Unavailable) as caught:
                own.build(Carried(None))
            assert caught.value.reason == StoreInUse()
            for _ in range(2):
                assert directory_of(session).state == "building"
                own._building[own_carried(own_server, session)].result(30)
            assert not list(folder.glob("*.gz"))
        first = ready_directory(session)
        # Who waited for its turn builds nothing anew.
        other._build_safely(own_carried(own_server, session))
        assert [path.name for path in folder.glob("*.gz")] == [first.name]
        other.close()

    def test_what_a_dead_process_left_goes_before_the_next_build(self, own_server: RunningServer) -> None:
        folder = own_server.folder / "snapshots" / "directory"
        left = folder / "part-abc"
        left.mkdir(parents=True)
        (left / "listings.tsv").write_text("half")
        own_server.parts.directories.build(Carried(None))
        assert not left.exists()

    def test_a_file_that_goes_while_one_looks_is_passed_over(
        self, own_server: RunningServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = own_server.parts.directories
        own.build(Carried(None))
        second = own.build(Carried(None))
        read = Path.read_bytes

        def gone(path: Path) -> bytes:
            if path.suffix == ".json" and second.name not in path.name:
                path.unlink()
            return read(path)

        monkeypatch.setattr(Path, "read_bytes", gone)
        assert [info.name for info in own._ready(Carried(None))] == [second.name]

    def test_a_server_that_goes_does_not_wait_for_a_build(self, own_server: RunningServer) -> None:
        own = own_server.parts.directories
        own.close()
        with pytest.raises(InterruptedError):
            own.build(Carried(None))
        session = own_server.sign_in(own_server.enrolled_desk(demo.CARE_CENTRE_CODE))
        assert directory_of(session).state == "building"
        assert not own._building
