"""The chain of audit entries, and titles of operations for every reader."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "core_audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("about_kind", sa.String(length=100), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("personal", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit")),
    )
    with op.batch_alter_table("core_audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_audit_at"), ["at"], unique=False)
        batch_op.create_index("ix_core_audit_event", ["event", "id"], unique=False)
        batch_op.create_index("ix_core_audit_user", ["user_id", "id"], unique=False)
        batch_op.create_index("ix_core_audit_operation", ["operation_id", "id"], unique=False)
    op.create_table(
        "core_audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("since_entry", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit_head")),
    )
    op.execute(
        "INSERT INTO core_audit_head (id, last_id, hash, seal, since_entry) "
        f"SELECT 1, 0, '{'0' * 64}', '', COALESCE(MAX(id), 0) FROM core_journal"
    )
    op.add_column("core_operation", sa.Column("message", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("core_operation", "message")
    op.drop_table("core_audit_head")
    op.drop_table("core_audit")
