"""What mail, the inbox and files keep besides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Say of each mail that came in whether it wants pictures from elsewhere: of old ones with HTML, perhaps."""
    op.add_column("core_inbox_mail", sa.Column("has_remote", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE core_inbox_mail SET has_remote = has_html"))
    with op.batch_alter_table("core_inbox_mail") as table:
        table.alter_column("has_remote", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("core_inbox_mail") as table:
        table.drop_column("has_remote")
