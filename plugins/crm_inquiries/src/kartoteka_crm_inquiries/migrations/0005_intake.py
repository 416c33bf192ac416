"""Web forms and booking links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

FORM, SUBMISSION, LINK = "crm_inquiries_web_form", "crm_inquiries_submission", "crm_inquiries_booking_link"


def upgrade() -> None:
    _add_forms()
    op.create_table(
        SUBMISSION,
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        _key(SUBMISSION, "activity_id", "crm_inquiries_activity", "SET NULL"),
        sa.PrimaryKeyConstraint("key", name=op.f(f"pk_{SUBMISSION}")),
    )
    op.create_index(op.f(f"ix_{SUBMISSION}_at"), SUBMISSION, ["at"])
    op.create_index(op.f(f"ix_{SUBMISSION}_activity_id"), SUBMISSION, ["activity_id"])
    _add_links()


def downgrade() -> None:
    for table in (LINK, SUBMISSION, FORM):
        op.drop_table(table)


def _add_forms() -> None:
    op.create_table(
        FORM,
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("thanks", sa.Text(), nullable=False),
        sa.Column("fields", _json(), nullable=False),
        sa.Column("required", _json(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        *_common(FORM),
        _key(FORM, "source_id", "core_directory_entry", "RESTRICT"),
        _key(FORM, "process_id", "crm_inquiries_process", "SET NULL"),
        _key(FORM, "manager_id", "core_user", "SET NULL"),
        sqlite_autoincrement=True,
    )
    for column in ("source_id", "process_id", "manager_id", "state"):
        op.create_index(op.f(f"ix_{FORM}_{column}"), FORM, [column])


def _add_links() -> None:
    op.create_table(
        LINK,
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("days_ahead", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        *_common(LINK),
        _key(LINK, "user_id", "core_user", "CASCADE"),
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "state"):
        op.create_index(op.f(f"ix_{LINK}_{column}"), LINK, [column])


def _common(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token", name=op.f(f"uq_{table}_token")),
    )


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _key(table: str, column: str, target: str, rule: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=rule)
