"""Consents: who agreed to what, and who took it back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "core_consent"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(length=80), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f(f"fk_{TABLE}_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["purpose_id"], ["core_directory_entry.id"], name=op.f(f"fk_{TABLE}_purpose_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["noted_by"], ["core_user.id"], name=op.f(f"fk_{TABLE}_noted_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{TABLE}_by_client", TABLE, ["client_id", "said_on", "id"])
    op.create_index(op.f(f"ix_{TABLE}_purpose_id"), TABLE, ["purpose_id"])
    op.create_index(op.f(f"ix_{TABLE}_noted_by"), TABLE, ["noted_by"])
    op.create_index(op.f(f"ix_{TABLE}_about_kind_about_id"), TABLE, ["about_kind", "about_id"])


def downgrade() -> None:
    op.drop_table(TABLE)
