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
    _add_health()


def _add_health() -> None:
    op.create_table(
        "core_health_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check", sa.String(length=127), nullable=False),
        sa.Column("finding", sa.String(length=80), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_health_answer_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_health_answer_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_health_answer")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_health_answer_by_finding", "core_health_answer", ["check", "finding"])
    op.create_index("ix_core_health_answer_by_user", "core_health_answer", ["user_id", "outcome", "created_at"])
    op.create_index(op.f("ix_core_health_answer_client_id"), "core_health_answer", ["client_id"])
    op.create_table(
        "core_health_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["core_user.id"], name=op.f("fk_core_health_score_manager_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_health_score")),
        sa.UniqueConstraint("day", "manager_id", name=op.f("uq_core_health_score_day_manager_id")),
    )
    op.create_index(op.f("ix_core_health_score_manager_id"), "core_health_score", ["manager_id"])


def downgrade() -> None:
    """Forget it; what searches found stays."""
    op.drop_table("core_health_score")
    op.drop_table("core_health_answer")
    op.drop_index("ix_core_client_similar_by_score", table_name="core_client_similar")
    op.drop_table("core_client_block")
    op.drop_table("core_client_compared")
