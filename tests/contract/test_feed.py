"""The feed: whole positions in commit order, to those whom they concern, and a slow writer is never skipped."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import insert, select

from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Governorate, Policy
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import fetch, from_wire, to_wire
from ccbs_desk.models.subscribers import Account, AccountScope, Complaint, Subscriber
from ccbs_desk.services.work import RowChange
from ccbs_desk.wire.messages import Change
from server_stub.feed import FeedWriter, feeding
from server_stub.seed import demo
from tests.factories.field_desk import MOMENT
from tests.factories.server import CEILING_SECONDS, RunningServer, SignedIn


def pull(desk: SignedIn, after: int, limit: int = 2_000) -> Iterator[Change]:
    """Give all changes after a position, page by page; every page must go on where the one before ended."""
    while True:
        page = desk.page(after, limit)
        assert page.after == after
        assert all(after < change.position <= page.reached for change in page.changes)
        yield from page.changes
        assert page.more == (page.reached < page.head)
        if not page.more:
            return
        assert page.reached > after
        after = page.reached


def publish(server: RunningServer, *changes: RowChange, device_id: UUID | None = None) -> int:
    """Put changes into the feed, as a job of the server does; return their position."""
    with feeding(server.engine) as (_, writer):
        position = writer.publish(changes, device_id=device_id)
    assert position is not None
    return position


def complaint(account_id: UUID, area_id: int) -> RowChange:
    """Return a new complaint on an account."""
    row: dict[str, Any] = {
        "id": uuid4(),
        "area_id": area_id,
        "account_id": account_id,
        "line_id": None,
        "category": "billing",
        "state": "acknowledged",
        "opened_at": MOMENT,
        "resolved_at": None,
        "text": "مرتين",
    }
    return RowChange("complaint", row["id"], row)


def governorate(server: RunningServer) -> RowChange:
    """Return the first governorate as a change that everybody hears of."""
    with reading(server.engine) as connection:
        row = dict(connection.execute(select(table_of(Governorate)).limit(1)).mappings().one())
    return RowChange("governorate", row["id"], row)


class TestPages:
    """What one page is."""

    def test_pages_of_any_size_bring_the_same_whole_positions(self, server: RunningServer) -> None:
        clerk = server.counter()
        start = clerk.page(0).head
        acts = [clerk.desk.do(clerk.desk.open_till()), *(clerk.desk.do(clerk.desk.payment(9_000)) for _ in range(3))]
        clerk.push(*acts)
        whole = list(pull(clerk, start))
        assert len({change.position for change in whole}) == 4
        assert {change.table for change in whole} >= {"till_session", "till_journal", "ledger", "payment", "receipt"}
        for limit in (1, 2, 7, len(whole)):
            assert list(pull(clerk, start, limit)) == whole
        for after in range(start, start + 4):
            page = clerk.page(after, 1)
            assert {change.position for change in page.changes} == {after + 1} == {page.reached}

    def test_the_rows_are_those_of_the_tables_and_name_their_act(self, server: RunningServer) -> None:
        clerk = server.counter()
        start = clerk.page(0).head
        clerk.push(clerk.desk.do(clerk.desk.open_till()))
        act = clerk.desk.do(clerk.desk.payment(9_000))
        position = clerk.push(act)[0].position
        command_id = UUID(msgspec.json.decode(act)["id"])
        changes = [change for change in pull(clerk, start) if change.position == position]
        assert {change.command_id for change in changes} == {command_id}
        with reading(server.engine) as connection:
            for change in changes:
                assert change.row is not None
                typed = from_wire(change.table, change.row)
                stands = fetch(connection, SYNCED[change.table], change.id)
                assert stands == typed
        assert "audit" not in {change.table for change in changes}

    def test_nothing_new_is_an_empty_page(self, server: RunningServer) -> None:
        clerk = server.counter()
        head = clerk.page(0).head
        page = clerk.page(head)
        assert (page.reached, page.more, page.changes) == (head, False, ())
        ahead = clerk.page(head + 1_000)
        assert (ahead.reached, ahead.more, ahead.changes) == (head + 1_000, False, ())

    def test_a_page_is_packed_for_who_can_unpack_it(self, server: RunningServer) -> None:
        clerk = server.counter()
        start = clerk.page(0).head
        clerk.push(clerk.desk.do(clerk.desk.open_till()), clerk.desk.do(clerk.desk.payment(9_000)))
        sizes = []
        for accepted in ("gzip", "identity"):
            about = {"accept-encoding": accepted}
            with clerk.http.stream("GET", "/v1/feed", params={"after": start}, headers=about) as response:
                sizes.append(len(b"".join(response.iter_raw())))
                assert response.headers.get("content-encoding") == ("gzip" if accepted == "gzip" else None)
                assert response.headers["vary"] == "Accept-Encoding"
        assert sizes[0] < sizes[1] / 2
        small = clerk.http.get("/v1/feed", params={"after": clerk.page(0).head})
        assert "content-encoding" not in small.headers

    def test_a_tombstone_is_a_row_that_is_null(self, server: RunningServer) -> None:
        clerk = server.counter()
        gone = uuid4()
        position = publish(server, RowChange("complaint", gone, None))
        (change,) = pull(clerk, position - 1)
        assert (change.table, change.id, change.row) == ("complaint", gone, None)


class TestScope:
    """Who hears of what. It follows from the device that asks, never from a parameter."""

    def test_an_area_hears_of_its_own_and_of_what_all_hear(self, server: RunningServer) -> None:
        here, there = server.sign_in(server.enrolled_desk()), server.counter()
        start = here.page(0).head
        mine = publish(server, complaint(demo.ACCOUNT_ID, demo.AREA))
        for_all = publish(server, governorate(server))
        heard = [change.position for change in pull(here, start)]
        assert heard == [mine, for_all]
        assert [change.position for change in pull(there, start)] == [for_all]
        # What does not concern a desk still moves it on.
        own = publish(server, complaint(demo.ACCOUNT_ID, demo.AREA))
        page = there.page(for_all)
        assert (page.reached, page.changes) == (own, ())

    def test_a_desk_hears_of_what_it_did_wherever_the_account_is(self, server: RunningServer) -> None:
        far = server.counter()
        far.desk.account_id = demo.ACCOUNT_ID
        start = far.page(0).head
        assert server.parts.devices.status(far.desk.device_id).area_id != demo.AREA
        answers = far.push(far.desk.do(far.desk.open_till()), far.desk.do(far.desk.payment(9_000)))
        changes = [change for change in pull(far, start) if change.position == answers[1].position]
        areas = {change.row["area_id"] for change in changes if change.row and "area_id" in change.row}
        assert demo.AREA in areas

    def test_an_account_in_two_areas_is_told_in_both_and_once_a_desk(self, server: RunningServer) -> None:
        here, there = server.counter(), server.counter()
        area_here = server.parts.devices.status(here.desk.device_id).area_id
        area_there = server.parts.devices.status(there.desk.device_id).area_id
        assert area_here is not None
        assert area_there is not None
        account_id = self.account_held_by(server, area_here, area_there)
        position = publish(server, complaint(account_id, area_here), device_id=here.desk.device_id)
        for desk in (here, there):
            assert [change.table for change in pull(desk, position - 1)] == ["complaint"]

    def test_a_subscriber_is_told_where_the_accounts_are(self, server: RunningServer) -> None:
        here, there = server.counter(), server.counter()
        areas = [server.parts.devices.status(each.desk.device_id).area_id for each in (here, there)]
        account_id = self.account_held_by(server, *(area for area in areas if area is not None))
        with reading(server.engine) as connection:
            account = fetch(connection, table_of(Account), account_id)
            assert account is not None
            subscriber = fetch(connection, table_of(Subscriber), account["subscriber_id"])
        assert subscriber is not None
        changes = (RowChange("subscriber", subscriber["id"], subscriber), RowChange("account", account_id, account))
        position = publish(server, *changes)
        for desk in (here, there):
            assert {change.table for change in pull(desk, position - 1)} == {"subscriber", "account"}

    def account_held_by(self, server: RunningServer, *areas: int) -> UUID:
        """Make an account that these areas hold, and tell it to the feed."""
        with feeding(server.engine) as (connection, writer):
            like = fetch(connection, table_of(Account), demo.ACCOUNT_ID)
            person = fetch(connection, table_of(Subscriber), demo.SUBSCRIBER_ID)
            assert like is not None
            assert person is not None
            person = {**person, "id": uuid4(), "area_id": areas[0]}
            account = {**like, "id": uuid4(), "area_id": areas[0], "subscriber_id": person["id"]}
            scopes = [{"id": uuid4(), "account_id": account["id"], "area_id": area} for area in areas]
            connection.execute(insert(table_of(Subscriber)), person)
            connection.execute(insert(table_of(Account)), account)
            connection.execute(insert(table_of(AccountScope)), scopes)
            rows = [("subscriber", person), ("account", account), *(("account_scope", scope) for scope in scopes)]
            writer.publish([RowChange(table, row["id"], row) for table, row in rows])
        account_id: UUID = account["id"]
        return account_id


class TestOrder:
    """Positions are visible in their order, whoever writes."""

    @contextmanager
    def slow_writer(self, server: RunningServer) -> Iterator[tuple[FeedWriter, int | None]]:
        """Hold the feed lock in another transaction that has given a position and not committed."""
        entered, leave = threading.Event(), threading.Event()
        held: list[tuple[FeedWriter, int | None]] = []

        def write() -> None:
            with feeding(server.engine) as (_, writer):
                held.append((writer, writer.publish([governorate_change])))
                entered.set()
                assert leave.wait(CEILING_SECONDS)

        governorate_change = governorate(server)
        thread = threading.Thread(target=write)
        thread.start()
        try:
            assert entered.wait(CEILING_SECONDS)
            yield held[0]
        finally:
            leave.set()
            thread.join()

    def test_a_slow_writer_is_never_skipped(self, server: RunningServer) -> None:
        clerk = server.counter()
        start = clerk.page(0).head
        act = clerk.desk.do(clerk.desk.open_till())
        with ThreadPoolExecutor(1) as pool:
            with self.slow_writer(server) as (_, slow):
                pushing = pool.submit(clerk.push, act)
                # The desk's act waits behind the lock: nothing above the slow writer's position may show.
                for _ in range(20):
                    assert clerk.page(start).reached == start
                assert not pushing.done()
            (answer,) = pushing.result(CEILING_SECONDS)
        assert (slow, answer.position) == (start + 1, start + 2)
        heard = [change.position for change in pull(clerk, start)]
        assert heard[0] == start + 1
        assert set(heard) == {start + 1, start + 2}

    def test_a_reader_beside_many_writers_misses_nothing(self, server: RunningServer) -> None:
        clerk = server.counter()
        start = clerk.page(0).head
        told = governorate(server)
        done = threading.Event()
        heard: list[int] = []

        def read() -> None:
            reached = start
            while True:
                last = done.is_set()
                page = clerk.page(reached, 3)
                heard.extend(change.position for change in page.changes)
                reached = page.reached
                if last and not page.more:
                    return

        reader = threading.Thread(target=read)
        reader.start()
        with ThreadPoolExecutor(4) as writers:
            given = list(writers.map(lambda _: publish(server, told), range(60)))
        done.set()
        reader.join(CEILING_SECONDS)
        assert sorted(given) == list(range(start + 1, start + 61))
        assert heard == sorted(given)

    def test_a_writer_that_fails_leaves_no_gap(self, server: RunningServer) -> None:
        first = publish(server, governorate(server))
        try:
            with feeding(server.engine) as (_, writer):
                writer.publish([governorate(server)])
                raise RuntimeError("given up")
        except RuntimeError:
            pass
        assert publish(server, governorate(server)) == first + 1


class TestRows:
    """Every column of a row crosses, also those that the writer left out."""

    def test_a_row_is_told_whole(self, server: RunningServer) -> None:
        clerk = server.counter()
        change = complaint(demo.ACCOUNT_ID, demo.AREA)
        assert change.row is not None
        bare = {name: value for name, value in change.row.items() if value is not None}
        position = publish(server, RowChange("complaint", change.id, bare), device_id=clerk.desk.device_id)
        (heard,) = pull(clerk, position - 1)
        assert heard.row is not None
        assert heard.row == msgspec.json.decode(to_wire(change.row))
        assert set(heard.row) == set(table_of(Complaint).c.keys())

    def test_json_columns_cross_as_they_are(self, server: RunningServer) -> None:
        clerk = server.counter()
        with reading(server.engine) as connection:
            rule = dict(connection.execute(select(table_of(Policy)).limit(1)).mappings().one())
        position = publish(server, RowChange("policy", rule["id"], rule))
        (heard,) = pull(clerk, position - 1)
        assert heard.row is not None
        assert heard.row["value"] == rule["value"]
