"""Money: audit."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id

revision = "both_0010"
down_revision = "both_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.add_column("audit", sa.Column("roles", sa.String(), server_default="", nullable=False))
    op.add_column("audit", sa.Column("centre_id", Id(), nullable=True))
    op.add_column("audit", sa.Column("call_id", Id(), nullable=True))
    op.add_column("audit", sa.Column("reason", sa.String(), nullable=True))
