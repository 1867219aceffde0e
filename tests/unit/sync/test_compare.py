"""A desk compares itself with the server, finds what differs, mends that alone, and says so."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from sqlalchemy import Connection, delete, select, update

from ccbs_desk.domain.digests import Digest
from ccbs_desk.domain.errors import LinkDown, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import LedgerRow, Receipt
from ccbs_desk.models.reference import Centre
from ccbs_desk.models.subscribers import Account, Complaint, Subscriber
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.compare import Comparing, Outcome
from ccbs_desk.sync.digests import Given, count
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.wire.digests import MendedReport
from server_stub.auth import Session
from server_stub.digests import kept
from server_stub.mending import Mending, mended
from server_stub.seed import demo
from tests.factories.desk import LONGEST_WAIT, MORNING
from tests.sync.wire import Wire, run
from tests.sync.world import SyncedDesk, World

BILL_TEXT = "another text"


@dataclass
class Line:
    """The way from a desk to the digests of the server. `before` is done once, before the next answer to a route."""

    world: World
    desk: SyncedDesk
    asked: list[str] = field(default_factory=list)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    told: list[Applied] = field(default_factory=list)
    area_id: int | None = demo.AREA
    down: bool = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the server does."""
        route = request.url.path.removeprefix("/v1/digests").strip("/")
        self.asked.append(route)
        if self.down:
            raise httpx.ConnectError("down")
        self.before.pop(route, lambda: None)()
        mending = Mending(self.world.central.engine, lambda: MORNING)
        session = Session(uuid4(), self.desk.device_id, self.area_id, uuid4(), MORNING, frozenset())
        if not route:
            return _said(mending.digests(session))
        if route == "mended":
            mending.report(session, msgspec.json.decode(request.content, type=MendedReport))
            return httpx.Response(204)
        table, _, rows = route.partition("/")
        if not rows:
            return _said(mending.buckets(session, table))
        buckets = frozenset(int(bucket) for bucket in request.url.params.get_list("bucket"))
        return _said(mending.rows(session, table, buckets))

    def compare(self) -> Outcome:
        """Compare once."""

        async def story() -> Outcome:
            client = Client("http://localhost:1", transport=httpx.MockTransport(self.answer))
            client._tokens = Wire(self.world.central, self.desk.device_id).new_tokens()
            try:
                return await Comparing(self.desk.store, client, lambda: MORNING, self.told.append, rest=0.0).run()
            finally:
                await client.close()

        return run(story())

    @property
    def known(self) -> desk_state.Compared:
        """What the store knows of it."""
        return self.desk.read(desk_state.compared)


def _said(message: msgspec.Struct) -> httpx.Response:
    return httpx.Response(200, content=msgspec.json.encode(message))


@pytest.fixture
def line(world: World) -> Line:
    """A desk that has done some work and is at the head."""
    desk = world.desks[0]
    desk.open_till()
    desk.do(desk.payment(50_000))
    world.heal()
    return Line(world, desk)


def test_a_desk_that_holds_what_it_must_agrees_at_once(line: Line) -> None:
    assert line.compare() == Outcome(agreed=True)
    assert line.asked == [""]
    assert line.known == desk_state.Compared(at=MORNING)


def test_what_is_not_sent_yet_is_no_difference(line: Line) -> None:
    desk = line.desk
    for minor in (20_000, 5_000):
        desk.do(desk.payment(minor))
    complaint = desk.do(desk.payment(7_000))
    assert desk.undos() > 0
    assert line.compare() == Outcome(agreed=True)
    # One of them answered, its rows not here: still this desk's word.
    desk.hear(desk.send(1))
    assert desk.state(complaint.command_id) == "pending"
    assert not line.compare().mended
    desk.heal()
    assert line.compare() == Outcome(agreed=True)


def damaged(line: Line, *statements: Any) -> None:
    """Do to the store what no feed ever told."""
    line.desk.write(lambda connection: [connection.execute(statement) for statement in statements] and None)


