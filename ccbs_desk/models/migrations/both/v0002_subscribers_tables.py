"""Subscribers: tables."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "both_0002"
down_revision = "both_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "account",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("subscriber_id", Id(), nullable=False),
        sa.Column("customer_class", sa.String(), nullable=False),
        sa.Column("bill_language", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_account_area_id"), "account", ["area_id"], unique=False)
    op.create_index(op.f("ix_account_number"), "account", ["number"], unique=False)
    op.create_index(op.f("ix_account_subscriber_id"), "account", ["subscriber_id"], unique=False)
    op.create_table(
        "account_scope",
        sa.Column("id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_scope")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_account_scope_account_id"), "account_scope", ["account_id"], unique=False)
    op.create_index(op.f("ix_account_scope_area_id"), "account_scope", ["area_id"], unique=False)
    op.create_table(
        "address",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("governorate_id", Id(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("quarter", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("building", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_address_area_id"), "address", ["area_id"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("line_id", Id(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_complaint_account_id"), "complaint", ["account_id"], unique=False)
    op.create_index(op.f("ix_complaint_area_id"), "complaint", ["area_id"], unique=False)
    op.create_table(
        "line",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("exchange_id", Id(), nullable=False),
        sa.Column("pair_id", Id(), nullable=True),
        sa.Column("address_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_line_account_id"), "line", ["account_id"], unique=False)
    op.create_index(op.f("ix_line_area_id"), "line", ["area_id"], unique=False)
    op.create_table(
        "line_bar",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("line_id", Id(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_bar")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_line_bar_area_id"), "line_bar", ["area_id"], unique=False)
    op.create_index(op.f("ix_line_bar_line_id"), "line_bar", ["line_id"], unique=False)
    op.create_table(
        "line_feature",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("line_id", Id(), nullable=False),
        sa.Column("feature_id", Id(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_feature")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_line_feature_area_id"), "line_feature", ["area_id"], unique=False)
    op.create_index(op.f("ix_line_feature_line_id"), "line_feature", ["line_id"], unique=False)
    op.create_table(
        "line_number",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("line_id", Id(), nullable=False),
        sa.Column("e164", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_number")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_line_number_area_id"), "line_number", ["area_id"], unique=False)
    op.create_index(op.f("ix_line_number_e164"), "line_number", ["e164"], unique=False)
    op.create_index(op.f("ix_line_number_line_id"), "line_number", ["line_id"], unique=False)
    op.create_table(
        "listing",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("line_id", Id(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("e164", sa.String(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_listing_account_id"), "listing", ["account_id"], unique=False)
    op.create_index(op.f("ix_listing_area_id"), "listing", ["area_id"], unique=False)
    op.create_table(
        "subscriber",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("given", sa.String(), nullable=False),
        sa.Column("father", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_subscriber_area_id"), "subscriber", ["area_id"], unique=False)
