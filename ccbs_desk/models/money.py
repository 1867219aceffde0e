"""Bills, the ledger, payments, receipts, tills and their journals. Rows of this file are only ever added.

Bills, their lines and the ledger are keyed by area and period beside the id, so that native partitions fit later.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ccbs_desk.models.base import Base, currency_check, told


class Bill(Base):
    """One unified bill per account and cycle. `cycle` is the first month, "2026-09".

    `state` is the issuing side of TMF678: new, onHold, validated, sent, void. partiallyPaid and settled are never
    stored: they follow from the ledger.
    """

    __tablename__ = "bill"
    __table_args__ = told("area", more=(Index(None, "account_id"), currency_check()))
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    number: Mapped[str]
    cycle: Mapped[str]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str]
    incomplete: Mapped[bool]
    total_minor: Mapped[int]
    currency: Mapped[str]


class BillPart(Base):
    """One month of a bill with its own amount. The parts of a cycle are one block to payment and dunning."""

    __tablename__ = "bill_part"
    __table_args__ = told("area", more=(Index(None, "account_id"),))
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    bill_id: Mapped[UUID]
    part: Mapped[int] = mapped_column(Integer)
    month: Mapped[str]
    amount_minor: Mapped[int]
    disputed: Mapped[bool]


class BillLine(Base):
    """One service or tax of a part. `kind` is tax, rental, usage or other: the order of allocation inside a bill."""

    __tablename__ = "bill_line"
    __table_args__ = told("area", more=(Index(None, "account_id"),))
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    bill_id: Mapped[UUID]
    part_id: Mapped[UUID]
    kind: Mapped[str]
    service: Mapped[str]
    amount_minor: Mapped[int]


class LedgerRow(Base):
    """One leg of a balanced posting. The legs of one `command_id` sum to zero in each currency."""

    __tablename__ = "ledger"
    __table_args__ = told(
        "area", more=(Index(None, "account_id", "ledger_account"), Index(None, "session_id"), currency_check())
    )
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_id: Mapped[UUID]
    ledger_account: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    account_id: Mapped[UUID | None]
    bill_id: Mapped[UUID | None]
    part_id: Mapped[UUID | None]
    till_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]


class Payment(Base):
    """A payment by any method. `state` is confirmed for cash; cheque and electronic have longer lives."""

    __tablename__ = "payment"
    __table_args__ = told("area", more=(Index(None, "account_id"), Index(None, "area_id"), currency_check()))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    method: Mapped[str]
    state: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str]
    occurred_at: Mapped[datetime]


class PaymentAllocation(Base):
    """What of a payment went to which part of which bill, as the ledger has it.

    For an opening balance, which has no bill, `bill_id` and `part_id` are the account's own id.
    """

    __tablename__ = "payment_allocation"
    __table_args__ = told("area", more=(Index(None, "account_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    payment_id: Mapped[UUID]
    bill_id: Mapped[UUID]
    part_id: Mapped[UUID]
    amount_minor: Mapped[int]
    currency: Mapped[str]


class Receipt(Base):
    """Proof of payment. `printed` is what stood on the paper: it never changes, whatever becomes of the split."""

    __tablename__ = "receipt"
    __table_args__ = told(
        "area",
        permanent=True,
        more=(Index(None, "number", unique=True), Index(None, "account_id"), Index(None, "area_id")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    command_id: Mapped[UUID]
    number: Mapped[str]
    till_id: Mapped[UUID]
    staff_id: Mapped[UUID]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    printed: Mapped[Any] = mapped_column(JSON)
    occurred_at: Mapped[datetime]


class ReceiptCopy(Base):
    """A further print of a receipt; the paper says "copy n". What was printed is counted for ever."""

    __tablename__ = "receipt_copy"
    __table_args__ = told("area", more=(Index(None, "receipt_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    receipt_id: Mapped[UUID]
    copy_number: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[UUID]
    printed_at: Mapped[datetime]


class TillSession(Base):
    """One clerk's session on a till. Sums of the count are kept as counted, by currency; the rest is computed."""

    __tablename__ = "till_session"
    __table_args__ = told("area", more=(Index(None, "till_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    till_id: Mapped[UUID]
    staff_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    float_notes: Mapped[Any] = mapped_column(JSON)
    closed_at: Mapped[datetime | None]
    counted_notes: Mapped[Any] = mapped_column(JSON)
    differences: Mapped[Any] = mapped_column(JSON)
    approved_by: Mapped[UUID | None]


class TillJournal(Base):
    """One row of a till's journal: every act at the till, chained by hash. Holes are known, changes show."""

    __tablename__ = "till_journal"
    __table_args__ = told(
        "area", permanent=True, more=(Index(None, "till_id", "letter", "seq", unique=True), Index(None, "area_id"))
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    till_id: Mapped[UUID]
    letter: Mapped[str]
    seq: Mapped[int]
    command_id: Mapped[UUID]
    kind: Mapped[str]
    body_hash: Mapped[bytes]
    prev_hash: Mapped[bytes]
    hash: Mapped[bytes]
    receipt_number: Mapped[str | None]
    occurred_at: Mapped[datetime]


class Notice(Base):
    """Something a person must be told: a share that no longer fitted, money in suspense. Shown at the till."""

    __tablename__ = "notice"
    __table_args__ = told("area", more=(Index(None, "account_id"), Index(None, "till_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID | None]
    till_id: Mapped[UUID | None]
    command_id: Mapped[UUID]
    code: Mapped[str]
    details: Mapped[Any] = mapped_column(JSON)
    occurred_at: Mapped[datetime]


class Audit(Base):
    """Who did what, where and why, chained by device. Both sides write it from the act; it never travels.

    `roles` are those that the person had at that moment, as this side knew them; empty in rows of the first releases.
    What was before and after stands in the feed's rows of the same act.
    """

    __tablename__ = "audit"
    __table_args__ = told(
        "", permanent=True, more=(Index(None, "device_id", "device_seq", unique=True), Index(None, "area_id"))
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    command_id: Mapped[UUID]
    device_id: Mapped[UUID]
    device_seq: Mapped[int]
    staff_id: Mapped[UUID]
    roles: Mapped[str] = mapped_column(server_default="")
    centre_id: Mapped[UUID | None]
    call_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    kind: Mapped[str]
    account_id: Mapped[UUID | None]
    till_id: Mapped[UUID | None]
    approved_by: Mapped[UUID | None]
    body_hash: Mapped[bytes]
    prev_hash: Mapped[bytes]
    hash: Mapped[bytes]
    occurred_at: Mapped[datetime]
