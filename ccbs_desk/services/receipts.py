"""Receipts that were given, as they were printed, and how often they were printed again. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual, PrintedReceipt


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt in a list. `copies` is how often it was printed again; `provisional` that the server has not spoken."""

    receipt_id: UUID
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
    raise NotImplementedError


def receipts_at_till(
    connection: Connection, till_id: UUID, *, since: datetime | None = None, limit: int = 200
) -> tuple[ReceiptRow, ...]:
    """Return what a till gave, newest first."""
    raise NotImplementedError


def receipt(connection: Connection, receipt_id: UUID) -> ReceiptView | None:
    """Return one receipt, or None when it is not here."""
    raise NotImplementedError


def receipt_by_number(connection: Connection, text: str) -> ReceiptView | None:
    """Return the receipt of a number as a person types it, or None."""
    raise NotImplementedError
