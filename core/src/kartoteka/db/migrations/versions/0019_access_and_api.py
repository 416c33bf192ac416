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
    op.create_table(
        "core_document_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=130), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_document_print_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_document_print")),
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "blob", "created_at"):
        op.create_index(op.f(f"ix_core_document_print_{column}"), "core_document_print", [column])
    op.create_index(op.f("ix_core_erasure_about_kind_about_id"), "core_erasure", ["about_kind", "about_id"])


def downgrade() -> None:
    op.drop_table("core_document_print")
    op.drop_table("core_api_use")
    op.drop_index(op.f("ix_core_erasure_about_kind_about_id"), "core_erasure")
    op.drop_column("core_erasure", "about_id")
    op.drop_column("core_erasure", "about_kind")
    # What everybody finds by from now on must be the open texts.
    op.execute(f"DELETE FROM core_search_text WHERE {_MARKED}")
    op.execute("UPDATE core_search_text SET kind = replace(kind, '\\:open', '') WHERE kind LIKE '%\\:open'")
