"""Desk: tables."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "desk_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "desk_state",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_desk_state")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("amends", Id(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_draft")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_draft_staff_id"), "draft", ["staff_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("order_keys", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("reason_values", sa.JSON(), nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.Column("amends", Id(), nullable=True),
        sa.PrimaryKeyConstraint("device_seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("command_id", name=op.f("uq_outbox_command_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_outbox_state"), "outbox", ["state"], unique=False)
    op.create_table(
        "search_doc",
        sa.Column("doc", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("doc", name=op.f("pk_search_doc")),
    )
    op.create_index(op.f("ix_search_doc_account_id"), "search_doc", ["account_id"], unique=False)
    op.create_table(
        "undo",
        sa.Column("n", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", Id(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_undo")),
    )
    op.create_index(op.f("ix_undo_command_id"), "undo", ["command_id"], unique=False)
    op.create_index(op.f("ix_undo_row_id"), "undo", ["row_id"], unique=False)
    op.create_table(
        "undo_current",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_undo_current")),
        sqlite_with_rowid=False,
    )
