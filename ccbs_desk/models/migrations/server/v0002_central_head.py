"""Central: the feed begins at position 0."""

from alembic import op

revision = "server_0002"
down_revision = "server_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.execute("INSERT INTO feed_head (one, position) VALUES (1, 0)")
