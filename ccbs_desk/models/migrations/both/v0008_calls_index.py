"""Calls: an index by the caller's number."""

from alembic import op

revision = "both_0008"
down_revision = "both_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_index(op.f("ix_call_caller_e164"), "call", ["caller_e164"], unique=False)
