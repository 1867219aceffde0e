"""The card: who, which line, on or off, owes what, what is open; and every figure explained."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, insert, select, update

from ccbs_desk.domain.bills import BillState
from ccbs_desk.domain.ledger import CUSTOMER_CREDIT, OPENING, RECEIVABLE
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.receipts import Bilingual, OutlookCode
from ccbs_desk.models.base import Base, table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import Bill, BillPart, LedgerRow, Payment
from ccbs_desk.models.subscribers import Account, Complaint, Line, LineBar, LineFeature, LineNumber
from ccbs_desk.services.card_facts import Card, FormerNumber, Owes, Power
from ccbs_desk.services.card_lines import power_of
from ccbs_desk.services.subscriber_card import explain_balance, read_card
from server_stub.seed import demo
from tests.factories.desk import MORNING, Desk

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")


def new(minor: int) -> Money:
    return Money(minor, SYP)


def card(desk: Desk, account_id: UUID | None = None) -> Card:
    found = desk.read(read_card, account_id or desk.account_id, today=desk.today)
    assert found is not None
    return found


def change(desk: Desk, model: type[Base], row_id: UUID, **values: Any) -> None:
    table = table_of(model)
    assert desk.write(lambda c: c.execute(update(table).where(table.c.id == row_id).values(values)).rowcount) == 1


def add(desk: Desk, model: type[Base], **values: Any) -> UUID:
    row = {"id": desk.new_id(), "area_id": demo.AREA, "account_id": desk.account_id, **values}
    desk.write(lambda c: c.execute(insert(table_of(model)), row).rowcount)
    row_id = row["id"]
    assert isinstance(row_id, UUID)
    return row_id


def bar(desk: Desk, reason: str, direction: str, until: datetime | None = None) -> UUID:
    return add(
        desk,
        LineBar,
        line_id=demo.LINE_ID,
        reason=reason,
        direction=direction,
        since=MORNING - timedelta(days=3),
        until=until,
    )


def test_who_it_is(desk: Desk) -> None:
    seen = card(desk)
    assert (seen.name, seen.kind, seen.account_number) == (demo.NAME, "person", demo.ACCOUNT_NUMBER)
    assert (seen.account_state, seen.customer_class, seen.bill_language) == ("active", "residential", "ar")
    assert (seen.account_id, seen.subscriber_id) == (demo.ACCOUNT_ID, demo.SUBSCRIBER_ID)


def test_which_line_and_where(desk: Desk) -> None:
    (line,) = card(desk).lines
    assert (line.e164, line.state, line.power, line.bars) == (f"+{demo.NUMBER}", "active", "on", ())
    assert line.exchange == Bilingual("مركز هاتف الصالحية", "Salihiyeh exchange")
    assert line.address is not None
    assert (line.address.governorate.en, line.address.town, line.address.street) == ("Damascus", "دمشق", "شارع العابد")
    assert sorted(feature.code for feature in line.features) == ["adsl_8", "caller_id"]
    assert line.listed


def test_what_is_owed(desk: Desk) -> None:
    assert card(desk).owes == Owes(
        balance=new(414_890),
        open=new(414_890),
        overdue=new(83_004 + 165_915),
        disputed=new(0),
        credit=new(0),
        oldest_due=date(2026, 8, 4),
        open_bills=3,
    )


def test_a_disputed_month_is_not_overdue(desk: Desk) -> None:
    part = card(desk).bills[2].months[1]
    change(desk, BillPart, part.part_id, disputed=True)
    seen = card(desk)
    assert (seen.owes.overdue, seen.owes.disputed) == (new(165_915), new(83_004))
    assert (seen.bills[2].overdue, seen.bills[1].overdue) == (False, True)


def test_bills_say_how_far_they_are_paid(desk: Desk) -> None:
    bills = card(desk).bills
    assert [(bill.state, bill.half_paid, bill.overdue) for bill in bills] == [
        (BillState.SENT, False, False),
        (BillState.SENT, False, True),
        (BillState.PARTIALLY_PAID, True, True),
        (BillState.SETTLED, False, False),
        (BillState.SETTLED, False, False),
        (BillState.SETTLED, False, False),
    ]
    half = bills[2]
    assert [(month.month, month.remaining.minor) for month in half.months] == [("2026-05", 0), ("2026-06", 83_004)]
    assert (half.amount, half.remaining) == (new(165_993), new(83_004))


def test_a_void_bill_is_shown_and_owes_nothing(desk: Desk) -> None:
    newest = card(desk).bills[0]
    change(desk, Bill, newest.bill_id, state="void")
    seen = card(desk)
    assert (seen.bills[0].state, seen.bills[0].void, seen.bills[0].overdue) == (BillState.VOID, True, False)
    assert seen.owes.open_bills == 2
    assert all(event.detail != newest.number for event in seen.timeline)


def test_a_bill_that_is_not_sent_is_not_shown(desk: Desk) -> None:
    change(desk, Bill, card(desk).bills[0].bill_id, state="validated")
    assert len(card(desk).bills) == 5


def test_an_incomplete_bill_is_marked(desk: Desk) -> None:
    change(desk, Bill, card(desk).bills[0].bill_id, incomplete=True)
    assert [bill.incomplete for bill in card(desk).bills[:2]] == [True, False]


def test_the_outlook_says_whether_the_line_stays_on(desk: Desk) -> None:
    assert card(desk).outlook.reason == OutlookCode.HALF_CYCLE
    bar(desk, "debt", "outgoing")
    assert (card(desk).outlook.reason, card(desk).outlook.stays_on) == (OutlookCode.DEBT, False)
    bar(desk, "court", "outgoing")
    assert card(desk).outlook.reason == OutlookCode.OTHER_BAR


@pytest.mark.parametrize(
    ("state", "directions", "power"),
    [
        ("active", [], "on"),
        ("active", ["outgoing"], "partly"),
        ("active", ["incoming"], "partly"),
        ("active", ["outgoing", "incoming"], "off"),
        ("active", ["both"], "off"),
        ("stopped", [], "off"),
        ("cancelled", [], "off"),
    ],
)
def test_on_or_off(state: str, directions: list[str], power: Power) -> None:
    assert power_of(state, directions) == power


def test_open_bars_show_and_lifted_ones_do_not(desk: Desk) -> None:
    bar(desk, "debt", "outgoing", until=MORNING)
    assert card(desk).power == "on"
    bar(desk, "threshold", "outgoing")
    seen = card(desk)
    assert [(b.reason, b.direction) for b in seen.lines[0].bars] == [("threshold", "outgoing")]
    assert (seen.power, seen.lines[0].power) == ("partly", "partly")


def test_several_lines(desk: Desk) -> None:
    def another(connection: Connection) -> UUID:
        row = connection.execute(select(Line).where(Line.id == demo.LINE_ID)).mappings().one()
        connection.execute(insert(table_of(Line)), {**row, "id": second, "state": "stopped"})
        return second

    second = desk.new_id()
    desk.write(another)
    assert card(desk).power == "partly"
    change(desk, Line, second, state="cancelled")
    seen = card(desk)
    assert (seen.power, [line.line_id for line in seen.lines]) == ("on", [demo.LINE_ID, second])
    assert (seen.lines[1].e164, seen.lines[1].listed) == ("", False)


def test_an_account_without_a_line(desk: Desk) -> None:
    change(desk, Line, demo.LINE_ID, account_id=NOBODY)
    seen = card(desk)
    assert (seen.lines, seen.power) == ((), "off")


def test_numbers_and_features_of_the_day(desk: Desk) -> None:
    gone = date(2020, 1, 31)
    add(desk, LineNumber, line_id=demo.LINE_ID, e164="963112219999", valid_from=date(2001, 1, 1), valid_to=gone)
    add(desk, LineNumber, line_id=demo.LINE_ID, e164="963112218888", valid_from=date(2027, 1, 1), valid_to=None)
    feature = next(iter(desk.read(lambda c: c.execute(select(LineFeature.feature_id)).scalars().all())))
    for since, until in ((date(2001, 1, 1), gone), (date(2027, 1, 1), None)):
        add(desk, LineFeature, line_id=demo.LINE_ID, feature_id=feature, valid_from=since, valid_to=until)
    (line,) = card(desk).lines
    assert (line.e164, line.former) == (f"+{demo.NUMBER}", (FormerNumber("+963112219999", gone),))
    assert len(line.features) == 2


def test_open_complaints_show_and_resolved_ones_are_history(desk: Desk) -> None:
    (open_one,) = card(desk).complaints
    assert (open_one.category, open_one.state, open_one.line_id) == ("billing", "inProgress", demo.LINE_ID)
    change(desk, Complaint, open_one.complaint_id, state="resolved", resolved_at=MORNING)
    seen = card(desk)
    assert seen.complaints == ()
    kinds = [event.kind for event in seen.timeline]
    assert kinds[0] == "complaint_resolved"
    assert "complaint_opened" in kinds


def test_what_this_desk_did_is_marked_until_the_server_has_it(desk: Desk) -> None:
    assert not card(desk).provisional
    desk.open_till()
    done = desk.do(desk.payment(10_000))
    seen = card(desk)
    assert (seen.provisional, seen.waiting.acts, seen.waiting.taken) == (True, 1, new(10_000))
    newest = seen.payments[0]
    assert (newest.number, newest.provisional, newest.amount) == (done.receipt_number, True, new(10_000))
    assert newest.receipt_id is not None
    assert [payment.provisional for payment in seen.payments[1:]] == [False] * 4
    assert seen.timeline[0].detail == done.receipt_number
    assert desk.read(explain_balance, desk.account_id)[-1].provisional
    table = table_of(Outbox)
    desk.write(lambda c: c.execute(update(table).values(state="applied")).rowcount)
    assert not card(desk).provisional
    assert not card(desk).payments[0].provisional


def test_another_account_s_acts_are_not_this_one_s(desk: Desk) -> None:
    other = desk.read(
        lambda c: c.execute(select(Account.id).where(Account.id != desk.account_id).limit(1)).scalar_one()
    )
    desk.open_till()
    desk.do(desk.payment(10_000, account_id=other))
    assert not card(desk).provisional
    assert card(desk, other).waiting.acts == 1


def test_history_runs_back_from_now(desk: Desk) -> None:
    bar(desk, "debt", "outgoing", until=MORNING - timedelta(days=1))
    timeline = card(desk).timeline
    assert [event.at for event in timeline] == sorted((event.at for event in timeline), reverse=True)
    assert [(event.kind, event.detail) for event in timeline[:2]] == [("unbarred", "debt"), ("barred", "debt")]
    bills = [event for event in timeline if event.kind == "bill"]
    assert bills[0].at == datetime(2026, 11, 4, 21, 0, tzinfo=UTC), "the first moment of the day in Damascus"
    assert bills[0].amount == new(165_971)


def test_no_card_of_nobody(desk: Desk) -> None:
    assert desk.read(read_card, NOBODY, today=desk.today) is None
    assert desk.read(explain_balance, NOBODY) == ()


def test_every_card_of_the_area_can_be_read_and_its_balance_explained(desk: Desk) -> None:
    accounts = desk.read(lambda c: c.execute(select(Account.id)).scalars().all())
    assert len(accounts) > 50
    for account_id in accounts:
        seen = card(desk, account_id)
        lines = desk.read(explain_balance, account_id)
        assert seen.owes.balance == seen.owes.open - seen.owes.credit
        assert (lines[-1].running if lines else new(0)) == seen.owes.balance
        assert seen.owes.open == sum((bill.remaining for bill in seen.bills), new(0))


def test_the_balance_line_by_line(desk: Desk) -> None:
    desk.open_till()
    done = desk.do(desk.payment(500_000))
    lines = desk.read(explain_balance, desk.account_id)
    assert [line.what for line in lines[:3]] == ["bill", "payment", "bill"]
    first, last = lines[0], lines[-1]
    assert (first.number, first.amount, first.running, first.on) == (
        "B1-2026-00000001",
        new(165_913),
        new(165_913),
        date(2026, 1, 5),
    )
    assert (lines[1].number, lines[1].amount) == ("001/202602/000001", new(-165_913))
    assert (last.what, last.number, last.amount, last.running) == (
        "payment",
        done.receipt_number,
        new(-500_000),
        new(-85_110),
    )


def _post(desk: Desk, *legs: tuple[str, int], at: datetime = MORNING, bill_id: UUID | None = None) -> None:
    command_id = desk.new_id()

    def write(connection: Connection) -> None:
        for name, minor in legs:
            row = {
                "area_id": demo.AREA,
                "period": 202611,
                "id": desk.new_id(),
                "command_id": command_id,
                "ledger_account": name,
                "amount_minor": minor,
                "currency": SYP,
                "account_id": desk.account_id,
                "bill_id": bill_id,
                "part_id": None,
                "till_id": None,
                "session_id": None,
                "occurred_at": at,
            }
            connection.execute(insert(table_of(LedgerRow)), row)

    desk.write(write)


def test_what_sort_of_act_it_was(desk: Desk) -> None:
    bill = card(desk).bills[0]
    _post(desk, (OPENING, -500), (RECEIVABLE, 500))
    _post(desk, (RECEIVABLE, -300), (CUSTOMER_CREDIT, 300), bill_id=bill.bill_id)
    _post(desk, ("suspense", 200), (CUSTOMER_CREDIT, -200))
    _post(desk, ("rounding", -1), (RECEIVABLE, 1))
    _post(desk, ("cash.safe", 1), ("rounding", -1))
    lines = desk.read(explain_balance, desk.account_id)[-4:]
    assert [(line.what, line.amount.minor, line.number) for line in lines] == [
        ("opening", 500, ""),
        ("transfer", 0, bill.number),
        ("payment", -200, ""),
        ("other", 1, ""),
    ]
    owes = card(desk).owes
    assert (owes.balance, owes.credit) == (new(414_890 + 301), new(-100))


def test_only_the_last_payments_are_on_the_card(desk: Desk) -> None:
    desk.open_till()
    for _ in range(12):
        desk.do(desk.payment(1_000))
    seen = card(desk)
    assert len(seen.payments) == 10
    assert seen.payments == tuple(sorted(seen.payments, key=lambda payment: payment.occurred_at, reverse=True))
    assert desk.read(lambda c: c.execute(select(func.count()).select_from(Payment)).scalar_one()) > 12
    assert replace(seen, payments=()).waiting.taken == new(12_000)