def test_rows_that_differ_are_replaced_and_no_others(line: Line) -> None:
    desk = line.desk
    ledger, account, subscriber = table_of(LedgerRow), table_of(Account), table_of(Subscriber)
    leg = desk.read(lambda c: c.execute(select(ledger.c.id).limit(1)).scalar_one())
    damaged(
        line,
        delete(ledger).where(ledger.c.id == leg),
        update(account).where(account.c.id == demo.ACCOUNT_ID).values(state="gone"),
        delete(subscriber).where(subscriber.c.id == demo.SUBSCRIBER_ID),
    )
    strange = {"name_en": "strange"}
    centre = table_of(Centre)
    damaged(line, centre.insert().values({**_centre(desk), "id": UUID(int=7), "code": "X", **strange}))
    outcome = line.compare()
    assert {(one.table, one.replaced, one.removed) for one in outcome.mended} == {
        ("ledger", 1, 0),
        ("account", 1, 0),
        ("subscriber", 1, 0),
        ("centre", 0, 1),
    }
    assert outcome.agreed
    line.world.assert_alike()
    assert (line.known.rows, line.known.mended_at, line.known.untold) == (4, MORNING, ())
    assert line.known.at == MORNING
    assert {one.table for one in mended(line.world.central.engine)} == {"ledger", "account", "subscriber", "centre"}
    assert any(demo.ACCOUNT_ID in applied.accounts for applied in line.told)
    assert any(applied.everybody for applied in line.told)
    # Once more: nothing is left to do.
    line.asked.clear()
    assert line.compare() == Outcome(agreed=True)
    assert line.asked == [""]


def _centre(desk: SyncedDesk) -> dict[str, Any]:
    return desk.read(lambda c: dict(c.execute(select(table_of(Centre)).limit(1)).mappings().one()))


def test_a_row_is_mended_under_what_is_unsent(line: Line) -> None:
    desk = line.desk
    act = desk.do(desk.payment(20_000)).command_id
    ledger = table_of(LedgerRow)
    on_account = (ledger.c.account_id == demo.ACCOUNT_ID) & (ledger.c.command_id != act)
    leg = desk.read(lambda c: c.execute(select(ledger.c.id).where(on_account).limit(1)).scalar_one())
    damaged(line, delete(ledger).where(ledger.c.id == leg))
    assert [(one.table, one.replaced) for one in line.compare().mended] == [("ledger", 1)]
    assert desk.undos() > 0
    assert desk.state(act) == "pending"
    line.world.heal()
    line.world.assert_alike()


def test_a_tombstone_that_was_lost_and_a_receipt_that_is_here_alone(line: Line) -> None:
    desk = line.desk
    receipt, complaint = table_of(Receipt), table_of(Complaint)
    given = desk.read(lambda c: dict(c.execute(select(receipt).limit(1)).mappings().one()))
    row = {
        "id": uuid4(),
        "area_id": demo.AREA,
        "account_id": demo.ACCOUNT_ID,
        "line_id": None,
        "category": "billing",
        "state": "acknowledged",
        "opened_at": MORNING,
        "resolved_at": None,
        "text": BILL_TEXT,
    }
    damaged(
        line,
        receipt.insert().values({**given, "id": uuid4(), "command_id": uuid4(), "number": "X-1"}),
        complaint.insert().values(row),
    )
    outcome = line.compare()
    # Nothing ever takes a receipt away.
    assert [(one.table, one.replaced, one.removed) for one in outcome.mended] == [("complaint", 0, 1)]
    assert outcome.agreed
    assert len(desk.read(lambda c: c.execute(select(receipt.c.id).where(receipt.c.number == "X-1")).all())) == 1


def test_what_changes_meanwhile_is_counted_again(line: Line) -> None:
    other = line.world.desks[1]

    def pay() -> None:
        other.open_till()
        other.do(other.payment(10_000))
        other.heal()
        line.desk.heal()

    line.before[""] = pay
    assert line.compare() == Outcome(agreed=True)
    assert line.asked == ["", ""]


