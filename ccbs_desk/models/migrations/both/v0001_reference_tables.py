"""Reference: tables."""

import sqlalchemy as sa
from alembic import op

from ccbs_desk.models.base import Id, Instant

revision = "both_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema one step further."""
    op.create_table(
        "area",
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("governorate_id", Id(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("number", name=op.f("uq_area_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cabinet",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("exchange_id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cabinet")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "centre",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("governorate_id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
        sa.UniqueConstraint("code", name=op.f("uq_centre_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "device",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("centre_id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("approved_by", Id(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "distribution_point",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("cabinet_id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution_point")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "exchange",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("governorate_id", Id(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint("code", name=op.f("uq_exchange_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feature",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("monthly_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("excludes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feature")),
        sa.UniqueConstraint("code", name=op.f("uq_feature_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "governorate",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governorate")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "number_range",
        sa.Column("id", Id(), nullable=False),
        sa.Column("exchange_id", Id(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_range")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pair",
        sa.Column("id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("distribution_point_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "policy",
        sa.Column("id", Id(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_policy_key_version"), "policy", ["key", "version"], unique=True)
    op.create_table(
        "staff",
        sa.Column("id", Id(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("centre_id", Id(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_role",
        sa.Column("id", Id(), nullable=False),
        sa.Column("staff_id", Id(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_staff_role_staff_id"), "staff_role", ["staff_id"], unique=False)
    op.create_table(
        "till",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("centre_id", Id(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("device_id", Id(), nullable=True),
        sa.Column("letter", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("code", name=op.f("uq_till_code")),
        sqlite_with_rowid=False,
    )
