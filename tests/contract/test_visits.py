"""An account that visits a desk: what the server gives, what its feed then brings, on SQLite and PostgreSQL alike."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import select

from ccbs_desk.domain.directory_errors import NamesBeingPrepared
from ccbs_desk.models.account_rows import rows_of_account
from ccbs_desk.models.central import LookUp, Visit
from ccbs_desk.models.database import reading
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import fetch, from_wire, to_wire
from ccbs_desk.models.subscribers import Account
from ccbs_desk.services.look_up import Found
from ccbs_desk.services.work import RowChange
from ccbs_desk.wire.visits import VisitAnswer
from server_stub.seed import demo
from tests.contract.test_feed import complaint, governorate, publish, pull
from tests.factories.server import RunningServer, SignedIn, until

ACCOUNT = demo.ACCOUNT_ID


def agent(server: RunningServer) -> SignedIn:
    """Return an agent at a desk of the call centre."""
    return server.sign_in(server.enrolled_desk(demo.CALL_CENTRE_CODE), demo.AGENT)


def visit(who: SignedIn, account_id: UUID = ACCOUNT, after: int | None = None) -> VisitAnswer:
    """Have an account at the desk."""
    start = who.page(0).head if after is None else after
    answer = who.http.post("/v1/visits", json={"account_id": str(account_id), "after": start})
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=VisitAnswer)


def found(who: SignedIn, text: str) -> Found:
    """Return who is meant in the whole country, once its names are prepared."""

    def told() -> Found | None:
        answer = who.http.post("/v1/look-ups", json={"text": text, "home_area": "11"})
        if answer.status_code == 409:
            assert answer.json()["code"] == NamesBeingPrepared.code
            return None
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Found)

    return until(told)


def test_all_rows_of_the_account_come_at_the_head(server: RunningServer) -> None:
    who = agent(server)
    answer = visit(who)
    assert answer.page.reached == answer.page.head == who.page(0).head
    assert {row.position for row in answer.rows} == {answer.page.head}
    with reading(server.engine) as connection:
        there = {
            (table.name, row.id): dict(row._mapping)
            for table, chosen in rows_of_account(ACCOUNT)
            for row in connection.execute(select(table).where(chosen))
        }
        asked = connection.execute(select(LookUp.staff_id, LookUp.kind, LookUp.account_id)).all()
    assert {(row.table, row.id): from_wire(row.table, row.row or {}) for row in answer.rows} == there
    assert {name for name, _ in there} >= {"account", "subscriber", "line", "line_number", "address", "bill", "ledger"}
    assert (who.tokens.staff.id, "visit", ACCOUNT) in [tuple(row) for row in asked]


def test_a_desk_that_is_far_behind_is_brought_on_first(server: RunningServer) -> None:
    who = agent(server)
    start = who.page(0).head
    for _ in range(2):
        publish(server, *(complaint(ACCOUNT, demo.AREA) for _ in range(1_100)), device_id=who.desk.device_id)
    answer = visit(who, after=start)
    assert (answer.page.after, answer.page.more, answer.rows) == (start, True, ())
    assert visit(who, after=answer.page.reached).rows


def test_the_feed_then_brings_what_changes_on_it_and_nothing_else(server: RunningServer) -> None:
    who, other = agent(server), agent(server)
    start = visit(who).page.head
    with reading(server.engine) as connection:
        far = connection.execute(select(Account.id).where(Account.id != ACCOUNT).limit(1)).scalar_one()
        account = fetch(connection, SYNCED["account"], ACCOUNT)
    assert account is not None
    on_it, elsewhere = complaint(ACCOUNT, demo.AREA), complaint(far, demo.AREA)
    publish(server, on_it, elsewhere)
    came = list(pull(who, start))
    assert [(change.table, change.id) for change in came] == [("complaint", on_it.id)]
    assert to_wire(from_wire("complaint", came[0].row or {})) == to_wire(on_it.row or {})
    assert list(pull(other, start)) == []
    # The desk that has done it hears of it once.
    again = complaint(ACCOUNT, demo.AREA)
    position = publish(server, again, device_id=who.desk.device_id)
    assert [change.id for change in who.page(position - 1).changes] == [again.id]


def test_every_kind_of_row_of_the_account_comes(server: RunningServer) -> None:
    who = agent(server)
    start = visit(who).page.head
    receipt_id = uuid4()
    with reading(server.engine) as connection:
        account = fetch(connection, SYNCED["account"], ACCOUNT)
        assert account is not None
        subscriber = fetch(connection, SYNCED["subscriber"], account["subscriber_id"])
    assert subscriber is not None
    copy: dict[str, Any] = {
        "id": uuid4(),
        "area_id": demo.AREA,
        "receipt_id": receipt_id,
        "copy_number": 1,
        "staff_id": uuid4(),
    }
    published = [
        RowChange("account", ACCOUNT, account, account),
        RowChange("subscriber", subscriber["id"], subscriber, subscriber),
        RowChange("receipt_copy", copy["id"], copy | {"printed_at": who.tokens.server_time}),
        governorate(server),
        replace(complaint(ACCOUNT, demo.AREA), row=None),
    ]
    publish(server, *published)
    came = {change.table for change in pull(who, start)}
    # Of a receipt that nobody knows no account is known either.
    assert came >= {"account", "subscriber", "governorate"}
    assert "receipt_copy" not in came


def test_a_visit_that_is_over_brings_nothing_more(own_server: RunningServer) -> None:
    who = agent(own_server)
    visit(who)
    own_server.clock.turn(minutes=61)
    who = own_server.sign_in(who.desk, demo.AGENT)
    with reading(own_server.engine) as connection:
        other = connection.execute(select(Account.id).where(Account.id != ACCOUNT).limit(1)).scalar_one()
    start = visit(who, other).page.head
    with reading(own_server.engine) as connection:
        assert connection.execute(select(Visit.account_id)).scalars().all() == [other]
    publish(own_server, complaint(ACCOUNT, demo.AREA))
    assert list(pull(who, start)) == []


def test_an_account_of_the_desks_own_area_needs_no_visit(server: RunningServer) -> None:
    clerk = server.counter()
    assert clerk.desk.account_id is not None
    with reading(server.engine) as connection:
        own = connection.execute(select(Account.area_id).where(Account.id == ACCOUNT)).scalar_one()
    assert own == demo.AREA
    desk = server.enrolled_desk(demo.CARE_CENTRE_CODE)
    who = server.sign_in(desk, demo.CLERK_2)
    assert visit(who).rows
    with reading(server.engine) as connection:
        mine = select(Visit.account_id).where(Visit.device_id == desk.device_id)
        assert connection.execute(mine).scalars().all() == []


def test_who_is_meant_is_found_in_the_whole_country(server: RunningServer) -> None:
    who = agent(server)
    for text in ("0112214567", "2214567", demo.NAME, "الحلبى محمد عبد الرحمن", demo.ACCOUNT_NUMBER):
        assert ACCOUNT in [hit.account_id for hit in found(who, text).hits], text
    assert len(found(who, "محمد").hits) > 1
    assert ACCOUNT in [hit.account_id for hit in found(who, "محمد الحلب").hits]
    # Only the last word may be a beginning; the others are found as misspelt at most.
    assert {hit.account_id: hit.why for hit in found(who, "الحلب محمد").hits}[ACCOUNT] == "name_near"
    for text in ("", "%", "_", "\\", "ال", "9" * 200, "'; --", "لا أحد بهذا الاسم أبداً", "🙂"):
        assert found(who, text).hits == (), text
    for wrong in ("م" * 201, None):
        answer = who.http.post("/v1/look-ups", json={"text": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


def test_what_is_no_request_is_refused(server: RunningServer) -> None:
    who = agent(server)
    nobody = str(uuid4())
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"account_id": nobody, "after": 0}, 409, "account.unknown"),
        ({"account_id": "x", "after": 0}, 400, "request.malformed"),
        ({"account_id": nobody, "after": -1}, 400, "request.malformed"),
        ({}, 400, "request.malformed"),
    ]
    for asked, status, code in wrong:
        answer = who.http.post("/v1/visits", json=asked)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert server.http().post("/v1/visits", json={"account_id": nobody, "after": 0}).status_code == 401
