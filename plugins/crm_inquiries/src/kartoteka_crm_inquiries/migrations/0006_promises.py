"""Promises that we and clients have made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "crm_inquiries_promise"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("person_kind", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=6), nullable=False),
        sa.Column("fulfilled_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status IN ('full', 'part')) = (fulfilled_on IS NOT NULL)", name=op.f(f"ck_{TABLE}_fulfilled_has_day")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f(f"fk_{TABLE}_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["crm_inquiries_inquiry.id"], name=op.f(f"fk_{TABLE}_inquiry_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f(f"fk_{TABLE}_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_inquiries_promise_by_client", TABLE, ["client_id", "status", "due_on"])
    op.create_index("ix_crm_inquiries_promise_by_user", TABLE, ["user_id", "status", "due_on"])
    op.create_index("ix_crm_inquiries_promise_by_day", TABLE, ["state", "due_on", "id"])
    op.create_index(op.f("ix_crm_inquiries_promise_inquiry_id"), TABLE, ["inquiry_id"])
    op.create_index(op.f("ix_crm_inquiries_promise_state"), TABLE, ["state"])
    op.create_index(op.f("ix_crm_inquiries_promise_person_kind_person_id"), TABLE, ["person_kind", "person_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