def test_what_this_desk_has_not_heard_of_yet_is_left_for_the_next_time(line: Line) -> None:
    other = line.world.desks[1]
    other.open_till()
    other.heal()
    assert line.compare() == Outcome(agreed=False)
    assert line.known.at is None
    line.desk.heal()
    assert line.compare() == Outcome(agreed=True)


@pytest.mark.parametrize("route", ["account", "account/rows"])
def test_the_feed_that_goes_on_while_it_is_mended(line: Line, route: str) -> None:
    account = table_of(Account)
    damaged(line, update(account).where(account.c.id == demo.ACCOUNT_ID).values(state="gone"))
    row = line.world.central.row(account, demo.ACCOUNT_ID)

    def change() -> None:
        line.world.central.write(account, {**row, "bill_language": "en"})
        line.world.heal()

    line.before[route] = change
    assert line.compare().agreed
    line.world.assert_alike()


def test_the_report_waits_for_the_line(line: Line) -> None:
    account = table_of(Account)
    damaged(line, update(account).where(account.c.id == demo.ACCOUNT_ID).values(state="gone"))
    line.before["mended"] = lambda: (_ for _ in ()).throw(httpx.ConnectError("down"))
    with pytest.raises(Unavailable) as caught:
        line.compare()
    assert caught.value.reason == LinkDown()
    assert [(one.table, one.replaced) for one in line.known.untold] == [("account", 1)]
    assert line.compare() == Outcome(agreed=True)
    assert line.known.untold == ()
    assert [one.table for one in mended(line.world.central.engine)] == ["account"]


def test_nothing_is_said_of_tables_of_another_release_nor_by_an_older_server(line: Line) -> None:
    account = table_of(Account)
    damaged(line, update(account).where(account.c.id == demo.ACCOUNT_ID).values(state="gone"))
    real = line.answer

    def newer(request: httpx.Request) -> httpx.Response:
        response = real(request)
        if request.url.path.endswith("/digests"):
            told = json.loads(response.content)
            for one in told["tables"]:
                one["form"] = "newer" if one["table"] == "account" else one["form"]
            return httpx.Response(200, json=told)
        return response

    line.answer = newer  # type: ignore[method-assign]
    assert line.compare() == Outcome(agreed=True)

    def older(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=json.loads(real(request).content) | {"tables": []})

    line.answer = older  # type: ignore[method-assign]
    assert line.compare() == Outcome(agreed=False)


def test_another_area_is_not_compared(line: Line) -> None:
    line.area_id = None
    assert line.compare() == Outcome(agreed=False)


def test_what_was_counted_before_the_desk_came_to_another_area_is_counted_again(line: Line) -> None:
    def moved() -> None:
        line.area_id = None
        line.desk.write(desk_state.put, fact=desk_state.DeviceFacts(line.desk.device_id, None, line.desk.till_id))

    line.before[""] = moved
    assert line.compare() == Outcome(agreed=True)
    # Nothing was taken for a difference: no part of a table was asked for.
    assert line.asked == ["", ""]


def test_a_count_gives_way_when_the_file_is_wanted(line: Line) -> None:
    def given_up(connection: Connection) -> str:
        with pytest.raises(Given):
            count(connection, lambda: True, "account")
        return "given up"

    assert line.desk.read(given_up) == "given up"
    store = line.desk.store
    store._wanted.set()
    try:
        assert line.compare() == Outcome(agreed=False)
    finally:
        store._wanted.clear()


def test_what_is_counted_aside_is_what_the_server_keeps(line: Line) -> None:
    with line.world.central.engine.connect() as connection:
        wanted = kept(connection, demo.AREA)

    def counted() -> dict[str, Digest]:
        return {name: line.desk.store.aside(partial(count, table=name)).whole for name in wanted}

    found = asyncio.run(asyncio.wait_for(asyncio.to_thread(counted), LONGEST_WAIT))
    assert found == {name: one.digest for name, one in wanted.items()}
