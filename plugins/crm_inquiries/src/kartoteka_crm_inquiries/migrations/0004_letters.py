"""Whom mails concern, and the shared mailbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

TIE, LETTER, WRITER = "crm_inquiries_mail_tie", "crm_inquiries_letter", "crm_inquiries_letter_writer"


def upgrade() -> None:
    _add_ties()
    _add_letters()
    _add_writers()


def downgrade() -> None:
    op.drop_table(WRITER)
    op.drop_table(LETTER)
    op.drop_table(TIE)


def _key(table: str, column: str, target: str, rule: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=rule
    )


def _add_ties() -> None:
    op.create_table(
        TIE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("inbox_id", sa.Integer(), nullable=True),
        sa.Column("record_kind", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(mail_id IS NULL) <> (inbox_id IS NULL)", name=op.f(f"ck_{TIE}_one_mail")),
        _key(TIE, "mail_id", "core_mail", "CASCADE"),
        _key(TIE, "inbox_id", "core_inbox_mail", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TIE}")),
        sa.UniqueConstraint("mail_id", "record_kind", "record_id", name=f"uq_{TIE}_sent"),
        sa.UniqueConstraint("inbox_id", "record_kind", "record_id", name=f"uq_{TIE}_received"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{TIE}_record_kind_record_id"), TIE, ["record_kind", "record_id"])


def _add_letters() -> None:
    op.create_table(
        LETTER,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("inquiry_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key(LETTER, "account_id", "core_inbox_account", "SET NULL"),
        _key(LETTER, "mail_id", "core_inbox_mail", "CASCADE"),
        _key(LETTER, "client_id", "core_client", "RESTRICT"),
        _key(LETTER, "inquiry_id", "crm_inquiries_inquiry", "SET NULL"),
        _key(LETTER, "assignee_id", "core_user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{LETTER}")),
        sqlite_autoincrement=True,
    )
    for column in ("account_id", "client_id", "inquiry_id", "mail_id", "state"):
        op.create_index(op.f(f"ix_{LETTER}_{column}"), LETTER, [column])
    op.create_index(f"ix_{LETTER}_by_day", LETTER, ["state", "received_at", "id"])
    op.create_index(f"ix_{LETTER}_by_status", LETTER, ["state", "status", "received_at", "id"])
    op.create_index(f"ix_{LETTER}_by_assignee", LETTER, ["assignee_id", "status", "received_at"])


def _add_writers() -> None:
    op.create_table(
        WRITER,
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        _key(WRITER, "letter_id", LETTER, "CASCADE"),
        _key(WRITER, "user_id", "core_user", "CASCADE"),
        sa.PrimaryKeyConstraint("letter_id", "user_id", name=op.f(f"pk_{WRITER}")),
    )
    op.create_index(op.f(f"ix_{WRITER}_user_id"), WRITER, ["user_id"])
