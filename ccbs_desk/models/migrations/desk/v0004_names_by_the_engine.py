"""Desk: the index of names is the directory's engine's own; what it holds is made of the rows when the store opens."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0004"
down_revision = "desk_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    # It was made beside the migrations, by the first load.
    op.execute("DROP TABLE IF EXISTS search_fts")
    op.drop_table("search_doc")
    op.create_table(
        "name_blob",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_blob")),
    )
    op.create_table(
        "name_note",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_name_note")),
    )
