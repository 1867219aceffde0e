"""Receipts that were given, as they were printed, and how often they were printed again. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual, PrintedReceipt
from ccbs_desk.domain.till import BadTill, parse_receipt_number, receipt_number
from ccbs_desk.models.money import Receipt, ReceiptCopy
from ccbs_desk.models.reference import Staff, Till
from ccbs_desk.services.unsent import unsent_ids


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt in a list. `copies` is how often it was printed again; `provisional` that the server has not spoken.

    `command_id` is the payment's act.
    """

    receipt_id: UUID
    command_id: UUID
    number: str
    occurred_at: datetime
    account_id: UUID
    subscriber: str
    amount: Money
    clerk: Bilingual
    copies: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class CopyView:
    """A copy: its number, when it was printed, and by whom."""

    number: int
    printed_at: datetime
    clerk: Bilingual


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One receipt: what stood on the paper, and its copies."""

    row: ReceiptRow
    printed: PrintedReceipt
    copies: tuple[CopyView, ...]


def receipts_of_account(connection: Connection, account_id: UUID, *, limit: int = 50) -> tuple[ReceiptRow, ...]:
    """Return the account's receipts, newest first."""
    return _rows(connection, Receipt.account_id == account_id, limit)


def receipts_at_till(
    connection: Connection, till_id: UUID, *, since: datetime | None = None, limit: int = 200
) -> tuple[ReceiptRow, ...]:
    """Return what a till gave, newest first."""
    code = connection.execute(select(Till.code).where(Till.id == till_id)).scalar_one_or_none()
    # All numbers of a till begin with its code: the unique index on numbers serves this.
    which = Receipt.number.between(f"{code}-", f"{code}-~") & (Receipt.till_id == till_id)
    if since is not None:
        which &= Receipt.occurred_at >= since
    return _rows(connection, which, limit)


def receipt(connection: Connection, receipt_id: UUID) -> ReceiptView | None:
    """Return one receipt, or None when it is not here."""
    return _one(connection, Receipt.id == receipt_id)


def receipt_by_number(connection: Connection, text: str) -> ReceiptView | None:
    """Return the receipt of a number as a person types it, or None."""
    try:
        number = receipt_number(*parse_receipt_number(text))
    except BadTill:
        return None
    return _one(connection, Receipt.number == number)


def _one(connection: Connection, which: ColumnElement[bool]) -> ReceiptView | None:
    rows = _rows(connection, which, 1)
    if not rows:
        return None
    printed = connection.execute(select(Receipt.printed).where(which)).scalar_one()
    return ReceiptView(rows[0], msgspec.convert(printed, PrintedReceipt), _copies(connection, rows[0].receipt_id))


def _rows(connection: Connection, which: ColumnElement[bool], limit: int) -> tuple[ReceiptRow, ...]:
    copies = select(func.count()).where(ReceiptCopy.receipt_id == Receipt.id).correlate(Receipt).scalar_subquery()
    rows = connection.execute(
        select(
            Receipt.id,
            Receipt.number,
            Receipt.occurred_at,
            Receipt.account_id,
            Receipt.printed["subscriber"].as_string(),
            Receipt.amount_minor,
            Receipt.currency,
            Staff.name_ar,
            Staff.name_en,
            copies,
            Receipt.command_id,
        )
        .outerjoin(Staff, Staff.id == Receipt.staff_id)
        .where(which)
        .order_by(Receipt.occurred_at.desc(), Receipt.number.desc())
        .limit(limit)
    ).all()
    here_only = unsent_ids(connection)
    return tuple(
        ReceiptRow(
            receipt_id=receipt_id,
            command_id=command_id,
            number=number,
            occurred_at=occurred_at,
            account_id=account_id,
            subscriber=subscriber,
            amount=Money(minor, currency),
            clerk=Bilingual(name_ar or "", name_en or ""),
            copies=count,
            provisional=command_id in here_only,
        )
        for (
            receipt_id,
            number,
            occurred_at,
            account_id,
            subscriber,
            minor,
            currency,
            name_ar,
            name_en,
            count,
            command_id,
        ) in rows
    )


def _copies(connection: Connection, receipt_id: UUID) -> tuple[CopyView, ...]:
    rows = connection.execute(
        select(ReceiptCopy.copy_number, ReceiptCopy.printed_at, Staff.name_ar, Staff.name_en)
        .outerjoin(Staff, Staff.id == ReceiptCopy.staff_id)
        .where(ReceiptCopy.receipt_id == receipt_id)
        .order_by(ReceiptCopy.copy_number, ReceiptCopy.printed_at)
    )
    return tuple(CopyView(number, at, Bilingual(ar or "", en or "")) for number, at, ar, en in rows)
