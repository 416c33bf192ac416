"""Documents, their number series and templates; reports sent by schedule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "core_document_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=130), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_document_template_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_document_template")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_document_template_by_type", "core_document_template", ["type", "language", "id"])
    op.create_index(op.f("ix_core_document_template_user_id"), "core_document_template", ["user_id"])
    _create_documents()
    _create_report_schedules()


def _create_documents() -> None:
    op.create_table(
        "core_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=130), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("void_reason", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("source_kind", sa.String(length=80), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("content", _json(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("pdf_blob", sa.String(length=64), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_document_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["core_document_template.id"],
            name=op.f("fk_core_document_template_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_document_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_document")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_core_document_series_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_document_by_template", "core_document", ["template_id"])
    op.create_index("ix_core_document_by_type", "core_document", ["type", "id"])
    op.create_index("ix_core_document_by_client", "core_document", ["client_id", "created_at", "id"])
    op.create_index(op.f("ix_core_document_pdf_blob"), "core_document", ["pdf_blob"])
    op.create_index(op.f("ix_core_document_source_kind_source_id"), "core_document", ["source_kind", "source_id"])
    op.create_index(op.f("ix_core_document_user_id"), "core_document", ["user_id"])


def _create_report_schedules() -> None:
    op.create_table(
        "core_report_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(length=130), nullable=False),
        sa.Column("params", _json(), nullable=False),
        sa.Column("file", sa.String(length=4), nullable=False),
        sa.Column("every", sa.String(length=10), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=1000), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_report_schedule_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_report_schedule")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_report_schedule_due_at"), "core_report_schedule", ["due_at"])
    op.create_index(op.f("ix_core_report_schedule_user_id"), "core_report_schedule", ["user_id"])


def downgrade() -> None:
    op.drop_table("core_report_schedule")
    op.drop_table("core_document")
    op.drop_table("core_document_template")
