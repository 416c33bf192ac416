"""Which records use an entry: found by the foreign keys of the database, those of modules that are gone among them.

Columns that name entries by code are found by what their models say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import MetaData, Table, func, inspect, select

from kartoteka.builtin.directories.models import ENTRY_TABLE, DirectoryEntry
from kartoteka.builtin.directories.queries import value_of
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
    for entry in _entries(session, ids):
        for one in _coded_columns(entry.directory):
            column = one.table.c[one.column]
            used = raw_connection(session).scalar(select(func.count()).where(column == value_of(entry)))
            counted[entry.id] += used or 0
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
    return moved + _move_codes(session, kept_id, gone)


def _move_codes(session: Session, kept_id: int, gone: Sequence[int]) -> int:
    moved, kept = 0, next(iter(_entries(session, [kept_id])))
    values = [value_of(one) for one in _entries(session, gone)]
    for one in _coded_columns(kept.directory):
        table, column = one.table, one.table.c[one.column]
        ids = raw_connection(session).scalars(select(table.c.id).where(column.in_(values))).all()
        for part in chunks(ids):
            moved += len(update_rows(session, table.name, {each: {one.column: value_of(kept)} for each in part}))
    return moved


def _entries(session: Session, ids: Collection[int]) -> list[DirectoryEntry]:
    found: list[DirectoryEntry] = []
    for part in chunks(list(ids)):
        found += session.scalars(select(DirectoryEntry).where(DirectoryEntry.id.in_(part)))
    return found


def _coded_columns(directory: str) -> list[_Using]:
    return [
        _Using(table, column.name)
        for table in Model.metadata.tables.values()
        for column in table.columns
        if column.info.get("directory_code") == directory
    ]


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
