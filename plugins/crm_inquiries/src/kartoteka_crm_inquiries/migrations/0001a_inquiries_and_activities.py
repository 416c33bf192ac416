"""Inquiries with their lines, and activities."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0001a"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _add_inquiry()
    _add_activity()
    _add_line()


def downgrade() -> None:
    op.drop_table("crm_inquiries_line")
    op.drop_table("crm_inquiries_activity")
    op.drop_table("crm_inquiries_inquiry")


def _add_inquiry() -> None:
    op.create_table("crm_inquiries_inquiry", *_inquiry_columns(), *_inquiry_rules(), sqlite_autoincrement=True)
    _index_inquiry()


def _inquiry_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("client_number", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("goods", sa.String(length=10), nullable=False),
        sa.Column("person_kind", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("origin_kind", sa.String(length=80), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("to_production", sa.Boolean(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=4), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("reason_text", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _inquiry_rules() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "(outcome = '') = (closed_at IS NULL)", name=op.f("ck_crm_inquiries_inquiry_closed_has_outcome")
        ),
        sa.CheckConstraint(
            "closed_at IS NOT NULL OR next_at IS NOT NULL OR state <> 'active'",
            name=op.f("ck_crm_inquiries_inquiry_open_has_next_action"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_crm_inquiries_inquiry_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_inquiry_manager_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["crm_inquiries_inquiry.id"],
            name=op.f("fk_crm_inquiries_inquiry_parent_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["crm_inquiries_process.id"],
            name=op.f("fk_crm_inquiries_inquiry_process_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["crm_inquiries_project.id"],
            name=op.f("fk_crm_inquiries_inquiry_project_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"],
            ["core_directory_entry.id"],
            name=op.f("fk_crm_inquiries_inquiry_reason_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["core_directory_entry.id"],
            name=op.f("fk_crm_inquiries_inquiry_source_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"],
            ["crm_inquiries_stage.id"],
            name=op.f("fk_crm_inquiries_inquiry_stage_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_inquiry")),
    ]


def _index_inquiry() -> None:
    op.create_index(
        "ix_crm_inquiries_inquiry_by_client", "crm_inquiries_inquiry", ["client_id", "state", "received_at", "id"]
    )
    op.create_index("ix_crm_inquiries_inquiry_by_close", "crm_inquiries_inquiry", ["closed_at", "outcome"])
    op.create_index("ix_crm_inquiries_inquiry_by_day", "crm_inquiries_inquiry", ["state", "received_at", "id"])
    op.create_index(
        "ix_crm_inquiries_inquiry_by_manager", "crm_inquiries_inquiry", ["manager_id", "outcome", "state", "next_at"]
    )
    op.create_index(
        "ix_crm_inquiries_inquiry_by_stage", "crm_inquiries_inquiry", ["stage_id", "state", "moved_at", "id"]
    )
    op.create_index(op.f("ix_crm_inquiries_inquiry_number"), "crm_inquiries_inquiry", ["number"])
    op.create_index("ix_crm_inquiries_inquiry_open", "crm_inquiries_inquiry", ["state", "outcome", "next_at", "id"])
    op.create_index(
        op.f("ix_crm_inquiries_inquiry_origin_kind_origin_id"), "crm_inquiries_inquiry", ["origin_kind", "origin_id"]
    )
    op.create_index(op.f("ix_crm_inquiries_inquiry_parent_id"), "crm_inquiries_inquiry", ["parent_id"])
    op.create_index(
        op.f("ix_crm_inquiries_inquiry_person_kind_person_id"), "crm_inquiries_inquiry", ["person_kind", "person_id"]
    )
    op.create_index(op.f("ix_crm_inquiries_inquiry_process_id"), "crm_inquiries_inquiry", ["process_id"])
    op.create_index(op.f("ix_crm_inquiries_inquiry_project_id"), "crm_inquiries_inquiry", ["project_id"])
    op.create_index(op.f("ix_crm_inquiries_inquiry_reason_id"), "crm_inquiries_inquiry", ["reason_id"])
    op.create_index(op.f("ix_crm_inquiries_inquiry_source_id"), "crm_inquiries_inquiry", ["source_id"])
    op.create_index(op.f("ix_crm_inquiries_inquiry_state"), "crm_inquiries_inquiry", ["state"])


def _add_activity() -> None:
    op.create_table("crm_inquiries_activity", *_activity_columns(), *_activity_rules(), sqlite_autoincrement=True)
    _index_activity()


def _activity_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("inquiry_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimate", sa.Integer(), nullable=True),
        sa.Column("actual", sa.Integer(), nullable=True),
        sa.Column("remind", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("person_kind", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("performer_id", sa.Integer(), nullable=True),
        sa.Column("creator_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.Column("kilometres", sa.Numeric(precision=10, scale=1), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("service_price", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("cost", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("next_step", sa.String(length=200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("occurrence_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detached", sa.Boolean(), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _activity_rules() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "(status = 'done') = (done_at IS NOT NULL)", name=op.f("ck_crm_inquiries_activity_done_has_moment")
        ),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_crm_inquiries_activity_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["core_directory_entry.id"],
            name=op.f("fk_crm_inquiries_activity_category_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_crm_inquiries_activity_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_activity_creator_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_activity_done_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["crm_inquiries_inquiry.id"],
            name=op.f("fk_crm_inquiries_activity_inquiry_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"],
            ["core_directory_entry.id"],
            name=op.f("fk_crm_inquiries_activity_kind_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"],
            ["core_directory_entry.id"],
            name=op.f("fk_crm_inquiries_activity_outcome_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["core_user.id"], name=op.f("fk_crm_inquiries_activity_performer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["crm_inquiries_project.id"],
            name=op.f("fk_crm_inquiries_activity_project_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["crm_inquiries_resource.id"],
            name=op.f("fk_crm_inquiries_activity_resource_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["crm_inquiries_series.id"],
            name=op.f("fk_crm_inquiries_activity_series_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["crm_inquiries_extra_service.id"],
            name=op.f("fk_crm_inquiries_activity_service_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_activity")),
    ]


def _index_activity() -> None:
    op.create_index("ix_crm_inquiries_activity_by_client", "crm_inquiries_activity", ["client_id", "starts_at", "id"])
    op.create_index(
        "ix_crm_inquiries_activity_by_creator", "crm_inquiries_activity", ["creator_id", "status", "due_at", "id"]
    )
    op.create_index("ix_crm_inquiries_activity_by_due", "crm_inquiries_activity", ["state", "status", "due_at", "id"])
    op.create_index("ix_crm_inquiries_activity_by_end", "crm_inquiries_activity", ["ends_at"])
    op.create_index(
        "ix_crm_inquiries_activity_by_inquiry", "crm_inquiries_activity", ["inquiry_id", "status", "due_at"]
    )
    op.create_index(
        "ix_crm_inquiries_activity_by_performer", "crm_inquiries_activity", ["performer_id", "status", "due_at", "id"]
    )
    op.create_index("ix_crm_inquiries_activity_by_resource", "crm_inquiries_activity", ["resource_id", "starts_at"])
    op.create_index("ix_crm_inquiries_activity_by_series", "crm_inquiries_activity", ["series_id", "occurrence_at"])
    op.create_index("ix_crm_inquiries_activity_by_start", "crm_inquiries_activity", ["starts_at", "id"])
    op.create_index(op.f("ix_crm_inquiries_activity_category_id"), "crm_inquiries_activity", ["category_id"])
    op.create_index("ix_crm_inquiries_activity_done", "crm_inquiries_activity", ["done_at", "performer_id"])
    op.create_index(op.f("ix_crm_inquiries_activity_done_by_id"), "crm_inquiries_activity", ["done_by_id"])
    op.create_index(op.f("ix_crm_inquiries_activity_kind_id"), "crm_inquiries_activity", ["kind_id"])
    op.create_index(op.f("ix_crm_inquiries_activity_number"), "crm_inquiries_activity", ["number"])
    op.create_index(
        "ix_crm_inquiries_activity_of_day", "crm_inquiries_activity", ["performer_id", "starts_at", "ends_at"]
    )
    op.create_index(op.f("ix_crm_inquiries_activity_outcome_id"), "crm_inquiries_activity", ["outcome_id"])
    op.create_index(
        op.f("ix_crm_inquiries_activity_person_kind_person_id"), "crm_inquiries_activity", ["person_kind", "person_id"]
    )
    op.create_index(op.f("ix_crm_inquiries_activity_project_id"), "crm_inquiries_activity", ["project_id"])
    op.create_index(op.f("ix_crm_inquiries_activity_service_id"), "crm_inquiries_activity", ["service_id"])
    op.create_index(op.f("ix_crm_inquiries_activity_state"), "crm_inquiries_activity", ["state"])
    op.create_index(op.f("ix_crm_inquiries_activity_uid"), "crm_inquiries_activity", ["uid"])


def _add_line() -> None:
    op.create_table(
        "crm_inquiries_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("item_kind", sa.String(length=80), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_crm_inquiries_line_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["crm_inquiries_inquiry.id"],
            name=op.f("fk_crm_inquiries_line_inquiry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_inquiries_line")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_crm_inquiries_line_client_id"), "crm_inquiries_line", ["client_id"])
    op.create_index(op.f("ix_crm_inquiries_line_inquiry_id"), "crm_inquiries_line", ["inquiry_id"])
    op.create_index(op.f("ix_crm_inquiries_line_item_kind_item_id"), "crm_inquiries_line", ["item_kind", "item_id"])
