"""Digits are found by an index of their own pieces, and hold the long numbers of texts."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from kartoteka.db.search_tables import create_search_tables, drop_search_tables, refill_search_index
from kartoteka.vocabulary.search import with_numbers

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | None = None
depends_on: str | None = None

TEXTS = sa.table("core_search_text", sa.column("id"), sa.column("text"), sa.column("digits"))
READ = 5_000


def upgrade() -> None:
    """Write the numbers down, without the indexes meanwhile: keeping them in step would take many times longer."""
    connection = op.get_bind()
    drop_search_tables(connection)
    change = sa.update(TEXTS).where(TEXTS.c.id == sa.bindparam("one")).values(digits=sa.bindparam("found"))
    for rows in _texts(connection):
        found = [(row.id, row.digits, with_numbers(row.digits, row.text)) for row in rows]
        changed = [{"one": id_, "found": digits} for id_, before, digits in found if digits != before]
        if changed:
            connection.execute(change, changed)
    create_search_tables(connection)
    refill_search_index(connection)


def downgrade() -> None:
    """Leave the numbers: they are found in the texts as well. The index of three-character pieces comes back."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    op.drop_index("ix_core_search_text_digits", "core_search_text")
    op.create_index(
        "ix_core_search_text_digits",
        "core_search_text",
        ["digits"],
        postgresql_using="gin",
        postgresql_ops={"digits": "gin_trgm_ops"},
        postgresql_with={"gin_pending_list_limit": 512},
    )


def _texts(connection: sa.Connection) -> Iterator[list[sa.Row[tuple[int, str, str]]]]:
    """Return all texts in parts, in the order of their ids."""
    after: int | None = None
    while True:
        reading = sa.select(TEXTS.c.id, TEXTS.c.text, TEXTS.c.digits).order_by(TEXTS.c.id).limit(READ)
        rows = list(connection.execute(reading if after is None else reading.where(TEXTS.c.id > after)))
        if not rows:
            return
        after = rows[-1].id
        yield rows
