"""Calls: what queues are called."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id

revision = "both_0009"
down_revision = "both_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "call_queue",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_queue")),
        sa.UniqueConstraint("code", name=op.f("uq_call_queue_code")),
        sqlite_with_rowid=False,
    )
