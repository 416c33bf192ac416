"""Directories of companies that are no clients yet; which columns hold the users that work belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "core_directory_company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column(
            "name_sort",
            sa.String(length=300).with_variant(sa.String(length=300, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("registration_code", sa.String(length=80), nullable=False),
        sa.Column(
            "registration_code_norm",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("vat_code", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=300), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=100), nullable=False),
        sa.Column("mobile", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=510), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("activity", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_directory_company")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_directory_company_by_name", "core_directory_company", ["name_sort", "id"])
    op.create_index("ix_core_directory_company_by_code", "core_directory_company", ["registration_code_norm", "id"])
    op.create_table(
        "core_owner_column",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=50), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("column_name", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_owner_column")),
        sa.UniqueConstraint("table_name", "column_name", name=op.f("uq_core_owner_column_table_name_column_name")),
    )
    op.create_index(op.f("ix_core_owner_column_module"), "core_owner_column", ["module"])


def downgrade() -> None:
    op.drop_table("core_owner_column")
    op.drop_table("core_directory_company")
