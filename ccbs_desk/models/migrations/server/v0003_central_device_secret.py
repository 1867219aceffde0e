"""Central: device_secret."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "server_0003"
down_revision = "server_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "device_secret",
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_secret")),
        sqlite_with_rowid=False,
    )
