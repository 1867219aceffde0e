"""Desk: visits."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "desk_0003"
down_revision = "desk_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "visiting",
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("fetched_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("call_id", Id(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_visiting")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_visiting_until"), "visiting", ["until"], unique=False)
