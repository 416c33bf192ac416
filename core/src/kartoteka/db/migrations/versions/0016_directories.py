"""Directories that users extend."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "core_directory_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("directory", sa.String(length=130), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "name_sort",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["core_directory_entry.id"],
            name=op.f("fk_core_directory_entry_parent_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_directory_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_core_directory_entry_by_name", "core_directory_entry", ["directory", "position", "name_sort", "id"]
    )
    op.create_index("ix_core_directory_entry_by_code", "core_directory_entry", ["directory", "code"])
    op.create_index(op.f("ix_core_directory_entry_parent_id"), "core_directory_entry", ["parent_id"])


def downgrade() -> None:
    op.drop_table("core_directory_entry")
