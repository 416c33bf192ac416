"""Which records use an entry: found by the foreign keys of the database, those of modules that are gone among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import MetaData, Table, func, inspect, select

from kartoteka.builtin.directories.models import ENTRY_TABLE
from kartoteka.db.base import Model
from kartoteka.db.chunks import chunks
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.journal.sets import update_rows
from kartoteka.db.session import Session


@dataclass(frozen=True)
class _Using:
    table: Table
    column: str


def count_uses(session: Session, ids: Collection[int]) -> Counter[int]:
    """Return how many records use each of these entries, entries below them included; rights play no part."""
    counted: Counter[int] = Counter()
    for one in _columns(session):
        column = one.table.c[one.column]
        for part in chunks(ids):
            rows = raw_connection(session).execute(
                select(column, func.count()).where(column.in_(part)).group_by(column)
            )
            counted.update({row[0]: row[1] for row in rows})
    return counted


def move_uses(session: Session, kept_id: int, gone_ids: Iterable[int]) -> int:
    """Let everything that uses one of the entries use the kept one; return how many records changed."""
    moved = 0
    gone = sorted(set(gone_ids))
    for one in _columns(session):
        column = one.table.c[one.column]
        ids: Sequence[int] = raw_connection(session).scalars(select(one.table.c.id).where(column.in_(gone))).all()
        for part in chunks(ids):
            moved += len(update_rows(session, one.table.name, {record_id: {one.column: kept_id} for record_id in part}))
    return moved


def _columns(session: Session) -> list[_Using]:
    connection = raw_connection(session)
    found = []
    for (_schema, name), keys in inspect(connection).get_multi_foreign_keys().items():
        for key in keys:
            if key["referred_table"] == ENTRY_TABLE and len(key["constrained_columns"]) == 1:
                table = Model.metadata.tables.get(name)
                if table is None:
                    table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
                found.append(_Using(table, key["constrained_columns"][0]))
    return found
