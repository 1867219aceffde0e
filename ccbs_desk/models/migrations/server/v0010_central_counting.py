"""Central: the feed's head names the count of all rows that is under way."""

import sqlalchemy as sa
from alembic import op

revision = "server_0010"
down_revision = "server_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.add_column("feed_head", sa.Column("counting", sa.String(), server_default="", nullable=False))
