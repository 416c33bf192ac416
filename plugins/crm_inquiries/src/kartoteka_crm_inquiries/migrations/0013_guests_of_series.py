"""People are invited to a whole series; a series has dates beside its rule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None

ATTENDEE, SERIES = "crm_inquiries_attendee", "crm_inquiries_series"
UNIQUE = f"uq_{ATTENDEE}_series_id_role_address"


def upgrade() -> None:
    """Let an invitation belong to an activity or to a series."""
    with op.batch_alter_table(ATTENDEE, table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("activity_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("told", _json(), nullable=False, server_default="{}"))
        table.create_foreign_key(op.f(f"fk_{ATTENDEE}_series_id"), SERIES, ["series_id"], ["id"], ondelete="CASCADE")
        table.create_unique_constraint(op.f(UNIQUE), ["series_id", "role", "address"])
        table.create_check_constraint(op.f(f"ck_{ATTENDEE}_of_one"), "(activity_id IS NULL) <> (series_id IS NULL)")
    op.add_column(SERIES, sa.Column("extra", _json(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Forget who was invited to whole series."""
    op.drop_column(SERIES, "extra")
    op.execute(sa.text(f"DELETE FROM {ATTENDEE} WHERE activity_id IS NULL"))
    with op.batch_alter_table(ATTENDEE, table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f(f"ck_{ATTENDEE}_of_one"), type_="check")
        table.drop_constraint(op.f(UNIQUE), type_="unique")
        table.drop_constraint(op.f(f"fk_{ATTENDEE}_series_id"), type_="foreignkey")
        table.drop_column("told")
        table.drop_column("series_id")
        table.alter_column("activity_id", existing_type=sa.Integer(), nullable=False)


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
