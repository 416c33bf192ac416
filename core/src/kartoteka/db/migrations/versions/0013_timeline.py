"""Notes, followers and the ways that notifications go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _create_notes()
    _create_pins()
    _create_followers()
    _create_deliveries()
    _create_reminders()
    _create_subscriptions()


def downgrade() -> None:
    with op.batch_alter_table("core_push_subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_push_subscription_user_id"))
    op.drop_table("core_push_subscription")
    with op.batch_alter_table("core_reminder", schema=None) as batch_op:
        batch_op.drop_index("ix_core_reminder_due")
        batch_op.drop_index(batch_op.f("ix_core_reminder_about_kind_about_id"))
    op.drop_table("core_reminder")
    with op.batch_alter_table("core_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_core_delivery_due")
        batch_op.drop_index(batch_op.f("ix_core_delivery_user_id"))
    op.drop_table("core_delivery")
    with op.batch_alter_table("core_follower", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_follower_user_id"))
        batch_op.drop_index(batch_op.f("ix_core_follower_about_kind_about_id"))
    op.drop_table("core_follower")
    with op.batch_alter_table("core_pin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_pin_user_id"))
        batch_op.drop_index(batch_op.f("ix_core_pin_about_kind_about_id"))
    op.drop_table("core_pin")
    with op.batch_alter_table("core_note", schema=None) as batch_op:
        batch_op.drop_index("ix_core_note_client")
        batch_op.drop_index(batch_op.f("ix_core_note_author_id"))
        batch_op.drop_index(batch_op.f("ix_core_note_about_kind_about_id"))
    op.drop_table("core_note")


def _create_notes() -> None:
    op.create_table(
        "core_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(length=80), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("needs", sa.String(length=130), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["core_user.id"], name=op.f("fk_core_note_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_note_client_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_note")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_note_about_kind_about_id"), ["about_kind", "about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_note_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_core_note_client", ["client_id", "created_at", "id"], unique=False)


def _create_pins() -> None:
    op.create_table(
        "core_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(length=80), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=130), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_pin_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_pin")),
        sa.UniqueConstraint("about_kind", "about_id", "source", "entry_id", name="uq_core_pin_entry"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_pin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_pin_about_kind_about_id"), ["about_kind", "about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_pin_user_id"), ["user_id"], unique=False)


def _create_followers() -> None:
    op.create_table(
        "core_follower",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(length=80), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_follower_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_follower")),
        sa.UniqueConstraint("about_kind", "about_id", "user_id", name="uq_core_follower_user"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_follower", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_core_follower_about_kind_about_id"), ["about_kind", "about_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_core_follower_user_id"), ["user_id"], unique=False)


def _create_deliveries() -> None:
    op.create_table(
        "core_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=130), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["core_notification.id"],
            name=op.f("fk_core_delivery_notification_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_delivery_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_delivery")),
        sa.UniqueConstraint("notification_id", "channel", name="uq_core_delivery_channel"),
        sqlite_autoincrement=True,
    )
    unsent = sa.text("state IN ('waiting', 'sending')")
    with op.batch_alter_table("core_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_delivery_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "ix_core_delivery_due", ["due_at"], unique=False, sqlite_where=unsent, postgresql_where=unsent
        )


def _create_reminders() -> None:
    op.create_table(
        "core_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=130), nullable=False),
        sa.Column("message", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("about_kind", sa.String(length=80), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_reminder_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_reminder")),
        sa.UniqueConstraint("user_id", "key", name="uq_core_reminder_key"),
        sqlite_autoincrement=True,
    )
    untold = sa.text("told_at IS NULL")
    with op.batch_alter_table("core_reminder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_core_reminder_about_kind_about_id"), ["about_kind", "about_id"], unique=False
        )
        batch_op.create_index(
            "ix_core_reminder_due", ["due_at"], unique=False, sqlite_where=untold, postgresql_where=untold
        )


def _create_subscriptions() -> None:
    op.create_table(
        "core_push_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_hash", sa.String(length=64), nullable=False),
        sa.Column("p256dh", sa.String(length=200), nullable=False),
        sa.Column("auth", sa.String(length=100), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_push_subscription_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_push_subscription")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_core_push_subscription_endpoint_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_push_subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_push_subscription_user_id"), ["user_id"], unique=False)
