"""What calendar programs keep with activities, and who is invited to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001a"
branch_labels: str | None = None
depends_on: str | None = None

OBJECT, ATTENDEE = "crm_inquiries_calendar_object", "crm_inquiries_attendee"


def upgrade() -> None:
    op.create_table(
        OBJECT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("component", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key(OBJECT, "user_id", "core_user", "CASCADE"),
        _key(OBJECT, "activity_id", "crm_inquiries_activity", "CASCADE"),
        _key(OBJECT, "series_id", "crm_inquiries_series", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{OBJECT}")),
        sa.UniqueConstraint("activity_id", name=op.f(f"uq_{OBJECT}_activity_id")),
        sa.UniqueConstraint("series_id", name=op.f(f"uq_{OBJECT}_series_id")),
        sa.UniqueConstraint("user_id", "component", "name", name=op.f(f"uq_{OBJECT}_user_id_component_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        ATTENDEE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=15), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key(ATTENDEE, "activity_id", "crm_inquiries_activity", "CASCADE"),
        _key(ATTENDEE, "client_id", "core_client", "RESTRICT"),
        _key(ATTENDEE, "user_id", "core_user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ATTENDEE}")),
        sa.UniqueConstraint("activity_id", "role", "address", name=op.f(f"uq_{ATTENDEE}_activity_id_role_address")),
        sqlite_autoincrement=True,
    )
    for column in ("address", "client_id", "user_id"):
        op.create_index(op.f(f"ix_{ATTENDEE}_{column}"), ATTENDEE, [column])


def downgrade() -> None:
    op.drop_table(ATTENDEE)
    op.drop_table(OBJECT)


def _key(table: str, column: str, target: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete)
