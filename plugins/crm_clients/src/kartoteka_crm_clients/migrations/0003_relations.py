"""People and organisations that belong together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _add_positions()
    _add_relations()


def downgrade() -> None:
    op.drop_table("crm_clients_relation")
    op.drop_table("crm_clients_position")


def _add_positions() -> None:
    table = "crm_clients_position"
    op.create_table(
        table,
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.Integer(), nullable=True),
        sa.Column("is_signatory", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("notes", sa.String(length=500), nullable=False),
        *_own_columns(),
        _to_client(table, "client_id"),
        _to_client(table, "person_id"),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["crm_clients_contact.id"],
            name=op.f(f"fk_{table}_contact_id"),
            ondelete="CASCADE",
        ),
        _to_entry(table, "role_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_clients_position_by_client", table, ["client_id", "state"])
    op.create_index("ix_crm_clients_position_by_person", table, ["person_id", "state"])
    for column in ("contact_id", "role_id", "state"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _add_relations() -> None:
    table = "crm_clients_relation"
    op.create_table(
        table,
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("related_id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("reverse_id", sa.Integer(), nullable=True),
        sa.Column("notes", sa.String(length=500), nullable=False),
        *_own_columns(),
        _to_client(table, "client_id"),
        _to_client(table, "related_id"),
        _to_entry(table, "kind_id"),
        _to_entry(table, "reverse_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_clients_relation_by_client", table, ["client_id", "state"])
    op.create_index("ix_crm_clients_relation_by_related", table, ["related_id", "state"])
    for column in ("kind_id", "reverse_id", "state"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _own_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _to_client(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["core_client.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def _to_entry(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["core_directory_entry.id"], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT"
    )
