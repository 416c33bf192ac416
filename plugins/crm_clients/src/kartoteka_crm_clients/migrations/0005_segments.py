"""Segments and marketing data of clients."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

FIELDS = ("size", "status", "assortment", "programme", "channel", "loyalty")


def upgrade() -> None:
    _make_marketing()
    _make_segments()


def downgrade() -> None:
    op.drop_table("crm_clients_segment_client")
    op.drop_table("crm_clients_segment")
    op.drop_table("crm_clients_marketing")


def _make_marketing() -> None:
    table = "crm_clients_marketing"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        *(sa.Column(f"{name}_id", sa.Integer(), nullable=True) for name in FIELDS),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["core_client.id"], name=f"fk_{table}_client_id", ondelete="RESTRICT"),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], ["core_directory_entry.id"], name=f"fk_{table}_{name}_id", ondelete="RESTRICT"
            )
            for name in FIELDS
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_by_client", table, ["client_id"])
    for name in FIELDS:
        op.create_index(f"ix_{table}_by_{name}", table, [f"{name}_id", "client_id"])


def _make_segments() -> None:
    table = "crm_clients_segment"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.String(length=1000), nullable=False),
        sa.Column("is_fixed", sa.Boolean(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column(
            "groups",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["core_user.id"], name=f"fk_{table}_owner_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
    members = "crm_clients_segment_client"
    op.create_table(
        members,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["crm_clients_segment.id"], name=f"fk_{members}_segment_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["client_id"], ["core_client.id"], name=f"fk_{members}_client_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{members}"),
        sa.UniqueConstraint("segment_id", "client_id", name=f"uq_{members}_segment_id_client_id"),
    )
    op.create_index(f"ix_{members}_by_client", members, ["client_id"])
