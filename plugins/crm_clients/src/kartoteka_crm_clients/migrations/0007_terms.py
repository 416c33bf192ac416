"""Sales terms of clients."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "crm_clients_terms"


def upgrade() -> None:
    entry = ["core_directory_entry.id"]
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("block_reason", sa.String(length=300), nullable=False),
        sa.Column("credit_limit", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("credit_currency", sa.String(length=3), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=True),
        sa.Column("price_level_id", sa.Integer(), nullable=True),
        sa.Column("discount_group_id", sa.Integer(), nullable=True),
        sa.Column("discount", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f(f"fk_{TABLE}_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["price_level_id"], entry, name=op.f(f"fk_{TABLE}_price_level_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["discount_group_id"], entry, name=op.f(f"fk_{TABLE}_discount_group_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.create_index(f"ix_{TABLE}_by_client", ["client_id", "is_blocked"], unique=False)
        batch_op.create_index(f"ix_{TABLE}_by_block", ["is_blocked", "client_id"], unique=False)
        batch_op.create_index(batch_op.f(f"ix_{TABLE}_price_level_id"), ["price_level_id"], unique=False)
        batch_op.create_index(batch_op.f(f"ix_{TABLE}_discount_group_id"), ["discount_group_id"], unique=False)


def downgrade() -> None:
    op.drop_table(TABLE)
