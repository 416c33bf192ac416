"""Mail that came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    _create_core_mail_thread()
    _create_core_mail_thread_member()
    _create_core_inbox_account()
    _create_core_inbox_mail()


def downgrade() -> None:
    op.drop_table("core_inbox_mail")
    op.drop_table("core_inbox_account")
    op.drop_table("core_mail_thread_member")
    op.drop_table("core_mail_thread")


def _create_core_mail_thread() -> None:
    op.create_table(
        "core_mail_thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mail_thread")),
        sqlite_autoincrement=True,
    )


def _create_core_mail_thread_member() -> None:
    op.create_table(
        "core_mail_thread_member",
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["core_mail_thread.id"],
            name=op.f("fk_core_mail_thread_member_thread_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_core_mail_thread_member")),
    )
    op.create_index(op.f("ix_core_mail_thread_member_thread_id"), "core_mail_thread_member", ["thread_id"])


def _create_core_inbox_account() -> None:
    op.create_table(
        "core_inbox_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("security", sa.String(length=10), nullable=False),
        sa.Column("username", sa.String(length=320), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("folder", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["core_user.id"], name=op.f("fk_core_inbox_account_owner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_inbox_account")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_inbox_account_owner_id"), "core_inbox_account", ["owner_id"])


def _create_core_inbox_mail() -> None:
    op.create_table(
        "core_inbox_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("reference_ids", _JSON, nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("recipients", _JSON, nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("has_html", sa.Boolean(), nullable=False),
        sa.Column("attachments", _JSON, nullable=False),
        sa.Column("bounced", _JSON, nullable=False),
        sa.Column("bounced_message_id", sa.String(length=250), nullable=False),
        sa.Column("problems", _JSON, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("about_kind", sa.String(length=80), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("is_copy", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["core_inbox_account.id"], name=op.f("fk_core_inbox_mail_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_inbox_mail_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["core_mail_thread.id"], name=op.f("fk_core_inbox_mail_thread_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_inbox_mail")),
        sa.UniqueConstraint(
            "account_id", "uid_validity", "uid", name=op.f("uq_core_inbox_mail_account_id_uid_validity_uid")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_inbox_mail_about_kind_about_id"), "core_inbox_mail", ["about_kind", "about_id"])
    op.create_index(op.f("ix_core_inbox_mail_blob"), "core_inbox_mail", ["blob"])
    op.create_index("ix_core_inbox_mail_by_day", "core_inbox_mail", ["state", "received_at", "id"])
    op.create_index(op.f("ix_core_inbox_mail_client_id"), "core_inbox_mail", ["client_id"])
    op.create_index(op.f("ix_core_inbox_mail_message_id"), "core_inbox_mail", ["message_id"])
    op.create_index("ix_core_inbox_mail_of_client", "core_inbox_mail", ["client_id", "received_at", "id"])
    op.create_index(op.f("ix_core_inbox_mail_state"), "core_inbox_mail", ["state"])
    op.create_index(op.f("ix_core_inbox_mail_thread_id"), "core_inbox_mail", ["thread_id"])
