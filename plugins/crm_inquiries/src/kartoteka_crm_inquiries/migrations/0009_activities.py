"""The orders of the list of activities: by importance, and by when they are due, whatever their status."""

from __future__ import annotations

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "crm_inquiries_activity"


def upgrade() -> None:
    op.create_index(f"ix_{TABLE}_by_importance", TABLE, ["state", "importance", "id"])
    op.create_index(f"ix_{TABLE}_in_time", TABLE, ["state", "due_at", "id"])


def downgrade() -> None:
    op.drop_index(f"ix_{TABLE}_in_time", table_name=TABLE)
    op.drop_index(f"ix_{TABLE}_by_importance", table_name=TABLE)
