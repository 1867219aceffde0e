"""Every receipt is one payment, one journal row and one effect in the ledger; numbers run without unexplained gaps."""

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.ids import derive
from ccbs_desk.domain.ledger import CASH_TILL, CLEARING_CARD, CUSTOMER_CREDIT, RECEIVABLE, SUSPENSE
from ccbs_desk.domain.till import BadTill, parse_receipt_number, receipt_number
from ccbs_desk.models.money import LedgerRow, Payment, PaymentAllocation, Receipt, TillJournal
from server_stub.check.findings import AnyRow, Check, Finding, pieces, stream

_EFFECT = (RECEIVABLE, CUSTOMER_CREDIT, SUSPENSE)
_RECEIPT = select(Receipt.id, Receipt.command_id, Receipt.number, Receipt.amount_minor, Receipt.currency)


def every_receipt_has_one_effect(connection: Connection) -> Iterator[Finding]:
    """A receipt's act has one payment of its amount, one journal row of its number, and that effect in the ledger."""
    for receipts in pieces(stream(connection, _RECEIPT.order_by(Receipt.id))):
        commands = [receipt.command_id for receipt in receipts]
        payments = _payments(connection, commands)
        journal = _journal(connection, commands)
        effects = _effects(connection, receipts)
        for receipt in receipts:
            subject = f"receipt {receipt.number} (act {receipt.command_id})"
            paid = payments.get(derive(receipt.command_id, "payment", "payment"))
            if paid != (receipt.amount_minor, receipt.currency, receipt.number):
                yield Finding("a receipt has no payment of its amount and number", subject)
            if journal.get(receipt.command_id) != [receipt.number]:
                yield Finding("a receipt has not exactly one journal row of its number", subject)
            if effects.get((receipt.command_id, receipt.currency)) != -receipt.amount_minor:
                yield Finding("a receipt's effect in the ledger is not its amount", subject)


def _payments(connection: Connection, commands: list[UUID]) -> dict[UUID, tuple[int, str, str]]:
    ids = [derive(command, "payment", "payment") for command in commands]
    columns = select(Payment.id, Payment.amount_minor, Payment.currency, Payment.reference)
    found = connection.execute(columns.where(Payment.id.in_(ids)))
    return {row.id: (row.amount_minor, row.currency, row.reference) for row in found}


def _journal(connection: Connection, commands: list[UUID]) -> dict[UUID, list[str | None]]:
    ids = [derive(command, "till_journal", "journal") for command in commands]
    columns = select(TillJournal.command_id, TillJournal.receipt_number)
    found: dict[UUID, list[str | None]] = {}
    for row in connection.execute(columns.where(TillJournal.id.in_(ids))):
        found.setdefault(row.command_id, []).append(row.receipt_number)
    return found


def _effects(connection: Connection, receipts: list[AnyRow]) -> dict[tuple[UUID, str], int]:
    """Return what each act took off debts, or put to credit or suspense, read along the accounts that it paid."""
    ids = [receipt.id for receipt in receipts]
    statement = (
        select(LedgerRow.command_id, LedgerRow.currency, func.sum(LedgerRow.amount_minor))
        .join(Receipt, Receipt.account_id == LedgerRow.account_id)
        .where(Receipt.id.in_(ids), Receipt.command_id == LedgerRow.command_id)
        .where(LedgerRow.ledger_account.in_(_EFFECT))
        .group_by(LedgerRow.command_id, LedgerRow.currency)
    )
    return {(command, currency): int(total) for command, currency, total in connection.execute(statement)}


def every_allocation_is_of_its_payment(connection: Connection) -> Iterator[Finding]:
    """No payment is split into more than itself."""
    split = func.sum(PaymentAllocation.amount_minor)
    statement = (
        select(Payment.id, Payment.amount_minor, split.label("split"))
        .join(PaymentAllocation, PaymentAllocation.payment_id == Payment.id)
        .group_by(Payment.id, Payment.amount_minor)
        .having(split > Payment.amount_minor)
    )
    for row in stream(connection, statement):
        yield Finding(
            "a payment is split into more than itself", f"payment {row.id}: {row.split} of {row.amount_minor}"
        )


