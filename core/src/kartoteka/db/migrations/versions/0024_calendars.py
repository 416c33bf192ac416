"""What calendar programs have seen, and addresses to subscribe to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | None = None
depends_on: str | None = None

SNAPSHOT, FEED = "core_dav_snapshot", "core_calendar_feed"


def upgrade() -> None:
    op.create_table(
        SNAPSHOT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("collection", sa.String(length=130), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("items", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f(f"fk_{SNAPSHOT}_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SNAPSHOT}")),
        sa.UniqueConstraint("user_id", "collection", "token", name=op.f(f"uq_{SNAPSHOT}_user_id_collection_token")),
    )
    op.create_index(op.f(f"ix_{SNAPSHOT}_made_at"), SNAPSHOT, ["made_at"])
    op.create_table(
        FEED,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("collection", sa.String(length=130), nullable=False),
        sa.Column("titles", sa.Boolean(), nullable=False),
        sa.Column("alarms", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f(f"fk_{FEED}_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FEED}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{FEED}_token_hash")),
    )
    op.create_index(op.f(f"ix_{FEED}_user_id"), FEED, ["user_id"])


def downgrade() -> None:
    op.drop_table(FEED)
    op.drop_table(SNAPSHOT)
