"""Needs and interests of clients, their appeals, and an order of inquiries by their last action."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None

NEED, APPEAL, INQUIRY = "crm_inquiries_need", "crm_inquiries_appeal", "crm_inquiries_inquiry"


def upgrade() -> None:
    _add_need()
    _add_appeal()
    op.create_index(f"ix_{INQUIRY}_by_move", INQUIRY, ["state", "moved_at", "id"])


def downgrade() -> None:
    op.drop_index(f"ix_{INQUIRY}_by_move", INQUIRY)
    op.drop_table(APPEAL)
    op.drop_table(NEED)


def _add_need() -> None:
    op.create_table(
        NEED,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=True),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        *_of_every_record(),
        *_keys(NEED, entries=("group_id",)),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{NEED}_by_client", NEED, ["client_id", "state", "noted_on", "id"])
    op.create_index(f"ix_{NEED}_by_day", NEED, ["state", "noted_on", "id"])
    _index(NEED, "inquiry_id", "group_id", "manager_id", "state")


def _add_appeal() -> None:
    op.create_table(
        APPEAL,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("result_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inquiry_id", sa.Integer(), nullable=True),
        *_of_every_record(),
        *_keys(APPEAL, entries=("channel_id", "subject_id", "source_id", "result_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{APPEAL}_by_client", APPEAL, ["client_id", "state", "received_at", "id"])
    op.create_index(f"ix_{APPEAL}_by_day", APPEAL, ["state", "received_at", "id"])
    _index(
        APPEAL,
        "number",
        "channel_id",
        "subject_id",
        "source_id",
        "manager_id",
        "result_id",
        "inquiry_id",
        "state",
    )


def _of_every_record() -> list[sa.Column[Any]]:
    return [
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _keys(table: str, *, entries: tuple[str, ...]) -> list[sa.Constraint]:
    others = {
        "client_id": ("core_client.id", "RESTRICT"),
        "inquiry_id": (f"{INQUIRY}.id", "SET NULL"),
        "manager_id": ("core_user.id", "SET NULL"),
    }
    targets = others | dict.fromkeys(entries, ("core_directory_entry.id", "RESTRICT"))
    keys: list[sa.Constraint] = [
        sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_{table}_{name}"), ondelete=on_delete)
        for name, (target, on_delete) in targets.items()
    ]
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
