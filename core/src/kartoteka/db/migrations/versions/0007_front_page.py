"""Notices, notifications, widgets and settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "core_setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_setting")),
    )
    _create_notices()
    _create_notifications()


def downgrade() -> None:
    with op.batch_alter_table("core_notification", schema=None) as batch_op:
        batch_op.drop_index("ix_core_notification_unread")
        batch_op.drop_index("ix_core_notification_user")
        batch_op.drop_index(batch_op.f("ix_core_notification_created_at"))
        batch_op.drop_index(batch_op.f("ix_core_notification_about_kind_about_id"))
    op.drop_table("core_notification")
    with op.batch_alter_table("core_notice", schema=None) as batch_op:
        batch_op.drop_index("ix_core_notice_validity")
        batch_op.drop_index(batch_op.f("ix_core_notice_state"))
        batch_op.drop_index(batch_op.f("ix_core_notice_department_id"))
        batch_op.drop_index(batch_op.f("ix_core_notice_author_id"))
    op.drop_table("core_notice")
    op.drop_table("core_setting")


def _create_notices() -> None:
    op.create_table(
        "core_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("important", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["core_user.id"], name=op.f("fk_core_notice_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["core_department.id"], name=op.f("fk_core_notice_department_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_notice")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_notice_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_notice_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_notice_state"), ["state"], unique=False)
        batch_op.create_index("ix_core_notice_validity", ["state", "valid_from"], unique=False)


def _create_notifications() -> None:
    op.create_table(
        "core_notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=63), nullable=False),
        sa.Column("type", sa.String(length=130), nullable=False),
        sa.Column("message", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("about_kind", sa.String(length=80), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("dedup", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_notification_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_notification")),
        sa.UniqueConstraint("user_id", "dedup", name="uq_core_notification_dedup"),
        sqlite_autoincrement=True,
    )
    unread = sa.text("read_at IS NULL")
    with op.batch_alter_table("core_notification", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_core_notification_about_kind_about_id"), ["about_kind", "about_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_core_notification_created_at"), ["created_at"], unique=False)
        batch_op.create_index("ix_core_notification_user", ["user_id", "id"], unique=False)
        batch_op.create_index(
            "ix_core_notification_unread",
            ["user_id", "module"],
            unique=False,
            sqlite_where=unread,
            postgresql_where=unread,
        )
