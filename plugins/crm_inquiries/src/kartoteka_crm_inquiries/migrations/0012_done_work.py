"""What somebody has done is found by the day."""

from __future__ import annotations

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None

ACTIVITY = "crm_inquiries_activity"
OF_ALL, BY_DAY = "ix_crm_inquiries_activity_done_by_id", "ix_crm_inquiries_activity_done_by"


def upgrade() -> None:
    """Let the work page count what was done today without a look at what its reader ever did."""
    op.create_index(BY_DAY, ACTIVITY, ["done_by_id", "done_at"])
    op.drop_index(OF_ALL, table_name=ACTIVITY)


def downgrade() -> None:
    """Find it by the person alone again."""
    op.create_index(OF_ALL, ACTIVITY, ["done_by_id"])
    op.drop_index(BY_DAY, table_name=ACTIVITY)
