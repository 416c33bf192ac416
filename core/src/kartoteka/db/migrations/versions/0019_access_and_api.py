"""Search texts without confidential fields; erasures of one person; use of the API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | None = None
depends_on: str | None = None

_MARKED = "kind IN (SELECT kind FROM core_confidential_field)"


def upgrade() -> None:
    # So far these texts were without what is confidential; the full ones come with the next rebuild of the search.
    op.execute(
        "INSERT INTO core_search_text (kind, record_id, client_id, module, text, digits) "
        "SELECT kind || '\\:open', record_id, client_id, module, text, digits FROM core_search_text "
        f"WHERE {_MARKED}"
    )
    op.add_column("core_erasure", sa.Column("about_kind", sa.String(length=80), nullable=True))
    op.add_column("core_erasure", sa.Column("about_id", sa.Integer(), nullable=True))
    op.create_table(
        "core_api_use",
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("span", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_core_api_use")),
    )
    op.create_index(op.f("ix_core_erasure_about_kind_about_id"), "core_erasure", ["about_kind", "about_id"])


def downgrade() -> None:
    op.drop_table("core_api_use")
    op.drop_index(op.f("ix_core_erasure_about_kind_about_id"), "core_erasure")
    op.drop_column("core_erasure", "about_id")
    op.drop_column("core_erasure", "about_kind")
    # What everybody finds by from now on must be the open texts.
    op.execute(f"DELETE FROM core_search_text WHERE {_MARKED}")
    op.execute("UPDATE core_search_text SET kind = replace(kind, '\\:open', '') WHERE kind LIKE '%\\:open'")
