"""Fields that a company adds to contacts, addresses and contracts; contacts in a list of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

_TABLES = ("crm_clients_contact", "crm_clients_address", "crm_clients_contract")


def upgrade() -> None:
    values = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    for table in _TABLES:
        op.add_column(table, sa.Column("custom_values", values, server_default=sa.text("'{}'"), nullable=False))
    op.create_index("ix_crm_clients_contact_by_name", "crm_clients_contact", ["state", "name_sort", "id"])


def downgrade() -> None:
    op.drop_index("ix_crm_clients_contact_by_name", "crm_clients_contact")
    # Not in a batch: SQLite drops a column without making the table anew.
    for table in _TABLES:
        op.drop_column(table, "custom_values")
