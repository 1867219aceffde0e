"""An act that is taken back leaves no trace in the tables that can be undone, whatever it did to them."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from ccbs_desk.domain.commands import CloseTill, Command, OpenTill
from ccbs_desk.domain.errors import Refused
from ccbs_desk.domain.money import SYO, SYP
from ccbs_desk.domain.till import Note
from ccbs_desk.models import undo
from ccbs_desk.models.desk import Undo
from ccbs_desk.models.money import LedgerRow, Receipt, TillJournal
from ccbs_desk.models.registry import METADATA
from ccbs_desk.services.desk_bus import DeskBus
from ccbs_desk.services.tills import till_facts
from tests.factories.desk import MORNING, Desk, DeskClock
from tests.factories.dumps import UNDOABLE, changed, dump

ACT = UUID("01900000-0000-7000-8000-00000000ac70")
OTHER_ACT = UUID("01900000-0000-7000-8000-00000000ac71")

ACTED_ON = tuple(METADATA.tables[n] for n in ("payment", "payment_allocation", "ledger", "till_session", "notice"))


class Rolled(Exception):
    """Ends a transaction without a trace."""


def in_vain(desk: Desk, *acts: Any) -> None:
    """Run in one transaction that is rolled back."""

    def run(connection: Connection) -> None:
        for act in acts:
            act(connection)
        raise Rolled

    with pytest.raises(Rolled):
        desk.write(run)


def other_value(column: Column[Any], value: Any) -> Any:
    """Return another value of the same type; None where a column may be empty and is not."""
    if column.nullable and value is not None:
        return None
    if column.name == "currency":
        return SYO
    kind = Any
    try:
        kind = column.type.python_type
    except NotImplementedError:
        return {"other": [1, "ب"]}
    others: dict[Any, Any] = {
        str: "غير ذلك ' \" \\ \n",
        int: 2**62,
        bool: not value,
        bytes: b"\x00\xff",
        UUID: ACT,
        date: date(1999, 1, 1),
        datetime: MORNING + timedelta(microseconds=1),
    }
    return others.get(kind, {"other": [1, "ب"]})


@pytest.mark.parametrize("table", UNDOABLE, ids=lambda table: table.name)
def test_every_column_of_every_table_comes_back(desk: Desk, table: Table) -> None:
    """The first row is changed in each column; the others go, come again and go once more."""
    keys = {column.name for column in table.primary_key}

    def change_all(connection: Connection) -> None:
        rows = [dict(row) for row in connection.execute(select(table).limit(3)).mappings()]
        before = dump(connection, [table])
        undo.begin(connection, ACT)
        for n, row in enumerate(rows):
            here = [table.c[name] == row[name] for name in keys]
            if n == 0:
                others = {c.name: other_value(c, row[c.name]) for c in table.columns if c.name not in keys}
                connection.execute(update(table).where(*here).values(others))
            else:
                connection.execute(delete(table).where(*here))
                connection.execute(insert(table), row)
                connection.execute(delete(table).where(*here))
        undo.end(connection)
        assert not rows or changed(before, dump(connection, [table])) == {table.name}
        undo.take_back(connection, [ACT])
        assert dump(connection, [table]) == before
        assert connection.execute(select(Undo.n)).all() == []

    in_vain(desk, change_all)


def test_only_what_happens_under_an_act_is_remembered(desk: Desk) -> None:
    table = METADATA.tables["notice"]
    row = {
        "id": ACT,
        "area_id": 1,
        "account_id": None,
        "till_id": None,
        "command_id": ACT,
        "code": "x",
        "details": {},
        "occurred_at": MORNING,
    }

    def act(connection: Connection) -> None:
        connection.execute(insert(table), row)
        undo.begin(connection, ACT)
        connection.execute(update(table).values(code="y"))
        undo.end(connection)
        connection.execute(insert(table), {**row, "id": OTHER_ACT})
        assert undo.touched(connection, [ACT, OTHER_ACT]) == {ACT: {("notice", ACT)}, OTHER_ACT: set()}
        assert undo.is_provisional(connection, "notice", ACT)
        assert not undo.is_provisional(connection, "notice", OTHER_ACT)
        assert not undo.is_provisional(connection, "bill", ACT)
        undo.forget(connection, [ACT])
        assert not undo.is_provisional(connection, "notice", ACT)
        undo.take_back(connection, [ACT])
        assert connection.execute(select(table.c.code).order_by(table.c.id)).scalars().all() == ["y", "x"]

    in_vain(desk, act)


def test_a_column_newer_than_the_image_gets_its_default(desk: Desk) -> None:
    """Images survive an upgrade: the row comes back without the columns that did not exist then."""
    table = METADATA.tables["till"]

    def act(connection: Connection) -> None:
        whole = connection.execute(select(table).order_by(table.c.id)).first()
        assert whole is not None
        undo.begin(connection, ACT)
        connection.execute(delete(table).where(table.c.id == whole.id))
        undo.end(connection)
        image = connection.execute(select(Undo.before)).scalar_one()
        assert image is not None
        older = {name: value for name, value in json.loads(image).items() if name != "device_id"}
        connection.execute(update(METADATA.tables["undo"]).values(before=json.dumps(older)))
        undo.take_back(connection, [ACT])
        back = connection.execute(select(table).order_by(table.c.id)).first()
        assert back == (*whole[:4], None, whole.letter)

    in_vain(desk, act)


def test_triggers_made_anew_do_not_double(desk: Desk) -> None:
    def act(connection: Connection) -> None:
        undo.install(connection)
        undo.begin(connection, ACT)
        connection.execute(update(METADATA.tables["till"]).values(letter="B"))
        images = connection.execute(select(Undo.row_id)).scalars().all()
        assert len(images) == len(set(images)) > 0

    in_vain(desk, act)


def test_receipts_and_journals_are_never_taken_back(desk: Desk) -> None:
    desk.open_till()
    done = desk.do(desk.payment(1_000))
    desk.write(undo.take_back, [done.command_id])

    def left(connection: Connection) -> tuple[int, ...]:
        return tuple(
            len(connection.execute(select(model.id).where(model.command_id == done.command_id)).all())
            for model in (Receipt, TillJournal, LedgerRow)
        )

    assert desk.read(left) == (1, 1, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a clerk may try. What is refused leaves nothing behind."""

    what: str
    minor: int
    account: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["open", "pay", "pay", "pay", "close"]),
        st.integers(-100, 600_000),
        st.integers(0, 4),
    ),
    max_size=12,
)


