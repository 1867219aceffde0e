"""Central: visits."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "server_0008"
down_revision = "server_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "look_up",
        sa.Column("id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("call_id", Id(), nullable=True),
        sa.Column("asked", sa.LargeBinary(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_up")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_look_up_account_id"), "look_up", ["account_id"], unique=False)
    op.create_index(op.f("ix_look_up_staff_id_at"), "look_up", ["staff_id", "at"], unique=False)
    op.create_table(
        "visit",
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "account_id", name=op.f("pk_visit")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_visit_account_id"), "visit", ["account_id"], unique=False)
    op.create_index(op.f("ix_visit_until"), "visit", ["until"], unique=False)
