"""Steps of inquiries through their stages, who gets new ones, and until when they are to be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("crm_inquiries_inquiry", sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("crm_inquiries_process", sa.Column("answer_hours", sa.Integer(), nullable=True))
    _add_stage_step()
    _add_assignment()


def downgrade() -> None:
    op.drop_table("crm_inquiries_assignment")
    op.drop_table("crm_inquiries_stage_step")
    op.drop_column("crm_inquiries_process", "answer_hours")
    op.drop_column("crm_inquiries_inquiry", "answer_by")


def _add_stage_step() -> None:
    name = "crm_inquiries_stage_step"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["crm_inquiries_inquiry.id"], name=op.f(f"fk_{name}_inquiry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f(f"fk_{name}_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["crm_inquiries_stage.id"], name=op.f(f"fk_{name}_stage_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f(f"fk_{name}_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_by_stage", name, ["stage_id", "inquiry_id"])
    op.create_index(f"ix_{name}_of_inquiry", name, ["inquiry_id", "since", "id"])
    op.create_index(op.f(f"ix_{name}_client_id"), name, ["client_id"])
    op.create_index(op.f(f"ix_{name}_user_id"), name, ["user_id"])


def _add_assignment() -> None:
    name = "crm_inquiries_assignment"
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("places", json, nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("users", json, nullable=False),
        sa.Column("last_user_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["core_directory_entry.id"], name=op.f(f"fk_{name}_source_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["last_user_id"], ["core_user.id"], name=op.f(f"fk_{name}_last_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{name}_source_id"), name, ["source_id"])
    op.create_index(op.f(f"ix_{name}_last_user_id"), name, ["last_user_id"])
    op.create_index(op.f(f"ix_{name}_state"), name, ["state"])
