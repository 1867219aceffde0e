"""What an account owed before its bills are known here is paid like a bill, and before them."""

from datetime import date

from sqlalchemy import Connection, select

from ccbs_desk.config.language import speaking, strip_isolates
from ccbs_desk.domain.ledger import CUSTOMER_CREDIT, RECEIVABLE
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.models.money import LedgerRow, Payment, PaymentAllocation
from ccbs_desk.printing.content import Grid, Pair, content
from ccbs_desk.printing.receipt_model import paper_of
from ccbs_desk.services.accounts import account_facts, billed_parts, remaining_by_part
from ccbs_desk.services.payment_preview import Preview, preview
from ccbs_desk.services.take_payment import Taken
from tests.factories.desk import Desk, recorded, run_recorded
from tests.factories.dumps import changed, dump
from tests.factories.opening import bring_in


def new(minor: int) -> Money:
    return Money(minor, SYP)


def seen(desk: Desk, minor: int) -> Preview:
    return desk.read(preview, desk.account_id, new(minor), today=desk.today)


def pay(desk: Desk, minor: int) -> Taken:
    result = desk.do(desk.payment(minor)).result
    assert isinstance(result, Taken)
    return result


def legs(connection: Connection, ledger_account: str) -> list[tuple[int, bool]]:
    """Return what the last payment posted: the amount, and whether it names a bill."""
    last = select(Payment.occurred_at).order_by(Payment.occurred_at.desc()).limit(1).scalar_subquery()
    rows = connection.execute(
        select(LedgerRow.amount_minor, LedgerRow.bill_id, LedgerRow.part_id)
        .where(LedgerRow.occurred_at == last, LedgerRow.ledger_account == ledger_account)
        .order_by(LedgerRow.amount_minor)
    )
    return [(row.amount_minor, row.bill_id is not None and row.part_id is not None) for row in rows]


def test_it_is_an_open_item_older_than_every_bill(desk: Desk) -> None:
    desk.write(bring_in, desk.account_id, 5_000)
    first, second, *_ = seen(desk, 6_000).bills
    assert (first.bill_id, first.number, first.due_on) == (desk.account_id, "", date(2026, 11, 20))
    assert (first.owed, first.share, first.remaining_after) == (new(5_000), new(5_000), new(0))
    assert (second.share, second.due_on < first.due_on) == (new(1_000), True)


def test_it_is_due_since_it_was_brought_in(desk: Desk) -> None:
    desk.write(bring_in, desk.account_id, 20_000, days_ago=60)
    desk.open_till()
    outlook = seen(desk, 1).outlook
    assert outlook is not None
    first = outlook.expected[0]
    assert (outlook.stays_on, first.month, first.bill_number, first.amount, first.due) == (
        False,
        "",
        "",
        new(19_999),
        None,
    )


def test_it_is_paid_without_a_bill_in_the_ledger(desk: Desk, elsewhere: Desk) -> None:
    for each in (desk, elsewhere):
        each.write(bring_in, desk.account_id, 5_000)
    desk.open_till()
    taken = pay(desk, 6_000)
    assert desk.read(legs, RECEIVABLE) == [(-5_000, False), (-1_000, True)]
    allocated = desk.read(
        lambda c: c.execute(
            select(PaymentAllocation.part_id, PaymentAllocation.bill_id).where(PaymentAllocation.amount_minor == 5_000)
        ).all()
    )
    assert allocated == [(desk.account_id, desk.account_id)]
    account = desk.read(account_facts, desk.account_id)
    assert account is not None
    assert desk.read(remaining_by_part, account)[account.id] == new(0)
    assert desk.read(billed_parts, account)[0].bill_number
    for envelope in recorded(desk):
        elsewhere.write(run_recorded, envelope)
    assert changed(desk.read(dump), elsewhere.read(dump)) == set()
    assert taken.split.credit == new(0)


def test_what_was_paid_elsewhere_meanwhile_becomes_credit(desk: Desk, elsewhere: Desk) -> None:
    for each in (desk, elsewhere):
        each.write(bring_in, desk.account_id, 5_000)
        each.open_till()
    pay(elsewhere, 5_000)
    desk.clock.forward()
    pay(desk, 4_000)
    opened, paid = recorded(desk)
    elsewhere.write(run_recorded, paid)
    assert elsewhere.read(legs, CUSTOMER_CREDIT) == [(-4_000, False)]
    assert opened.command.KIND == "OpenTill"


def test_the_receipt_names_it(desk: Desk) -> None:
    desk.write(bring_in, desk.account_id, 5_000)
    desk.open_till()
    paper = paper_of(pay(desk, 3_000).printed, 0)
    with speaking("ar"):
        blocks = content(paper)
    rows = [(block.name, strip_isolates(block.first)) for block in blocks if isinstance(block, Grid)]
    assert rows[1] == ("رصيد سابق", "٣٠٫٠٠")
    frame = next(block for block in blocks if hasattr(block, "blocks"))
    expected = next(block for block in frame.blocks if isinstance(block, Pair))
    assert expected.label == "رصيد سابق"
