"""The ids of search texts say whose they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kartoteka.db.search_tables import create_search_tables, drop_search_tables, refill_search_index, text_id

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | None = None
depends_on: str | None = None

TABLE, SEQUENCE = "core_search_text", "core_search_text_id_seq"


def upgrade() -> None:
    """Number the texts anew, without the indexes meanwhile: keeping them in step would take many times longer."""
    connection = op.get_bind()
    drop_search_tables(connection)
    if connection.dialect.name == "postgresql":
        op.alter_column(TABLE, "id", type_=sa.BigInteger(), server_default=None)
        op.execute(f"DROP SEQUENCE IF EXISTS {SEQUENCE}")
    renumber = sa.text(f"UPDATE {TABLE} SET id = :first + record_id WHERE kind = :kind")
    for kind in connection.execute(sa.text(f"SELECT DISTINCT kind FROM {TABLE}")).scalars().all():
        connection.execute(renumber, {"first": text_id(kind, 0), "kind": kind})
    create_search_tables(connection)
    refill_search_index(connection)


def downgrade() -> None:
    """Number them from one on."""
    connection = op.get_bind()
    drop_search_tables(connection)
    numbered = f"SELECT id, row_number() OVER (ORDER BY id) AS number FROM {TABLE}"
    op.execute(f"UPDATE {TABLE} SET id = numbered.number FROM ({numbered}) AS numbered WHERE numbered.id = {TABLE}.id")
    if connection.dialect.name == "postgresql":
        op.alter_column(TABLE, "id", type_=sa.Integer())
        op.execute(f"CREATE SEQUENCE {SEQUENCE} AS integer OWNED BY {TABLE}.id")
        op.execute(f"SELECT setval('{SEQUENCE}', coalesce((SELECT max(id) FROM {TABLE}), 0) + 1, false)")
        op.alter_column(TABLE, "id", server_default=sa.text(f"nextval('{SEQUENCE}')"))
    create_search_tables(connection)
    refill_search_index(connection)
