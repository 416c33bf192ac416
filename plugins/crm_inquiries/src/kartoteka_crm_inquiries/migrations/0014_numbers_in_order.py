"""Lists by number and by status have an index again: PostgreSQL compares these letter by letter, as lists do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None

ACTIVITY = "crm_inquiries_activity"
BY_STATUS = f"ix_{ACTIVITY}_by_status"
COLUMNS = (
    ("crm_inquiries_inquiry", "number", 60),
    ("crm_inquiries_appeal", "number", 60),
    (ACTIVITY, "number", 60),
    (ACTIVITY, "status", 10),
)


def upgrade() -> None:
    """Make the indexes anew; the rows stay as they are."""
    _compare("C")
    op.create_index(BY_STATUS, ACTIVITY, ["state", "status", "id"])


def downgrade() -> None:
    """Compare them again as the database was set up."""
    op.drop_index(BY_STATUS, table_name=ACTIVITY)
    _compare("default")


def _compare(collation: str) -> None:
    # SQLite has compared letters all the time.
    if op.get_bind().dialect.name == "postgresql":
        for table, column, length in COLUMNS:
            op.alter_column(table, column, type_=sa.String(length, collation=collation))