def _command(desk: Desk, connection: Connection, step: Step, accounts: list[UUID]) -> Command:
    till = till_facts(connection, desk.till_id)
    assert till is not None
    if step.what == "open":
        return OpenTill(till_id=desk.till_id, float_notes=(Note(SYP, 100, abs(step.minor) // 100),))
    if step.what == "close":
        return CloseTill(till_id=desk.till_id, session_id=till.session_id or ACT, counted=())
    return desk.payment_on(connection, step.minor, accounts[step.account])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS, cut=st.integers(0, 12))
def test_whatever_was_done_last_is_undone_exactly(desk: Desk, steps: list[Step], cut: int) -> None:
    """Take back the acts from the `cut`-th on, newest first in one go: everything stands as it did before them."""

    def day(connection: Connection) -> None:
        account = METADATA.tables["account"]
        accounts = list(connection.execute(select(account.c.id).order_by(account.c.id).limit(5)).scalars())
        bus = DeskBus(DeskClock())
        whole = dump(connection, UNDOABLE)
        states = [dump(connection, ACTED_ON)]
        done: list[UUID] = []
        for step in steps:
            point = connection.begin_nested()
            try:
                command = _command(desk, connection, step, accounts)
                command_id = desk.new_id()
                bus.submit(connection, command, command_id=command_id, staff_id=desk.people.clerk)
            except Refused:
                point.rollback()
                assert changed(states[-1], dump(connection, ACTED_ON)) == set()
            else:
                point.commit()
                done.append(command_id)
                states.append(dump(connection, ACTED_ON))
        kept = min(cut, len(done))
        undo.take_back(connection, done[kept:])
        assert changed({**whole, **states[kept]}, dump(connection, UNDOABLE)) == set()

    in_vain(desk, day)


def test_triggers_that_fit_are_left_alone_and_others_are_made_anew(desk: Desk) -> None:
    def looked(connection: Connection) -> tuple[int, dict[str, str]]:
        version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        return version, {name: sql for name, sql in found if name.startswith("undo_")}

    version, standing = desk.read(looked)
    assert standing == undo.triggers()
    desk.write(undo.install)
    assert desk.read(looked) == (version, standing)

    def spoil(connection: Connection) -> None:
        connection.exec_driver_sql("DROP TRIGGER undo_ledger_delete")
        connection.exec_driver_sql("DROP TRIGGER undo_ledger_insert")
        changes = "AFTER INSERT ON ledger BEGIN DELETE FROM undo_current; END"
        connection.exec_driver_sql(f"CREATE TRIGGER undo_ledger_insert {changes}")
        connection.exec_driver_sql(f"CREATE TRIGGER undo_of_a_table_that_is_no_more {changes}")

    desk.write(spoil)
    desk.write(undo.install)
    assert desk.read(looked)[1] == standing
