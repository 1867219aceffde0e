"""Central: challenge_key."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "server_0005"
down_revision = "server_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    table = op.create_table(
        "challenge_key",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_challenge_key")),
        sqlite_with_rowid=False,
    )
    op.bulk_insert(table, [{"one": 1, "key": secrets.token_bytes(32)}])
