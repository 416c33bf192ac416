"""Reports of finished work are answered out of an index alone."""

from __future__ import annotations

from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None

ACTIVITY, DONE = "crm_inquiries_activity", "ix_crm_inquiries_activity_done"


def upgrade() -> None:
    """Put beside the moment and the person what is counted, and who may see it."""
    op.drop_index(DONE, table_name=ACTIVITY)
    op.create_index(DONE, ACTIVITY, ["done_at", "performer_id", "status", "state", "actual", "client_id"])


def downgrade() -> None:
    """Find it by moment and person again."""
    op.drop_index(DONE, table_name=ACTIVITY)
    op.create_index(DONE, ACTIVITY, ["done_at", "performer_id"])
