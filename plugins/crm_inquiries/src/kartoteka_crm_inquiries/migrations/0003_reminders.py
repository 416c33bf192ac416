"""What users were reminded of, and what the company chose for the module."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "crm_inquiries_setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_crm_inquiries_setting")),
    )
    op.create_table(
        "crm_inquiries_reminded",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_reminded_user_id_core_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_reminded")),
        sa.UniqueConstraint("sort", "record_id", "user_id", "moment", "lead", name="uq_crm_inquiries_reminded"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_crm_inquiries_reminded_told_at"), "crm_inquiries_reminded", ["told_at"])
    op.create_index(op.f("ix_crm_inquiries_reminded_user_id"), "crm_inquiries_reminded", ["user_id"])


def downgrade() -> None:
    op.drop_table("crm_inquiries_reminded")
    op.drop_table("crm_inquiries_setting")
