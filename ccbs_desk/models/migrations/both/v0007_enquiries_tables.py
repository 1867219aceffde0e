"""Enquiries: tables of what picks teach."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "both_0007"
down_revision = "both_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "spelling_pick",
        sa.Column("id", Id(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("meant", sa.String(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spelling_pick")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_spelling_pick_typed_meant"), "spelling_pick", ["typed", "meant"], unique=False)
    op.create_table(
        "spelling_revoked",
        sa.Column("id", Id(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("meant", sa.String(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spelling_revoked")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_spelling_revoked_typed_meant"), "spelling_revoked", ["typed", "meant"], unique=False)
