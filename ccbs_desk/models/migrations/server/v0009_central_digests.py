"""Central: feed_digest, mended, deed; the feed's head knows whether digests are kept."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "server_0009"
down_revision = "server_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.add_column("feed_head", sa.Column("digested", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "feed_digest",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("hash_sum", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "table_name", name=op.f("pk_feed_digest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mended",
        sa.Column("id", Id(), nullable=False),
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("replaced", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mended")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_mended_device_id_at"), "mended", ["device_id", "at"], unique=False)
    op.create_table(
        "deed",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_deed_subject_id_at"), "deed", ["subject_id", "at"], unique=False)
