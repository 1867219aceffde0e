"""Central: listings that went out of the published directory."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id

revision = "server_0011"
down_revision = "server_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "unpublished",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position", "listing_id", name=op.f("pk_unpublished")),
        sqlite_with_rowid=False,
    )