def numbers_run_without_gaps(connection: Connection) -> Iterator[Finding]:
    """Every number of a series that a till gave is in its journal; one that is missing is explained by a hole there.

    The journal knows refused receipts too, so that their numbers are no gaps.
    """
    statement = select(TillJournal.till_id, TillJournal.letter, TillJournal.seq, TillJournal.receipt_number).order_by(
        TillJournal.till_id, TillJournal.letter, TillJournal.seq
    )
    for _, rows in groupby(stream(connection, statement), key=lambda row: (row.till_id, row.letter)):
        yield from _series_gaps(rows)


def _series_gaps(rows: Iterator[AnyRow]) -> Iterator[Finding]:
    """Walk one series in the order of the till: between two receipts, each missing number needs a hole."""
    last_seq = last_number = 0
    holes = 0
    for row in rows:
        holes += row.seq - last_seq - 1
        last_seq = row.seq
        if row.receipt_number is None:
            continue
        try:
            series, number = parse_receipt_number(row.receipt_number)
        except BadTill:
            yield Finding("a journal row bears no receipt number", f"till {row.till_id}, row {row.letter}{row.seq}")
            continue
        for missing in range(last_number + 1, number):
            name = receipt_number(series, missing)
            yield Finding("a receipt's number is missing", name, pending=holes > 0)
            holes -= 1
        if number <= last_number:
            yield Finding("a receipt's number came twice or out of turn", row.receipt_number)
        last_number, holes = number, 0


def no_number_is_borne_twice(connection: Connection) -> Iterator[Finding]:
    """No two receipts bear one number, whatever the index says."""
    statement = select(Receipt.number, func.count()).group_by(Receipt.number).having(func.count() > 1)
    for number, count in connection.execute(statement):
        yield Finding("a receipt's number is borne by several receipts", f"{number}: {count}")


def card_money_awaits_the_acquirer(connection: Connection) -> Iterator[Finding]:
    """What a receipt's act took by card stands at the acquirer, to the piastre, and nothing of it in a drawer."""
    columns = select(Receipt.id, Receipt.command_id, Receipt.number, Receipt.amount_minor)
    for receipts in pieces(stream(connection, columns.order_by(Receipt.id))):
        ids = {derive(receipt.command_id, "payment", "payment"): receipt for receipt in receipts}
        by_card = select(Payment.id).where(Payment.id.in_(list(ids)), Payment.method == "card")
        paid = [ids[payment_id] for payment_id in connection.execute(by_card).scalars()]
        owed = _at(connection, paid, CLEARING_CARD)
        drawers = _at(connection, paid, CASH_TILL)
        for receipt in paid:
            subject = f"receipt {receipt.number} (act {receipt.command_id})"
            if owed.get(receipt.command_id, 0) != receipt.amount_minor:
                yield Finding("a card payment does not await its amount from the acquirer", subject)
            if drawers.get(receipt.command_id, 0):
                yield Finding("a card payment is in a drawer", subject)


def _at(connection: Connection, receipts: list[AnyRow], ledger_account: str) -> dict[UUID, int]:
    """Return what these receipts' acts posted to a ledger account, read along the accounts that they paid."""
    statement = (
        select(LedgerRow.command_id, func.sum(LedgerRow.amount_minor))
        .join(Receipt, Receipt.account_id == LedgerRow.account_id)
        .where(Receipt.id.in_([receipt.id for receipt in receipts]), Receipt.command_id == LedgerRow.command_id)
        .where(LedgerRow.ledger_account == ledger_account)
        .group_by(LedgerRow.command_id)
    )
    return {command: int(total) for command, total in connection.execute(statement)}


CHECKS: tuple[Check, ...] = (
    every_receipt_has_one_effect,
    card_money_awaits_the_acquirer,
    every_allocation_is_of_its_payment,
    numbers_run_without_gaps,
    no_number_is_borne_twice,
)
