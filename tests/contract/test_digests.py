"""Digests over the wire: what a desk's area holds, its parts, their rows, and the report of a desk that was mended."""

from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import select

from ccbs_desk.domain.digests import BUCKETS, Digest, bucket_of, in_buckets, of_row
from ccbs_desk.models.database import reading
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.wire.digests import BucketRows, Buckets, Digests, MendedReport
from server_stub.digests import all_kept, computed
from server_stub.mending import mended
from tests.factories.server import RunningServer, SignedIn


def area_of(server: RunningServer, clerk: SignedIn) -> int | None:
    """Return the area of a desk."""
    return server.parts.devices.status(clerk.desk.device_id).area_id


def rows_of(server: RunningServer, clerk: SignedIn, table: str) -> dict[UUID, bytes]:
    """Return the rows of a table that a desk's area holds."""
    where = in_scope(SYNCED[table], area_of(server, clerk))
    with reading(server.engine) as connection:
        found = connection.execute(select(SYNCED[table]).where(where)).mappings().all()
    return {row["id"]: to_wire(dict(row)) for row in found}


def asked(clerk: SignedIn, path: str, **params: int | list[int]) -> httpx.Response:
    """Ask for something of the digests."""
    return clerk.http.get(f"/v1/digests{path}", params=params or None)


def test_the_digests_are_those_of_the_rows_after_work_too(server: RunningServer) -> None:
    clerk = server.counter()
    before = msgspec.json.decode(asked(clerk, "").content, type=Digests)
    (answer,) = clerk.push(clerk.desk.do(clerk.desk.open_till()))
    assert answer.outcome == "applied"
    told = msgspec.json.decode(asked(clerk, "").content, type=Digests)
    assert (told.area_id, told.head) == (area_of(server, clerk), answer.position)
    tables = {one.table: one for one in told.tables}
    for table in ("till_session", "ledger", "till_journal", "account", "policy"):
        whole = sum((of_row(row) for row in rows_of(server, clerk, table).values()), Digest())
        assert Digest(tables[table].rows, tables[table].sum) == whole
    assert tables["till_session"].position == answer.position
    same = {one.table for one in before.tables if tables[one.table] == one}
    assert {"account", "policy", "line"} <= same
    with reading(server.engine) as connection:
        assert all_kept(connection) == computed(connection)


def test_a_table_is_given_in_parts(server: RunningServer) -> None:
    clerk = server.counter()
    told = msgspec.json.decode(asked(clerk, "/account").content, type=Buckets)
    rows = rows_of(server, clerk, "account")
    wanted = in_buckets((row_id, of_row(row).sum) for row_id, row in rows.items())
    assert {one.bucket: Digest(one.rows, one.sum) for one in told.buckets} == wanted
    chosen = sorted(wanted)[:2]
    answer = msgspec.json.decode(asked(clerk, "/account/rows", bucket=chosen).content, type=BucketRows)
    given = {row["id"] for row in answer.rows}
    assert given == {str(row_id) for row_id in rows if bucket_of(row_id) in chosen}
    assert (answer.head, answer.changed, answer.area_id) == (told.head, told.changed, area_of(server, clerk))


@pytest.mark.parametrize("path", ["/token", "/token/rows?bucket=1", "/no_such"])
def test_a_table_that_does_not_travel_is_not_there(server: RunningServer, path: str) -> None:
    assert asked(server.counter(), path).status_code == 404


def test_parts_are_asked_for_by_number(server: RunningServer) -> None:
    clerk = server.counter()
    assert asked(clerk, "/account/rows").status_code == 400
    assert asked(clerk, "/account/rows", bucket=[BUCKETS + 1]).status_code == 200


def test_a_desk_that_was_mended_is_known(server: RunningServer) -> None:
    clerk = server.counter()
    report = MendedReport(table="account", replaced=2, removed=1, position=7)
    assert clerk.http.post("/v1/digests/mended", content=msgspec.json.encode(report)).status_code == 204
    found = [one for one in mended(server.engine) if one.device_id == clerk.desk.device_id]
    assert [(one.table, one.replaced, one.removed, one.position) for one in found] == [("account", 2, 1, 7)]
    no_table = msgspec.structs.replace(report, table="token")
    assert clerk.http.post("/v1/digests/mended", content=msgspec.json.encode(no_table)).status_code == 404


def test_who_is_not_signed_in_hears_nothing(server: RunningServer) -> None:
    for path in ("", "/account", "/account/rows?bucket=1"):
        assert server.http().get(f"/v1/digests{path}").status_code == 401
