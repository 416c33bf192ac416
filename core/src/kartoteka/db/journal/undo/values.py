"""Values that cannot be put back: they point to what is gone, or another record has them now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, UniqueConstraint, select, tuple_

from kartoteka.db.chunks import chunks
from kartoteka.db.journal.undo.plan import UndoReason
from kartoteka.db.journal.undo.tables import TouchedTable

if TYPE_CHECKING:
    from kartoteka.db.journal.undo.taking import TakingBack

Wanted = Mapping[int, Mapping[str, Any]]
Wrong = dict[int, tuple[UndoReason, str]]


def find_missing_targets(undo: TakingBack, table: TouchedTable, wanted: Wanted) -> Wrong:
    """Return the records whose value for a foreign key leads to a row that is not there, each with the column."""
    found: Wrong = {}
    named = {name for values in wanted.values() for name in values}
    keys = undo.references.from_table(table.name) if named & _key_columns(table.table) else {}
    for column, target in keys.items():
        pointing = {key: values[column] for key, values in wanted.items() if values.get(column) is not None}
        if not pointing:
            continue
        there = set(TouchedTable(undo.connection, target).rows(set(pointing.values())))
        there -= {number for name, number in undo.gone if name == target}
        there |= {number for name, number in undo.back if name == target}
        if target == table.name:
            there |= set(wanted)
        found.update({key: (UndoReason.TARGET_GONE, column) for key, number in pointing.items() if number not in there})
    return found


def find_taken(undo: TakingBack, table: TouchedTable, wanted: Wanted) -> Wrong:
    """Return the records that would repeat a value of which there may be only one, each with the column."""
    found: Wrong = {}
    for columns in _unique_columns(table.table):
        touched = {key: values for key, values in wanted.items() if set(columns) & values.keys()}
        if not touched:
            continue
        rows = table.rows(touched) if any(set(columns) - values.keys() for values in touched.values()) else {}
        asked = {
            key: tuple(values.get(name, rows[key][name] if key in rows else None) for name in columns)
            for key, values in touched.items()
        }
        for key in _repeated(undo, table.table, columns, asked):
            found[key] = (UndoReason.TAKEN, columns[0])
    return found


def _repeated(undo: TakingBack, table: Table, columns: tuple[str, ...], asked: dict[int, tuple[Any, ...]]) -> list[int]:
    complete = {key: value for key, value in asked.items() if None not in value}
    holders: dict[tuple[Any, ...], int] = {}
    named = [table.c[name] for name in columns]
    for part in chunks(complete.values()):
        for row in undo.connection.execute(select(table.c.id, *named).where(tuple_(*named).in_(part))):
            leaves = (table.name, row[0]) in undo.gone or set(columns) & undo.written.get((table.name, row[0]), set())
            if not leaves and row[0] not in asked:
                holders[tuple(row[1:])] = row[0]
    return [key for key, value in complete.items() if value in holders]


def _unique_columns(table: Table) -> Iterator[tuple[str, ...]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(column.name for column in constraint.columns)
    for index in table.indexes:
        is_partial = any(index.dialect_options[name].get("where") is not None for name in ("sqlite", "postgresql"))
        if index.unique and not is_partial:
            yield tuple(column.name for column in index.columns)


def _key_columns(table: Table) -> set[str]:
    return {key.parent.name for key in table.foreign_keys}
