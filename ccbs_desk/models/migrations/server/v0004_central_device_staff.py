"""Central: device_staff."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "server_0004"
down_revision = "server_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "device_staff",
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("first_seen", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "staff_id", name=op.f("pk_device_staff")),
        sqlite_with_rowid=False,
    )
