"""Central: tables."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "server_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "applied_command",
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("reason_values", sa.JSON(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_applied_command")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_applied_command_device_id_device_seq"), "applied_command", ["device_id", "device_seq"], unique=True
    )
    op.create_table(
        "feed",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", Id(), nullable=False),
        sa.Column("row", sa.LargeBinary(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("device_id", Id(), nullable=True),
        sa.Column("command_id", Id(), nullable=True),
        sa.PrimaryKeyConstraint("position", "n", name=op.f("pk_feed")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_feed_area_id_position"), "feed", ["area_id", "position"], unique=False)
    op.create_index(op.f("ix_feed_device_id_position"), "feed", ["device_id", "position"], unique=False)
    op.create_table(
        "feed_head",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_feed_head")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "nonce",
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_nonce")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "parked_command",
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("parked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", "body_hash", name=op.f("pk_parked_command")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "password",
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_password")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "token",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("family", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_token")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_token_family"), "token", ["family"], unique=False)
