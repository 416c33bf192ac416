"""Contracts with clients, stages of relationships, and to whom documents go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _add_contracts()
    _add_stages()
    op.create_table(
        "crm_clients_addressing",
        sa.Column("topic", sa.String(length=130), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("address_kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_clients_addressing")),
        sa.UniqueConstraint("topic", name=op.f("uq_crm_clients_addressing_topic")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("crm_clients_addressing")
    op.drop_table("crm_clients_stage")
    op.drop_table("crm_clients_contract")


def _add_contracts() -> None:
    op.create_table(
        "crm_clients_contract",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_crm_clients_contract_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["core_directory_entry.id"], name=op.f("fk_crm_clients_contract_kind_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_clients_contract")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_clients_contract_by_client", "crm_clients_contract", ["client_id", "state"])
    op.create_index("ix_crm_clients_contract_by_end", "crm_clients_contract", ["until", "state"])
    op.create_index(op.f("ix_crm_clients_contract_kind_id"), "crm_clients_contract", ["kind_id"])
    op.create_index(op.f("ix_crm_clients_contract_state"), "crm_clients_contract", ["state"])


def _add_stages() -> None:
    table = "crm_clients_stage"
    op.create_table(
        table,
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f(f"fk_{table}_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["core_directory_entry.id"], name=op.f(f"fk_{table}_stage_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f(f"fk_{table}_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crm_clients_stage_by_client", table, ["client_id", "until", "stage_id"])
    op.create_index("ix_crm_clients_stage_by_stage", table, ["stage_id", "until", "client_id"])
    op.create_index("ix_crm_clients_stage_by_day", table, ["since"])
    op.create_index(op.f("ix_crm_clients_stage_user_id"), table, ["user_id"])
