"""Money: tables."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "both_0003"
down_revision = "both_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "audit",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("till_id", Id(), nullable=True),
        sa.Column("approved_by", Id(), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_audit_area_id"), "audit", ["area_id"], unique=False)
    op.create_index(op.f("ix_audit_device_id_device_seq"), "audit", ["device_id", "device_seq"], unique=True)
    op.create_table(
        "bill",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.CheckConstraint("currency IN ('SYP', 'SYO')", name=op.f("ck_bill_currency")),
        sa.PrimaryKeyConstraint("area_id", "period", "id", name=op.f("pk_bill")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_bill_account_id"), "bill", ["account_id"], unique=False)
    op.create_table(
        "bill_line",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("part_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "period", "id", name=op.f("pk_bill_line")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_bill_line_account_id"), "bill_line", ["account_id"], unique=False)
    op.create_table(
        "bill_part",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "period", "id", name=op.f("pk_bill_part")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_bill_part_account_id"), "bill_part", ["account_id"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("ledger_account", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("bill_id", Id(), nullable=True),
        sa.Column("part_id", Id(), nullable=True),
        sa.Column("till_id", Id(), nullable=True),
        sa.Column("session_id", Id(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.CheckConstraint("currency IN ('SYP', 'SYO')", name=op.f("ck_ledger_currency")),
        sa.PrimaryKeyConstraint("area_id", "period", "id", name=op.f("pk_ledger")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_ledger_account_id_ledger_account"), "ledger", ["account_id", "ledger_account"], unique=False
    )
    op.create_index(op.f("ix_ledger_session_id"), "ledger", ["session_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("till_id", Id(), nullable=True),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_notice_account_id"), "notice", ["account_id"], unique=False)
    op.create_index(op.f("ix_notice_area_id"), "notice", ["area_id"], unique=False)
    op.create_index(op.f("ix_notice_till_id"), "notice", ["till_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.CheckConstraint("currency IN ('SYP', 'SYO')", name=op.f("ck_payment_currency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_payment_account_id"), "payment", ["account_id"], unique=False)
    op.create_index(op.f("ix_payment_area_id"), "payment", ["area_id"], unique=False)
    op.create_table(
        "payment_allocation",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("part_id", Id(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_allocation")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_payment_allocation_account_id"), "payment_allocation", ["account_id"], unique=False)
    op.create_index(op.f("ix_payment_allocation_area_id"), "payment_allocation", ["area_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("printed", sa.JSON(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_receipt_account_id"), "receipt", ["account_id"], unique=False)
    op.create_index(op.f("ix_receipt_area_id"), "receipt", ["area_id"], unique=False)
    op.create_index(op.f("ix_receipt_number"), "receipt", ["number"], unique=True)
    op.create_table(
        "receipt_copy",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("receipt_id", Id(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("printed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_copy")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_receipt_copy_area_id"), "receipt_copy", ["area_id"], unique=False)
    op.create_index(op.f("ix_receipt_copy_receipt_id"), "receipt_copy", ["receipt_id"], unique=False)
    op.create_table(
        "till_journal",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_journal")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_till_journal_area_id"), "till_journal", ["area_id"], unique=False)
    op.create_index(
        op.f("ix_till_journal_till_id_letter_seq"), "till_journal", ["till_id", "letter", "seq"], unique=True
    )
    op.create_table(
        "till_session",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("till_id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("float_notes", sa.JSON(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("counted_notes", sa.JSON(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("approved_by", Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_session")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_till_session_area_id"), "till_session", ["area_id"], unique=False)
    op.create_index(op.f("ix_till_session_till_id"), "till_session", ["till_id"], unique=False)
