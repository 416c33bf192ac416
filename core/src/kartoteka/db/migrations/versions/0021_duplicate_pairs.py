"""What the finder of duplicates keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add what is known of compared clients."""
    op.create_table(
        "core_client_compared",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("print", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_client_compared")),
    )
    op.create_index("ix_core_client_compared_by_pending", "core_client_compared", ["pending", "id"])
    op.create_table(
        "core_client_block",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "client", name=op.f("pk_core_client_block")),
    )
    op.create_index(op.f("ix_core_client_block_client"), "core_client_block", ["client"])
    op.create_index("ix_core_client_similar_by_score", "core_client_similar", ["score", "id"])


def downgrade() -> None:
    """Forget it; what searches found stays."""
    op.drop_index("ix_core_client_similar_by_score", table_name="core_client_similar")
    op.drop_table("core_client_block")
    op.drop_table("core_client_compared")
