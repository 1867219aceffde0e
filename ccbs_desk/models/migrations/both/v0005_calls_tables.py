"""Calls: tables."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "both_0005"
down_revision = "both_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "call",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("pbx", sa.String(), nullable=False),
        sa.Column("linkedid", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("caller_raw", sa.String(), nullable=False),
        sa.Column("caller_e164", sa.String(), nullable=False),
        sa.Column("caller_name", sa.String(), nullable=False),
        sa.Column("presentation", sa.String(), nullable=False),
        sa.Column("dialled", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("account_id", Id(), nullable=True),
        sa.PrimaryKeyConstraint("area_id", "period", "id", name=op.f("pk_call")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_call_account_id"), "call", ["account_id"], unique=False)
    op.create_index(op.f("ix_call_area_id_arrived_at"), "call", ["area_id", "arrived_at"], unique=False)
    op.create_index(op.f("ix_call_id"), "call", ["id"], unique=False)
    op.create_index(op.f("ix_call_outcome"), "call", ["outcome"], unique=False)
    op.create_table(
        "call_leg",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("call_id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=True),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("leg", sa.String(), nullable=False),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("held_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "period", "id", name=op.f("pk_call_leg")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_call_leg_area_id"), "call_leg", ["area_id"], unique=False)
    op.create_index(op.f("ix_call_leg_call_id"), "call_leg", ["call_id"], unique=False)
    op.create_index(op.f("ix_call_leg_id"), "call_leg", ["id"], unique=False)
    op.create_table(
        "call_link",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("call_id", Id(), nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target_id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_link")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_call_link_account_id"), "call_link", ["account_id"], unique=False)
    op.create_index(op.f("ix_call_link_area_id"), "call_link", ["area_id"], unique=False)
    op.create_index(op.f("ix_call_link_call_id"), "call_link", ["call_id"], unique=False)
    op.create_index(op.f("ix_call_link_target_id"), "call_link", ["target_id"], unique=False)
    op.create_table(
        "call_wrap_up",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("call_id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "period", "id", name=op.f("pk_call_wrap_up")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_call_wrap_up_area_id"), "call_wrap_up", ["area_id"], unique=False)
    op.create_index(op.f("ix_call_wrap_up_call_id"), "call_wrap_up", ["call_id"], unique=False)
    op.create_index(op.f("ix_call_wrap_up_id"), "call_wrap_up", ["id"], unique=False)
    op.create_table(
        "pause_reason",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause_reason")),
        sa.UniqueConstraint("code", name=op.f("uq_pause_reason_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wrap_up_code",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("needs_notes", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrap_up_code")),
        sa.UniqueConstraint("code", name=op.f("uq_wrap_up_code_code")),
        sqlite_with_rowid=False,
    )
