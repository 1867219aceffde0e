"""Every act's legs sum to zero; bills, parts and lines agree; nothing is paid twice over."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select, union_all

from ccbs_desk.domain.ledger import RECEIVABLE, in_chart
from ccbs_desk.models.money import Bill, BillLine, BillPart, LedgerRow, PaymentAllocation
from server_stub.check.findings import Check, Finding, stream

_PART = func.coalesce(LedgerRow.part_id, LedgerRow.account_id)
"""What a row of receivable is about: a part of a bill, or, without one, the account's opening balance."""


def every_act_balances(connection: Connection) -> Iterator[Finding]:
    """The legs of an act sum to zero in each currency."""
    total = func.sum(LedgerRow.amount_minor)
    statement = (
        select(LedgerRow.command_id, LedgerRow.currency, total.label("left"))
        .group_by(LedgerRow.command_id, LedgerRow.currency)
        .having(total != 0)
    )
    for row in stream(connection, statement):
        yield Finding("ledger legs do not sum to zero", f"act {row.command_id}: {row.left} {row.currency} left over")


def every_account_is_in_the_chart(connection: Connection) -> Iterator[Finding]:
    """Nothing is posted to a ledger account that does not exist."""
    for name in connection.execute(select(LedgerRow.ledger_account).distinct()).scalars():
        if not in_chart(name):
            yield Finding("no such ledger account", name)


def bills_equal_their_parts(connection: Connection) -> Iterator[Finding]:
    """A bill's total is the sum of its parts."""
    both = union_all(
        select(Bill.id.label("bill_id"), Bill.total_minor.label("amount")),
        select(BillPart.bill_id, -BillPart.amount_minor),
    ).subquery()
    left = func.sum(both.c.amount)
    for row in stream(
        connection, select(both.c.bill_id, left.label("left")).group_by(both.c.bill_id).having(left != 0)
    ):
        yield Finding("a bill is not the sum of its parts", f"bill {row.bill_id}: {row.left} apart")


def parts_equal_their_lines(connection: Connection) -> Iterator[Finding]:
    """A part's amount is the sum of its lines."""
    both = union_all(
        select(BillPart.id.label("part_id"), BillPart.amount_minor.label("amount")),
        select(BillLine.part_id, -BillLine.amount_minor),
    ).subquery()
    left = func.sum(both.c.amount)
    for row in stream(
        connection, select(both.c.part_id, left.label("left")).group_by(both.c.part_id).having(left != 0)
    ):
        yield Finding("a bill's part is not the sum of its lines", f"part {row.part_id}: {row.left} apart")


def nothing_is_paid_twice(connection: Connection) -> Iterator[Finding]:
    """What remains of a bill's part, or of an opening balance, is never less than nothing."""
    remaining = func.sum(LedgerRow.amount_minor)
    statement = (
        select(_PART.label("part_id"), LedgerRow.currency, remaining.label("remaining"))
        .where(LedgerRow.ledger_account == RECEIVABLE)
        .group_by(_PART, LedgerRow.currency)
        .having(remaining < 0)
    )
    for row in stream(connection, statement):
        yield Finding("more is paid than was owed", f"part {row.part_id}: {row.remaining} {row.currency} remain")


def allocations_equal_the_ledger(connection: Connection) -> Iterator[Finding]:
    """What payments say they paid of a part is what the ledger took off it."""
    both = union_all(
        select(PaymentAllocation.part_id.label("part_id"), PaymentAllocation.amount_minor.label("amount")),
        select(_PART, LedgerRow.amount_minor).where(LedgerRow.ledger_account == RECEIVABLE, LedgerRow.amount_minor < 0),
    ).subquery()
    left = func.sum(both.c.amount)
    for row in stream(
        connection, select(both.c.part_id, left.label("left")).group_by(both.c.part_id).having(left != 0)
    ):
        yield Finding("allocations differ from the ledger", f"part {row.part_id}: {row.left} apart")


CHECKS: tuple[Check, ...] = (
    every_act_balances,
    every_account_is_in_the_chart,
    bills_equal_their_parts,
    parts_equal_their_lines,
    nothing_is_paid_twice,
    allocations_equal_the_ledger,
)
