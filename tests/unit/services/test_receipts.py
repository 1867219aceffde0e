"""Receipts: what stood on the paper stays, and each further print is a numbered copy."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, select, update

from ccbs_desk.domain.commands import CopyReceipt
from ccbs_desk.domain.errors import NotAllowed, ReceiptUnknown, Refused
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.receipts import Bilingual, OutlookCode, PrintedReceipt
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import Bill, Notice
from ccbs_desk.models.reference import Centre, StaffRole
from ccbs_desk.models.subscribers import Account, Line, LineNumber, Subscriber
from ccbs_desk.services.receipts import receipt, receipt_by_number, receipts_at_till, receipts_of_account
from ccbs_desk.services.take_payment import Taken
from server_stub.seed import demo
from tests.factories.desk import MORNING, Desk, recorded, run_recorded
from tests.factories.dumps import changed, dump

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")


def new(minor: int) -> Money:
    return Money(minor, SYP)


def pay(desk: Desk, minor: int) -> Taken:
    result = desk.do(desk.payment(minor)).result
    assert isinstance(result, Taken)
    return result


def test_what_stands_on_the_paper(desk: Desk) -> None:
    desk.open_till()
    tendered = (Money(10_000_000, SYO),)
    result = desk.do(desk.payment(90_010, tendered=tendered)).result
    assert isinstance(result, Taken)
    printed = result.printed
    assert isinstance(printed, PrintedReceipt)
    assert (printed.number, printed.till_code, printed.account_number) == (
        "0001-A-000001",
        "0001",
        demo.ACCOUNT_NUMBER,
    )
    assert printed.centre == Bilingual("مركز خدمة الصالحية", "Salihiyeh customer care")
    assert printed.clerk == Bilingual("هدى الشامي", "Huda Al-Shami")
    assert (printed.subscriber, printed.phone) == (demo.NAME, f"+{demo.NUMBER}")
    assert (printed.amount, printed.collected, printed.rounding, printed.change) == (
        new(90_010),
        new(90_000),
        new(-10),
        new(10_000),
    )
    assert printed.tendered == tendered
    assert [(share.month, share.part, share.amount, share.remaining_after) for share in printed.shares] == [
        ("2026-06", 2, new(83_004), new(0)),
        ("2026-07", 1, new(7_006), new(75_819)),
    ]
    assert (printed.credit, printed.balance_after) == (new(0), new(414_890 - 90_010))
    assert printed.occurred_at == MORNING + timedelta(minutes=1)
    assert (printed.outlook.reason, printed.outlook.stays_on) == (OutlookCode.DUE, False)
    assert printed.outlook.until == date(2026, 10, 16)
    assert [expected.month for expected in printed.outlook.expected] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert printed.incomplete_bills == ()


def test_an_incomplete_bill_that_is_reached_is_named(desk: Desk) -> None:
    table = table_of(Bill)
    desk.write(
        lambda c: c.execute(update(table).where(table.c.account_id == desk.account_id).values(incomplete=True)).rowcount
    )
    desk.open_till()
    assert pay(desk, 83_004).printed.incomplete_bills == ("B1-2026-00000361",)
    assert pay(desk, 100_000).printed.incomplete_bills == ("B1-2026-00000481",)


def test_a_month_that_is_still_to_be_billed_is_expected(desk: Desk) -> None:
    """The bill looks paid, and a further month will come: the paper says so."""
    desk.write(
        lambda c: (
            c.exec_driver_sql(
                "DELETE FROM ledger WHERE part_id IN (SELECT id FROM bill_part WHERE part = 2 AND month = '2026-10')"
            ).rowcount
        )
    )
    desk.write(lambda c: c.exec_driver_sql("DELETE FROM bill_part WHERE part = 2 AND month = '2026-10'").rowcount)
    desk.open_till()
    outlook = pay(desk, 331_919).printed.outlook
    assert (outlook.reason, outlook.stays_on) == (OutlookCode.SETTLED, True)
    (expected,) = outlook.expected
    assert (expected.month, expected.bill_number, expected.amount, expected.due) == ("2026-10", None, None, None)


def test_an_account_without_an_active_line_has_no_phone(desk: Desk) -> None:
    table = table_of(Line)
    desk.write(lambda c: c.execute(update(table).where(table.c.id == demo.LINE_ID).values(state="stopped")).rowcount)
    desk.open_till()
    assert pay(desk, 1_000).printed.phone == ""


def test_names_that_are_missing_leave_a_blank(desk: Desk) -> None:
    def lose(connection: Connection) -> None:
        connection.execute(delete(table_of(Subscriber)).where(Subscriber.id == demo.SUBSCRIBER_ID))
        connection.execute(delete(table_of(Centre)))
        connection.execute(delete(table_of(LineNumber)))

    desk.write(lose)
    desk.open_till()
    printed = pay(desk, 1_000).printed
    assert (printed.subscriber, printed.centre, printed.phone) == ("", Bilingual("", ""), "")


def test_the_list_of_a_till_and_of_an_account(desk: Desk) -> None:
    desk.open_till()
    other = desk.read(
        lambda c: c.execute(select(Account.id).where(Account.id != desk.account_id).limit(1)).scalar_one()
    )
    pay(desk, 1_000)
    desk.do(desk.payment(2_000, account_id=other))
    pay(desk, 3_000)
    at_till = desk.read(receipts_at_till, desk.till_id)
    assert [row.number for row in at_till] == ["0001-A-000003", "0001-A-000002", "0001-A-000001"]
    newest = at_till[0]
    assert (newest.subscriber, newest.amount, newest.clerk.en, newest.copies) == (
        demo.NAME,
        new(3_000),
        "Huda Al-Shami",
        0,
    )
    assert newest.provisional
    since = MORNING + timedelta(minutes=3)
    assert [row.number for row in desk.read(receipts_at_till, desk.till_id, since=since)] == ["0001-A-000003"]
    assert len(desk.read(receipts_at_till, desk.till_id, limit=1)) == 1
    assert desk.read(receipts_at_till, NOBODY) == ()
    of_account = desk.read(receipts_of_account, desk.account_id)
    assert [row.number for row in of_account] == ["0001-A-000003", "0001-A-000001"]
    desk.write(lambda c: c.execute(update(table_of(Outbox)).values(state="home")).rowcount)
    assert not desk.read(receipts_at_till, desk.till_id)[0].provisional


def test_copies_are_numbered_and_the_paper_stays_the_same(desk: Desk) -> None:
    desk.open_till()
    first = pay(desk, 1_000)
    numbers = [
        desk.do(CopyReceipt(receipt_id=first.receipt_id, account_id=desk.account_id), by=person).result
        for person in _printers(desk)
    ]
    assert numbers == [1, 2]
    pay(desk, 100_000)
    view = desk.read(receipt, first.receipt_id)
    assert view is not None
    assert view.printed == first.printed
    assert (view.row.copies, [(copy.number, copy.clerk.en) for copy in view.copies]) == (
        2,
        [(1, "Huda Al-Shami"), (2, "Ali Al-Khoury")],
    )


def _printers(desk: Desk) -> tuple[UUID, UUID]:
    return desk.people.clerk, desk.people.supervisor


def test_no_copy_of_what_is_not_there_and_none_by_everybody(desk: Desk) -> None:
    with pytest.raises(Refused) as no:
        desk.do(CopyReceipt(receipt_id=NOBODY, account_id=desk.account_id))
    assert no.value.reason == ReceiptUnknown(NOBODY)
    desk.open_till()
    first = pay(desk, 1_000)
    with pytest.raises(Refused) as no:
        desk.do(CopyReceipt(receipt_id=first.receipt_id, account_id=desk.account_id), by=desk.people.agent)
    assert no.value.reason == NotAllowed("receipt.copy")


def test_a_printed_copy_is_counted_though_its_receipt_is_not_known_yet(desk: Desk, elsewhere: Desk) -> None:
    desk.open_till()
    paid = desk.do(desk.payment(1_000)).result
    assert isinstance(paid, Taken)
    copy = CopyReceipt(receipt_id=paid.receipt_id, account_id=desk.account_id)
    assert [desk.do(copy).result for _ in range(2)] == [1, 2]
    opened, taken, first, second = recorded(desk)
    assert set(taken.command.order_keys()) & set(first.command.order_keys())
    for envelope in (first, opened, taken, second):
        elsewhere.write(run_recorded, envelope)
    assert elsewhere.do(copy).result == 3
    assert changed(desk.read(dump), elsewhere.read(dump)) <= {"receipt_copy", "audit"}


def test_what_is_found_against_a_printed_copy_is_told(desk: Desk, elsewhere: Desk) -> None:
    desk.open_till()
    paid = desk.do(desk.payment(1_000)).result
    assert isinstance(paid, Taken)
    desk.do(CopyReceipt(receipt_id=paid.receipt_id, account_id=desk.account_id))
    opened, taken, copied = recorded(desk)
    for envelope in (opened, taken):
        elsewhere.write(run_recorded, envelope)
    elsewhere.write(lambda c: c.execute(delete(table_of(StaffRole)).where(StaffRole.staff_id == desk.people.clerk)))
    elsewhere.write(run_recorded, copied)
    [notice] = elsewhere.read(lambda c: c.execute(select(Notice.code, Notice.account_id, Notice.details)).all())
    assert notice == ("permission.missing", desk.account_id, {"permission": "receipt.copy"})


def test_a_receipt_by_its_number(desk: Desk) -> None:
    desk.open_till()
    first = pay(desk, 1_000)
    for text in ("0001-A-000001", "٠٠٠١-a-١"):
        view = desk.read(receipt_by_number, text)
        assert view is not None
        assert view.row.receipt_id == first.receipt_id
    for text in ("0001-A-2", "محمد", ""):
        assert desk.read(receipt_by_number, text) is None
    assert desk.read(receipt, NOBODY) is None
