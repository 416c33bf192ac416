"""Notes about clients."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "[[ name ]]_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["core_client.id"],
            name=op.f("fk_[[ name ]]_note_client_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_[[ name ]]_note")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("[[ name ]]_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_[[ name ]]_note_client_id"),
            ["client_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_[[ name ]]_note_day"), ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("[[ name ]]_note")
