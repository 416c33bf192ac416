"""Working hours, and what lasts long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None

LONG = "ix_crm_inquiries_activity_long"


def upgrade() -> None:
    """Make the table of working hours, and let the calendar find activities of many days by their end."""
    op.create_table(
        "crm_inquiries_working_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_working_hours_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_working_hours")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_inquiries_working_hours_of_user", "crm_inquiries_working_hours", ["user_id"], unique=True)
    op.add_column(
        "crm_inquiries_activity", sa.Column("is_long", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(LONG, "crm_inquiries_activity", ["is_long", "ends_at"])


def downgrade() -> None:
    """Take both away again."""
    op.drop_index(LONG, table_name="crm_inquiries_activity")
    with op.batch_alter_table("crm_inquiries_activity") as activity:
        activity.drop_column("is_long")
    op.drop_table("crm_inquiries_working_hours")
