"""Desk: load the scope anew, since rows of the tables that are new were passed over until now."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0002"
down_revision = "desk_0001"
branch_labels = None
depends_on = None

_STATE = sa.table("desk_state", sa.column("key", sa.String()), sa.column("value", sa.JSON()))


def upgrade() -> None:
    """Bring the schema one step further."""
    connection = op.get_bind()
    followed = connection.execute(sa.select(_STATE.c.value).where(_STATE.c.key == "Cursor")).scalar_one_or_none()
    due = connection.execute(sa.select(_STATE.c.key).where(_STATE.c.key == "Renewal")).first()
    if followed is not None and due is None:
        # What is due is dealt with once all acts were sent; a store that was never loaded is loaded anyway.
        connection.execute(sa.insert(_STATE), {"key": "Renewal", "value": {"epoch": followed.get("epoch", "")}})
