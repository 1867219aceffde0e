"""Rows on the wire and back, for every table that travels."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, Engine, Table, insert, select

from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import Notice, TillSession
from ccbs_desk.models.registry import SYNCED, order_keys_of
from ccbs_desk.models.rows import fetch, from_wire, remove, to_wire, upsert
from tests.factories.desk import MORNING, Desk

ONE = UUID("01900000-0000-7000-8000-000000000001")
NOTICE: dict[str, Any] = {
    "id": ONE,
    "area_id": 1,
    "account_id": None,
    "till_id": ONE,
    "command_id": ONE,
    "code": "x",
    "details": {"money": {"minor": 1, "currency": "SYP"}, "list": [1, "ب"]},
    "occurred_at": MORNING,
}


@pytest.mark.parametrize("table", SYNCED.values(), ids=lambda table: table.name)
def test_what_the_country_holds_goes_over_the_wire_and_back(country: Engine, table: Table) -> None:
    with country.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(table).limit(20)).mappings()]
    for row in rows:
        wire = to_wire(row)
        assert list(json.loads(wire)) == sorted(row)
        assert from_wire(table.name, msgspec.json.decode(wire)) == row


def test_rows_of_a_desk_s_own_acts(desk: Desk) -> None:
    session = desk.open_till()
    desk.do(desk.payment(1_000))
    desk.do(desk.close_till(session))
    for name in ("till_session", "receipt", "payment", "payment_allocation", "ledger", "till_journal"):
        table = SYNCED[name]
        rows = desk.read(
            lambda connection, table: [dict(r) for r in connection.execute(select(table)).mappings()], table
        )
        assert rows
        for row in rows:
            assert from_wire(name, msgspec.json.decode(to_wire(row))) == row


def test_a_newer_server_may_send_more_and_never_less() -> None:
    sent = msgspec.json.decode(to_wire(NOTICE))
    assert from_wire("notice", {**sent, "colour": "green"}) == NOTICE
    for missing in sent:
        with pytest.raises(msgspec.ValidationError):
            from_wire("notice", {name: value for name, value in sent.items() if name != missing})


@pytest.mark.parametrize(
    ("column", "value"),
    [("id", "not an id"), ("area_id", "1"), ("code", None), ("occurred_at", "yesterday"), ("account_id", 5)],
)
def test_a_value_of_another_type_is_refused(column: str, value: object) -> None:
    sent = {**msgspec.json.decode(to_wire(NOTICE)), column: value}
    with pytest.raises(msgspec.ValidationError):
        from_wire("notice", sent)


def test_the_server_s_row_lies_over_the_desk_s(desk: Desk) -> None:
    table = table_of(Notice)

    def lay(connection: Connection) -> None:
        upsert(connection, table, [])
        assert fetch(connection, table, ONE) is None
        connection.execute(insert(table), NOTICE)
        newer = {**NOTICE, "code": "y", "account_id": ONE}
        upsert(connection, table, [newer])
        assert fetch(connection, table, ONE) == newer
        remove(connection, table, ONE)
        assert fetch(connection, table, ONE) is None
        remove(connection, table, ONE)

    desk.write(lay)


def test_which_order_keys_a_row_speaks_of() -> None:
    assert order_keys_of({"account_id": ONE}) == (f"account:{ONE}",)
    assert order_keys_of({"account_id": None}) == order_keys_of({"id": ONE}) == ()
    assert table_of(TillSession).name in SYNCED
