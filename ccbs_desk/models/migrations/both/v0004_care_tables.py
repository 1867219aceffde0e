"""Care: tables."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "both_0004"
down_revision = "both_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "complaint_category",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("service_minutes", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_category")),
        sa.UniqueConstraint("code", name=op.f("uq_complaint_category_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "complaint_interval",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("complaint_id", Id(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_interval")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_complaint_interval_account_id"), "complaint_interval", ["account_id"], unique=False)
    op.create_index(op.f("ix_complaint_interval_area_id"), "complaint_interval", ["area_id"], unique=False)
    op.create_index(op.f("ix_complaint_interval_complaint_id"), "complaint_interval", ["complaint_id"], unique=False)
    op.create_table(
        "complaint_note",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("complaint_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("other_id", Id(), nullable=True),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_note")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_complaint_note_account_id"), "complaint_note", ["account_id"], unique=False)
    op.create_index(op.f("ix_complaint_note_area_id"), "complaint_note", ["area_id"], unique=False)
    op.create_index(op.f("ix_complaint_note_complaint_id"), "complaint_note", ["complaint_id"], unique=False)
    op.create_table(
        "service_order",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("line_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("feature_id", Id(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ordered_at", Instant(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("quoted_minor", sa.BigInteger(), nullable=False),
        sa.Column("charge_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.CheckConstraint("currency IN ('SYP', 'SYO')", name=op.f("ck_service_order_currency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_order")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_service_order_account_id"), "service_order", ["account_id"], unique=False)
    op.create_index(op.f("ix_service_order_area_id"), "service_order", ["area_id"], unique=False)
    op.create_index(op.f("ix_service_order_line_id"), "service_order", ["line_id"], unique=False)
    op.create_index(op.f("ix_service_order_state"), "service_order", ["state"], unique=False)
