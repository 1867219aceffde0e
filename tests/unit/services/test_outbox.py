"""The outbox: what waits, what a person has to deal with, and what may be done about it."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from ccbs_desk.domain.commands import CopyReceipt, OpenTill, TakePayment, WithdrawAct
from ccbs_desk.domain.errors import ActNotOpen, NewerServer, Refused, TillOpenAlready, WithdrawalNeedsReason
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.till import Note
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import Audit, Receipt
from ccbs_desk.services import outbox
from ccbs_desk.services.outbox import Amendment, OutboxItem, OutboxSummary, Shown
from server_stub.seed import demo
from tests.factories.desk import MORNING, Desk, recorded, run_recorded

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")


def mark(desk: Desk, seq: int, **values: Any) -> UUID:
    """Let the act have met a fate; return its id."""
    table = table_of(Outbox)
    desk.write(lambda c: c.execute(update(table).where(table.c.device_seq == seq).values(values)).rowcount)
    return desk.read(lambda c: c.execute(select(Outbox.command_id).where(Outbox.device_seq == seq)).scalar_one())


def items(desk: Desk, shown: Shown = "all") -> tuple[OutboxItem, ...]:
    return desk.read(outbox.items, shown)


def allowed(item: OutboxItem) -> tuple[bool, bool, bool]:
    return item.can_retry, item.can_amend, item.can_withdraw


def a_day(desk: Desk) -> None:
    """Open the till (1) and take two payments (2, 3)."""
    desk.open_till()
    desk.do(desk.payment(10_000))
    desk.do(desk.payment(20_000))


def test_an_empty_outbox(desk: Desk) -> None:
    assert desk.read(outbox.summary) == OutboxSummary(0, (), None, 0, 0, 0)
    assert items(desk) == ()


def test_how_much_waits(desk: Desk) -> None:
    a_day(desk)
    told = desk.read(outbox.summary)
    assert told == OutboxSummary(3, (Money(30_000, SYP),), MORNING, 0, 0, 0)
    mark(desk, 1, state="applied", handled=True)
    mark(desk, 2, state="home", handled=True)
    later = desk.read(outbox.summary)
    assert (later.unsent, later.sums) == (1, (Money(20_000, SYP),))
    assert later.oldest == items(desk)[0].occurred_at


def test_sums_by_currency(desk: Desk) -> None:
    a_day(desk)
    mark(desk, 3, currency=SYO)
    assert desk.read(outbox.summary).sums == (Money(20_000, SYO), Money(10_000, SYP))


def test_what_needs_a_person(desk: Desk) -> None:
    a_day(desk)
    desk.do(CopyReceipt(receipt_id=_receipt(desk), account_id=desk.account_id))
    for seq, state in ((1, "refused"), (2, "conflict"), (3, "parked"), (4, "frozen")):
        mark(desk, seq, state=state)
    told = desk.read(outbox.summary)
    assert (told.refused, told.conflicts, told.parked, told.attention) == (1, 2, 1, 4)
    assert (told.unsent, told.sums) == (2, (Money(20_000, SYP),))
    assert [item.device_seq for item in items(desk, "attention")] == [4, 3, 2, 1]
    assert [item.device_seq for item in items(desk, "unsent")] == [4, 3]
    mark(desk, 1, handled=True)
    assert desk.read(outbox.summary).refused == 0
    assert [item.device_seq for item in items(desk, "attention")] == [4, 3, 2]


def _receipt(desk: Desk) -> UUID:
    return desk.read(lambda c: c.execute(select(Receipt.id).limit(1)).scalar_one())


def test_what_an_act_says_of_itself(desk: Desk) -> None:
    a_day(desk)
    newest, _, opening = items(desk)
    assert (newest.kind, newest.device_seq, newest.state, newest.handled) == ("TakePayment", 3, "pending", False)
    assert (newest.account_id, newest.account_name, newest.account_number) == (
        demo.ACCOUNT_ID,
        demo.NAME,
        demo.ACCOUNT_NUMBER,
    )
    assert (newest.amount, newest.receipt_number) == (Money(20_000, SYP), "0001-A-000002")
    assert newest.staff.en == "Huda Al-Shami"
    assert isinstance(newest.meant, TakePayment)
    assert newest.meant.amount == newest.amount
    assert allowed(newest) == (False, False, False)
    assert (opening.kind, opening.account_id, opening.amount, opening.receipt_number) == ("OpenTill", None, None, None)


def test_a_refusal_has_its_reason(desk: Desk) -> None:
    a_day(desk)
    values = {"till_code": "0001", "since": "2026-11-20T06:00:00Z"}
    mark(desk, 1, state="refused", reason_code="till.open_already", reason_values=values)
    mark(desk, 2, state="refused", reason_code="a.later.code", reason_values={"x": 1})
    mark(desk, 3, state="refused", reason_code="till.open_already", reason_values=None)
    assert [item.reason for item in items(desk)] == [
        NewerServer("till.open_already"),
        NewerServer("a.later.code"),
        TillOpenAlready("0001", MORNING),
    ]


def test_an_act_that_can_t_be_read_is_shown_all_the_same(desk: Desk) -> None:
    a_day(desk)
    mark(desk, 2, raw=b"not ours", state="refused")
    mark(desk, 1, raw=b'{"id":"01900000-0000-7000-8000-000000000bad","kind":"Later","version":1}', state="refused")
    _, damaged, unknown = items(desk)
    for item in (damaged, unknown):
        assert (item.meant, item.receipt_number, item.account_name) == (None, None, "")
        assert allowed(item) == (False, False, False)
        assert desk.read(outbox.amend_of, item.command_id) is None
    assert damaged.amount == Money(10_000, SYP)


def test_a_parked_act_is_sent_again(desk: Desk) -> None:
    a_day(desk)
    for seq, state in ((1, "parked"), (2, "frozen"), (3, "refused")):
        mark(desk, seq, state=state, attempts=5)
    assert [item.can_retry for item in items(desk)] == [False, True, True]
    assert [desk.write(outbox.retry, item.command_id) for item in items(desk)] == [False, True, True]
    assert [(item.state, item.attempts) for item in items(desk)] == [("refused", 5), ("pending", 0), ("pending", 0)]
    assert not desk.write(outbox.retry, NOBODY)


def test_a_refused_act_is_left_as_it_is(desk: Desk) -> None:
    a_day(desk)
    opening = mark(desk, 1, state="refused")
    payment = mark(desk, 2, state="conflict")
    pending = mark(desk, 3, state="pending")
    assert [item.can_withdraw for item in items(desk)] == [False, False, True]
    assert desk.write(outbox.withdraw, opening)
    assert not desk.write(outbox.withdraw, opening)
    for money in (payment, pending, NOBODY):
        assert not desk.write(outbox.withdraw, money), "money that was taken is never withdrawn"
    assert [(item.state, item.handled) for item in items(desk)] == [
        ("pending", False),
        ("conflict", False),
        ("withdrawn", True),
    ]


def test_a_person_has_dealt_with_it(desk: Desk) -> None:
    a_day(desk)
    refused, conflict, pending = (
        mark(desk, 1, state="refused"),
        mark(desk, 2, state="conflict"),
        mark(desk, 3, attempts=1),
    )
    assert [desk.write(outbox.mark_handled, act) for act in (refused, conflict, pending, NOBODY)] == [
        True,
        True,
        False,
        False,
    ]
    assert items(desk, "attention") == ()
    assert not desk.write(outbox.mark_handled, refused)
    assert not items(desk)[2].can_amend


def test_a_refused_act_is_mended_by_a_new_one(desk: Desk) -> None:
    a_day(desk)
    refused = mark(desk, 1, state="refused")
    mending = desk.read(outbox.amend_of, refused)
    assert mending == Amendment(
        "OpenTill",
        "",
        {"till_id": str(desk.till_id), "float_notes": [{"currency": "SYP", "minor": 1000, "count": 5}]},
        refused,
    )
    conflict = mark(desk, 2, state="conflict")
    payment = desk.read(outbox.amend_of, conflict)
    assert payment is not None
    assert (payment.subject, payment.fields["amount"]) == (
        str(demo.ACCOUNT_ID),
        {"minor": 10_000, "currency": "SYP"},
    )
    for other in (mark(desk, 3, attempts=1), NOBODY):
        assert desk.read(outbox.amend_of, other) is None


def test_which_act_mends_which(desk: Desk) -> None:
    session = desk.open_till()
    refused = mark(desk, 1, state="refused")
    desk.do(desk.close_till(session, Note(SYP, 1_000, 5)))
    done = desk.do(OpenTill(till_id=desk.till_id, float_notes=()), amends=refused)
    newest, _, oldest = items(desk)
    assert (newest.amends, newest.amended_by) == (refused, None)
    assert (oldest.amends, oldest.amended_by, oldest.handled) == (None, done.command_id, True)


@pytest.mark.parametrize("state", ["pending", "applied", "seen", "home", "withdrawn"])
def test_only_what_was_lost_can_be_mended(desk: Desk, state: str) -> None:
    a_day(desk)
    mark(desk, 2, state=state)
    item = items(desk)[1]
    assert allowed(item) == (False, False, False)


def test_what_is_done_is_neither_on_its_way_nor_open(desk: Desk) -> None:
    a_day(desk)
    home = mark(desk, 1, state="home")
    mark(desk, 2, state="conflict")
    assert [item.command_id for item in items(desk, "done")] == [home]
    seen_to = mark(desk, 2, handled=True)
    assert [item.command_id for item in items(desk, "done")] == [seen_to, home]
    assert [desk.read(outbox.count, shown) for shown in ("unsent", "attention", "done", "all")] == [1, 0, 2, 3]


def test_a_withdrawal_is_an_act_with_a_reason(desk: Desk) -> None:
    a_day(desk)
    refused = mark(desk, 1, state="refused")
    for why in ("", "  "):
        with pytest.raises(Refused) as no:
            desk.do(WithdrawAct(act_id=refused, why=why), amends=refused)
        assert no.value.reason == WithdrawalNeedsReason()
    done = desk.do(WithdrawAct(act_id=refused, why="opened at the wrong till"), amends=refused)
    newest, *_, oldest = items(desk)
    assert (newest.kind, newest.amends, newest.state) == ("WithdrawAct", refused, "pending")
    assert (oldest.state, oldest.handled, oldest.amended_by) == ("withdrawn", True, None)
    assert oldest.why_withdrawn == "opened at the wrong till"
    audited = select(Audit.kind, Audit.staff_id).where(Audit.command_id == done.command_id)
    assert desk.read(lambda c: c.execute(audited).one()) == ("WithdrawAct", desk.people.clerk)
    with pytest.raises(Refused) as twice:
        desk.do(WithdrawAct(act_id=refused, why="again"), amends=refused)
    assert twice.value.reason == ActNotOpen()


def test_money_is_not_withdrawn_by_an_act_either(desk: Desk) -> None:
    a_day(desk)
    payment = mark(desk, 2, state="conflict")
    with pytest.raises(Refused) as no:
        desk.do(WithdrawAct(act_id=payment, why="the payer changed his mind"), amends=payment)
    assert no.value.reason == ActNotOpen()


def test_a_withdrawal_that_can_no_longer_be_read_is_one_all_the_same(desk: Desk) -> None:
    a_day(desk)
    refused = mark(desk, 1, state="refused")
    desk.do(WithdrawAct(act_id=refused, why="opened at the wrong till"), amends=refused)
    mark(desk, 4, raw=b"?")
    oldest = items(desk)[-1]
    assert (oldest.state, oldest.amended_by, oldest.why_withdrawn) == ("withdrawn", None, "")


def test_elsewhere_a_withdrawal_only_leaves_its_trace(desk: Desk, elsewhere: Desk) -> None:
    a_day(desk)
    refused = mark(desk, 1, state="refused")
    desk.do(WithdrawAct(act_id=refused, why="opened at the wrong till"), amends=refused)
    for envelope in recorded(desk):
        done = elsewhere.write(run_recorded, envelope)
    assert {change.table for change in done.changes} == {"audit"}
