"""Merged clients, pairs that are no duplicates, the bin."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_CODE = sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql")
_STEP = 1000


def upgrade() -> None:
    with op.batch_alter_table("core_client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("personal_code_norm", _CODE, server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_core_client_personal_code_norm"), ["personal_code_norm"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_deleted_at"), ["deleted_at"], unique=False)
    _compare_personal_codes()
    op.create_table(
        "core_client_distinct",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["core_user.id"], name=op.f("fk_core_client_distinct_decided_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["core_client.id"], name=op.f("fk_core_client_distinct_first_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["core_client.id"], name=op.f("fk_core_client_distinct_second_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_client_distinct")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_core_client_distinct_first_id_second_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_client_distinct", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_client_distinct_first_id"), ["first_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_distinct_second_id"), ["second_id"], unique=False)
    op.create_table(
        "core_client_similar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_client_similar")),
    )
    with op.batch_alter_table("core_client_similar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_client_similar_search"), ["search"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_similar_first_id"), ["first_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_similar_second_id"), ["second_id"], unique=False)


def downgrade() -> None:
    op.drop_table("core_client_similar")
    op.drop_table("core_client_distinct")
    with op.batch_alter_table("core_client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_client_deleted_at"))
        batch_op.drop_index(batch_op.f("ix_core_client_personal_code_norm"))
        batch_op.drop_column("deleted_at")
        batch_op.drop_column("personal_code_norm")


def _compare_personal_codes() -> None:
    """Fill the new column; written out here, because a migration must do the same when the rules have changed."""
    connection = op.get_bind()
    client = sa.table(
        "core_client", sa.column("id", sa.Integer), sa.column("personal_code"), sa.column("personal_code_norm")
    )
    found = connection.execute(sa.select(client.c.id, client.c.personal_code).where(client.c.personal_code != "")).all()
    change = (
        sa.update(client).where(client.c.id == sa.bindparam("_id")).values(personal_code_norm=sa.bindparam("_code"))
    )
    values = [{"_id": row.id, "_code": _compact(row.personal_code)} for row in found]
    for start in range(0, len(values), _STEP):
        connection.execute(change, values[start : start + _STEP])


def _compact(typed: str) -> str:
    compact = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed)).upper()
    return compact if compact.strip("0") else ""
