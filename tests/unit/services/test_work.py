"""A unit of work: rows with ids that follow from the act, and changes that tell what was written."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from ccbs_desk.domain.commands import Command, Envelope, SignIn, Stamps
from ccbs_desk.domain.ids import derive
from ccbs_desk.domain.ledger import CASH_SAFE, CASH_TILL, Posting, Unbalanced
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.models.money import Notice, TillSession
from ccbs_desk.services.receipt_words import compose_receipt
from ccbs_desk.services.registry import handler_of, handles
from ccbs_desk.services.work import Work
from tests.factories.desk import DEVICE_ID, MORNING, Desk

ONE = UUID("01900000-0000-7000-8000-000000000001")
NOTICE: dict[str, Any] = {
    "area_id": 1,
    "account_id": None,
    "till_id": None,
    "command_id": ONE,
    "code": "x",
    "details": {},
}


def work_on(connection: Connection, *, deciding: bool = True) -> Work:
    stamps = Stamps(
        occurred_at=MORNING, staff_id=ONE, device_id=DEVICE_ID, device_seq=1, audit_prev=bytes(32), policy_version=0
    )
    envelope = Envelope(command_id=ONE, command=SignIn(online=True), stamps=stamps)
    return Work(connection, envelope, PolicySet(0, {}), deciding=deciding)


def test_ids_follow_from_the_act_the_table_and_the_key(desk: Desk) -> None:
    def act(connection: Connection) -> None:
        work = work_on(connection)
        row_id = work.insert(Notice, "a", **NOTICE, occurred_at=MORNING)
        assert row_id == derive(ONE, "notice", "a")
        work.change(Notice, row_id, code="y")
        before, after = [change.row for change in work.changes]
        assert work.changes[1].before == before
        assert (before or {})["code"] == "x"
        assert after == {**(before or {}), "code": "y"}

    desk.write(act)


def test_a_permanent_fact_is_recorded_once(desk: Desk) -> None:
    def act(connection: Connection) -> None:
        first, again = work_on(connection), work_on(connection, deciding=False)
        ids = [work.record(Notice, "a", **NOTICE, occurred_at=MORNING) for work in (first, again)]
        assert ids[0] == ids[1]
        assert (len(first.changes), len(again.changes)) == (1, 0)

    desk.write(act)


def test_a_notice_has_the_same_id_whatever_else_the_act_left(desk: Desk) -> None:
    told: dict[str, Any] = {"area_id": 1, "account_id": None, "till_id": None}

    def act(connection: Connection) -> None:
        work = work_on(connection)
        work.insert(Notice, "another row", **NOTICE, occurred_at=MORNING)
        for code in ("x", "y", "x"):
            work.notice(code, {}, **told)
        ids = [change.id for change in work.changes[1:]]
        assert ids == [derive(ONE, "notice", key) for key in ("x:1", "y:1", "x:2")]

    desk.write(act)


def test_what_is_decided_is_decided_once(desk: Desk) -> None:
    def act(connection: Connection) -> None:
        work = work_on(connection)
        assert work.decided("n", int, lambda: 1) == 1
        assert work.decided("n", int, lambda: 2) == 1
        assert work.decided("who", UUID | None, lambda: ONE) == ONE
        assert work.decided("nobody", UUID | None, lambda: None) is None
        assert work.stamped().stamps.decided == {"n": 1, "who": str(ONE), "nobody": None}
        with pytest.raises(LookupError):
            work_on(connection, deciding=False).decided("n", int, lambda: 1)

    desk.write(act)


def test_what_is_not_there_can_t_be_changed(desk: Desk) -> None:
    with pytest.raises(LookupError):
        desk.write(lambda connection: work_on(connection).change(TillSession, ONE, area_id=2))


def test_the_books_balance_or_nothing_is_written(desk: Desk) -> None:
    legs = [Posting(CASH_TILL, Money(100, SYP)), Posting(CASH_SAFE, Money(-99, SYP))]
    with pytest.raises(Unbalanced):
        desk.write(lambda connection: work_on(connection).post(legs, area_id=1))

    def nothing(connection: Connection) -> int:
        work = work_on(connection)
        work.post([Posting(CASH_TILL, Money(0, SYP))], area_id=1)
        return len(work.changes)

    assert desk.write(nothing) == 0


def test_no_receipt_is_composed_without_a_till_and_an_account(desk: Desk) -> None:
    command = desk.payment(1_000)
    with pytest.raises(LookupError):
        desk.read(lambda connection: compose_receipt(command, work_on(connection), None, None, Money(0, SYP), ()))


def test_one_handler_a_command() -> None:
    with pytest.raises(ValueError, match="SignIn"):
        handles(SignIn)(lambda _command, _work: None)

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Unheard(SignIn):
        KIND = "Unheard"

    unheard: Command = Unheard(online=True)
    with pytest.raises(KeyError):
        handler_of(unheard)
