"""Keys of the API, idempotency and webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None


def _json() -> sa.types.TypeEngine:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _moment(name: str, *, nullable: bool) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _add_keys()
    _add_webhooks()


def _add_keys() -> None:
    op.create_table(
        "core_api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", _json(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_api_key_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_api_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_core_api_key_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_api_key_user_id"), "core_api_key", ["user_id"])
    op.create_table(
        "core_api_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_kind", sa.String(length=80), nullable=True),
        sa.Column("made_id", sa.Integer(), nullable=True),
        _moment("created_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["core_api_key.id"], name=op.f("fk_core_api_request_key_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_api_request")),
        sa.UniqueConstraint("key_id", "idempotency_key", name=op.f("uq_core_api_request_key_id_idempotency_key")),
    )
    op.create_index(op.f("ix_core_api_request_created_at"), "core_api_request", ["created_at"])
    op.create_index(op.f("ix_core_api_request_made_kind_made_id"), "core_api_request", ["made_kind", "made_id"])


def _add_webhooks() -> None:
    op.create_table(
        "core_webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("kinds", _json(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("seen_entry", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_webhook_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_webhook_user_id"), "core_webhook", ["user_id"])
    op.create_table(
        "core_webhook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=130), nullable=False),
        sa.Column("payload", _json(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("due_at", nullable=False),
        _moment("created_at", nullable=False),
        _moment("done_at", nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["core_webhook.id"], name=op.f("fk_core_webhook_delivery_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook_delivery")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_webhook_delivery_webhook", "core_webhook_delivery", ["webhook_id", "id"])
    op.create_index("ix_core_webhook_delivery_due", "core_webhook_delivery", ["state", "due_at"])
    op.create_index(op.f("ix_core_webhook_delivery_created_at"), "core_webhook_delivery", ["created_at"])


def downgrade() -> None:
    op.drop_table("core_webhook_delivery")
    op.drop_table("core_webhook")
    op.drop_table("core_api_request")
    op.drop_table("core_api_key")
