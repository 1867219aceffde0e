"""Central: agent_state."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "server_0007"
down_revision = "server_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "agent_state",
        sa.Column("id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("device_id", Id(), nullable=False),
        sa.Column("centre_id", Id(), nullable=True),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("call_id", Id(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_state")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_agent_state_since"), "agent_state", ["since"], unique=False)
    op.create_index(op.f("ix_agent_state_staff_id_since"), "agent_state", ["staff_id", "since"], unique=False)
