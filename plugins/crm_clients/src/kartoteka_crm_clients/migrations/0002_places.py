"""Addresses know their place in the directories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("crm_clients_address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_crm_clients_address_place_id"),
            "core_directory_entry",
            ["place_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_index("ix_crm_clients_address_by_place", ["place_id", "state", "client_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("crm_clients_address", schema=None) as batch_op:
        batch_op.drop_index("ix_crm_clients_address_by_place")
        batch_op.drop_constraint(batch_op.f("fk_crm_clients_address_place_id"), type_="foreignkey")
        batch_op.drop_column("place_id")
