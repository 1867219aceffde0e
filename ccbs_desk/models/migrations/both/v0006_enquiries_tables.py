"""Enquiries: tables."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "both_0006"
down_revision = "both_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "alarm_closing",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("alarm_id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_closing")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_alarm_closing_alarm_id"), "alarm_closing", ["alarm_id"], unique=False)
    op.create_index(op.f("ix_alarm_closing_area_id"), "alarm_closing", ["area_id"], unique=False)
    op.create_table(
        "directory_alarm",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_alarm")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_directory_alarm_area_id"), "directory_alarm", ["area_id"], unique=False)
    op.create_index(op.f("ix_directory_alarm_staff_id_at"), "directory_alarm", ["staff_id", "at"], unique=False)
    op.create_table(
        "number_asked",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("asked_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_asked")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_number_asked_area_id"), "number_asked", ["area_id"], unique=False)
    op.create_index(op.f("ix_number_asked_staff_id_at"), "number_asked", ["staff_id", "at"], unique=False)
