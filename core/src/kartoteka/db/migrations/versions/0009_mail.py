"""Mail accounts, templates and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _create_core_mail_text()
    _create_core_mail_account()
    _create_core_mail_signature()
    _create_core_mail()
    _create_core_mail_file()


def downgrade() -> None:
    with op.batch_alter_table("core_mail_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_mail_file_mail_id"))
        batch_op.drop_index(batch_op.f("ix_core_mail_file_client_id"))
        batch_op.drop_index(batch_op.f("ix_core_mail_file_blob"))

    op.drop_table("core_mail_file")
    with op.batch_alter_table("core_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_core_mail_user_id_id")
        batch_op.drop_index("ix_core_mail_stage")
        batch_op.drop_index("ix_core_mail_due")
        batch_op.drop_index(batch_op.f("ix_core_mail_created_at"))
        batch_op.drop_index(batch_op.f("ix_core_mail_client_id"))
        batch_op.drop_index(batch_op.f("ix_core_mail_account_id"))
        batch_op.drop_index(batch_op.f("ix_core_mail_about_kind_about_id"))

    op.drop_table("core_mail")
    op.drop_table("core_mail_signature")
    with op.batch_alter_table("core_mail_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_mail_account_user_id"))
        batch_op.drop_index(batch_op.f("ix_core_mail_account_server_id"))

    op.drop_table("core_mail_account")
    op.drop_table("core_mail_text")


def _create_core_mail_text() -> None:
    op.create_table(
        "core_mail_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=127), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_html", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mail_text")),
        sa.UniqueConstraint("template", "language", name=op.f("uq_core_mail_text_template_language")),
        sqlite_autoincrement=True,
    )


def _create_core_mail_account() -> None:
    op.create_table(
        "core_mail_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("server_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("security", sa.String(length=10), nullable=False),
        sa.Column("username", sa.String(length=254), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("dkim_domain", sa.String(length=255), nullable=False),
        sa.Column("dkim_selector", sa.String(length=63), nullable=False),
        sa.Column("dkim_key", sa.Text(), nullable=True),
        sa.Column("dkim_public", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["server_id"], ["core_mail_account.id"], name=op.f("fk_core_mail_account_server_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_mail_account_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mail_account")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_mail_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_mail_account_server_id"), ["server_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_mail_account_user_id"), ["user_id"], unique=False)


def _create_core_mail_signature() -> None:
    op.create_table(
        "core_mail_signature",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_mail_signature_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_core_mail_signature")),
    )


def _create_core_mail() -> None:
    op.create_table(
        "core_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("about_kind", sa.String(length=80), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(length=127), nullable=True),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("dedup", sa.String(length=200), nullable=True),
        sa.Column("recipients", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("recipient_line", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=True),
        sa.Column("handing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["core_mail_account.id"], name=op.f("fk_core_mail_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_mail_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_mail_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mail")),
        sa.UniqueConstraint("dedup", name=op.f("uq_core_mail_dedup")),
        sa.UniqueConstraint("message_id", name=op.f("uq_core_mail_message_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_mail_about_kind_about_id"), ["about_kind", "about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_mail_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_mail_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_mail_created_at"), ["created_at"], unique=False)
        batch_op.create_index("ix_core_mail_due", ["stage", "due_at", "id"], unique=False)
        batch_op.create_index("ix_core_mail_stage", ["stage", "id"], unique=False)
        batch_op.create_index("ix_core_mail_user_id_id", ["user_id", "id"], unique=False)


def _create_core_mail_file() -> None:
    op.create_table(
        "core_mail_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_id", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_mail_file_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["core_mail.id"], name=op.f("fk_core_mail_file_mail_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mail_file")),
    )
    with op.batch_alter_table("core_mail_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_mail_file_blob"), ["blob"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_mail_file_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_mail_file_mail_id"), ["mail_id"], unique=False)
