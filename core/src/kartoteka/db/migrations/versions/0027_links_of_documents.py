"""What documents belong to is in the change log: links are records, of the client that their document is of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | None = None
depends_on: str | None = None

_OF_FILE = "(SELECT {0} FROM core_file WHERE core_file.id = core_file_link.file_id)"


def upgrade() -> None:
    """Add what every record has; a link begins when its document was registered and has its client and its right."""
    with op.batch_alter_table("core_file_link") as batch_op:
        batch_op.add_column(sa.Column("client_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("needs", sa.String(length=130), server_default="", nullable=False))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
    taken = ", ".join(f"{name} = {_OF_FILE.format(name)}" for name in ("client_id", "needs", "created_at"))
    op.execute(sa.text(f"UPDATE core_file_link SET {taken}"))
    with op.batch_alter_table("core_file_link") as batch_op:
        batch_op.alter_column("needs", server_default=None)
        batch_op.alter_column("version", server_default=None)
        batch_op.alter_column("created_at", nullable=False)
        batch_op.create_index(batch_op.f("ix_core_file_link_client_id"), ["client_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_core_file_link_client_id"), "core_client", ["client_id"], ["id"], ondelete="RESTRICT"
        )


def downgrade() -> None:
    """Take it away again; the links stay."""
    with op.batch_alter_table("core_file_link") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_core_file_link_client_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_core_file_link_client_id"))
        for name in ("created_at", "version", "needs", "client_id"):
            batch_op.drop_column(name)
