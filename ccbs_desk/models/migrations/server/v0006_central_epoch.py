"""Central: the feed's positions belong to an epoch."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "server_0006"
down_revision = "server_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.add_column("feed_head", sa.Column("epoch", sa.String(), server_default="", nullable=False))
    op.execute(sa.text("UPDATE feed_head SET epoch = :epoch").bindparams(epoch=secrets.token_hex(8)))
