"""Sales processes, projects, resources, services bought, and rules by which activities repeat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _add_extra_service()
    _add_process()
    _add_resource()
    _add_stage()
    _add_project()
    _add_series()


def downgrade() -> None:
    op.drop_table("crm_inquiries_series")
    op.drop_table("crm_inquiries_project")
    op.drop_table("crm_inquiries_stage")
    op.drop_table("crm_inquiries_resource")
    op.drop_table("crm_inquiries_process")
    op.drop_table("crm_inquiries_extra_service")


def _add_extra_service() -> None:
    op.create_table(
        "crm_inquiries_extra_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("price", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_extra_service")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_crm_inquiries_extra_service_state"), "crm_inquiries_extra_service", ["state"])


def _add_process() -> None:
    op.create_table(
        "crm_inquiries_process",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_process")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_crm_inquiries_process_state"), "crm_inquiries_process", ["state"])


def _add_resource() -> None:
    op.create_table(
        "crm_inquiries_resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("km_rate", sa.Numeric(precision=10, scale=4), nullable=False),
        sa.Column("hour_price", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_resource")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_crm_inquiries_resource_state"), "crm_inquiries_resource", ["state"])


def _add_stage() -> None:
    op.create_table(
        "crm_inquiries_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=4), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("rot_days", sa.Integer(), nullable=True),
        sa.Column("required", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("next_kind_id", sa.Integer(), nullable=True),
        sa.Column("next_in_days", sa.Integer(), nullable=False),
        sa.Column("performer_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["next_kind_id"],
            ["core_directory_entry.id"],
            name=op.f("fk_crm_inquiries_stage_next_kind_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_stage_performer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["crm_inquiries_process.id"],
            name=op.f("fk_crm_inquiries_stage_process_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_stage")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_inquiries_stage_by_process", "crm_inquiries_stage", ["process_id", "state", "position"])
    op.create_index(op.f("ix_crm_inquiries_stage_next_kind_id"), "crm_inquiries_stage", ["next_kind_id"])
    op.create_index(op.f("ix_crm_inquiries_stage_performer_id"), "crm_inquiries_stage", ["performer_id"])
    op.create_index(op.f("ix_crm_inquiries_stage_state"), "crm_inquiries_stage", ["state"])


def _add_project() -> None:
    op.create_table(
        "crm_inquiries_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("status_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_crm_inquiries_project_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_project_manager_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["status_id"],
            ["core_directory_entry.id"],
            name=op.f("fk_crm_inquiries_project_status_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_project")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_inquiries_project_by_client", "crm_inquiries_project", ["client_id", "state"])
    op.create_index(op.f("ix_crm_inquiries_project_manager_id"), "crm_inquiries_project", ["manager_id"])
    op.create_index(op.f("ix_crm_inquiries_project_state"), "crm_inquiries_project", ["state"])
    op.create_index(op.f("ix_crm_inquiries_project_status_id"), "crm_inquiries_project", ["status_id"])


def _add_series() -> None:
    op.create_table(
        "crm_inquiries_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("left_out", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_crm_inquiries_series_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_series_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_series")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_crm_inquiries_series_client_id"), "crm_inquiries_series", ["client_id"])
    op.create_index(op.f("ix_crm_inquiries_series_owner_id"), "crm_inquiries_series", ["owner_id"])
    op.create_index(op.f("ix_crm_inquiries_series_state"), "crm_inquiries_series", ["state"])
    op.create_index(op.f("ix_crm_inquiries_series_uid"), "crm_inquiries_series", ["uid"])
