"""The first load: all rows of an area at one position, whole or resumed, and the feed goes on from there."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import from_wire
from ccbs_desk.models.subscribers import AccountScope
from ccbs_desk.wire.messages import Problem, SnapshotInfo
from server_stub.seed import demo
from tests.factories.server import BACKENDS, RunningServer, SignedIn, started, until

Rows = dict[str, dict[UUID, dict[str, Any]]]


def asked(session: SignedIn) -> SnapshotInfo:
    """Ask for the file of the desk's area."""
    response = session.http.get("/v1/snapshot")
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=SnapshotInfo)


def ready(session: SignedIn) -> SnapshotInfo:
    """Ask until the file is there."""
    return until(lambda: info if (info := asked(session)).state == "ready" else None)


def fetched(session: SignedIn, name: str, span: str = "") -> httpx.Response:
    """Fetch a file or a part of it."""
    return session.http.get(f"/v1/snapshot/{name}", headers={"range": span} if span else {})


def rows_of(packed: bytes) -> Rows:
    """Return the rows of a file, by table and id."""
    found: Rows = {name: {} for name in SYNCED}
    for line in gzip.decompress(packed).splitlines():
        piece = msgspec.json.decode(line)
        for row in piece["rows"]:
            typed = from_wire(piece["table"], row)
            found[piece["table"]][typed["id"]] = typed
    return found


@pytest.fixture(params=BACKENDS)
def hasty(request: pytest.FixtureRequest, country_file: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A server whose files are stale after three acts."""
    with started(request, country_file, tmp_path, snapshot_lag=3) as server:
        yield server


@pytest.fixture
def here(server: RunningServer) -> SignedIn:
    """A desk of the demo area."""
    return server.sign_in(server.enrolled_desk(demo.CARE_CENTRE_CODE))


class TestSnapshot:
    """The same on SQLite and PostgreSQL."""

    def test_it_holds_what_all_hold_and_what_the_area_holds(self, server: RunningServer, here: SignedIn) -> None:
        info = ready(here)
        packed = fetched(here, info.name)
        assert packed.status_code == 200
        assert (len(packed.content), hashlib.sha256(packed.content).hexdigest()) == (info.size, info.sha256)
        rows = rows_of(packed.content)
        assert sum(map(len, rows.values())) == info.rows
        with reading(server.engine) as connection:
            for name, table in SYNCED.items():
                if table.info["sync"] == "global":
                    count = connection.execute(select(func.count()).select_from(table)).scalar_one()
                    assert len(rows[name]) == count, name
            held = select(AccountScope.account_id).where(AccountScope.area_id == demo.AREA)
            accounts = set(connection.execute(held).scalars())
        assert set(rows["account"]) == accounts
        for name in ("bill", "bill_part", "bill_line", "ledger", "line", "listing", "payment"):
            assert rows[name]
            assert {row["account_id"] for row in rows[name].values()} <= accounts, name
        assert set(rows["subscriber"]) == {row["subscriber_id"] for row in rows["account"].values()}
        assert {row["area_id"] for row in rows["cabinet"].values()} == {demo.AREA}

    def test_file_and_feed_together_are_the_tables(self, server: RunningServer) -> None:
        clerk = server.counter()
        info = ready(clerk)
        clerk.push(clerk.desk.do(clerk.desk.open_till()), clerk.desk.do(clerk.desk.payment(9_000)))
        rows = rows_of(fetched(clerk, info.name).content)
        for change in clerk.page(info.position).changes:
            assert change.row is not None
            rows[change.table][change.id] = from_wire(change.table, change.row)
        with reading(server.engine) as connection:
            for name in ("ledger", "payment", "payment_allocation"):
                table = SYNCED[name]
                mine = select(table).where(table.c.account_id == clerk.desk.account_id)
                for row in connection.execute(mine).mappings():
                    assert rows[name][row["id"]] == dict(row), name

    def test_a_fetch_that_broke_goes_on_where_it_was(self, here: SignedIn) -> None:
        info = ready(here)
        whole = fetched(here, info.name).content
        first = fetched(here, info.name, "bytes=0-999")
        rest = fetched(here, info.name, "bytes=1000-")
        assert (first.status_code, rest.status_code) == (206, 206)
        assert first.content + rest.content == whole
        assert rest.headers["content-range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
        last = fetched(here, info.name, f"bytes={len(whole) - 1}-")
        assert last.content == whole[-1:]

    @pytest.mark.parametrize("span", ["bytes=99999999999-", "bytes=5-2", "bytes=-5", "lines=1-", "bytes=0-1,3-4"])
    def test_a_range_that_is_none_is_told(self, here: SignedIn, span: str) -> None:
        answer = fetched(here, ready(here).name, span)
        assert answer.status_code == 416
        assert msgspec.json.decode(answer.content, type=Problem).code == "request.range"

    def test_the_file_is_kept_until_the_feed_is_too_far(self, hasty: RunningServer) -> None:
        here = hasty.counter()
        old = ready(here)
        here.push(here.desk.do(here.desk.open_till()))
        assert asked(here).name == old.name
        here.push(*(here.desk.do(here.desk.payment(9_000)) for _ in range(3)))
        assert asked(here).state == "building"
        newer = ready(here)
        assert newer.position == old.position + 4
        # Who is still fetching the one before gets it; the one before that is gone.
        assert fetched(here, old.name).status_code == 200
        here.push(*(here.desk.do(here.desk.payment(9_000)) for _ in range(4)))
        until(lambda: ready(here).position > newer.position)
        assert [fetched(here, name).status_code for name in (old.name, newer.name)] == [404, 200]

    def test_another_areas_file_is_not_given(self, server: RunningServer, here: SignedIn) -> None:
        info = ready(here)
        other = server.sign_in(server.enrolled_desk("C002"))
        for name in (
            info.name,
            "area-1",
            info.name.replace("area-1", "country"),
            "..%2f..%2fserver.db",
            "..%5cserver.db",
            f"{info.name}.json",
        ):
            answer = fetched(other, name)
            assert answer.status_code == 404
            assert msgspec.json.decode(answer.content, type=Problem).code == "request.not_found"

    def test_a_desk_without_an_area_loads_what_all_hold(self, server: RunningServer) -> None:
        agent = server.sign_in(server.enrolled_desk(demo.CALL_CENTRE_CODE), demo.AGENT)
        info = ready(agent)
        assert info.name.startswith("country-")
        rows = rows_of(fetched(agent, info.name).content)
        assert rows["staff"]
        assert not rows["account"]
        assert not rows[table_of(AccountScope).name]
