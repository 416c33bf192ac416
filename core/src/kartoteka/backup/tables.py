"""The tables of a database as they are, whether the code that made them is installed or not."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text

from kartoteka.backup.values import from_line, reader_of, to_line
from kartoteka.db.chunks import chunks
from kartoteka.db.lineages import VERSION_TABLE
from kartoteka.db.migrating import tables_of

_AT_ONCE = 1000


def all_tables(connection: Connection) -> list[Table]:
    """Return all tables but SQLite's own and those of its full-text index, which follows from the texts."""
    metadata = MetaData()
    names = [name for name in tables_of(connection, "") if not name.startswith("sqlite_")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # expressions of indexes, and tables that refer in circles
        metadata.reflect(connection, only=names, resolve_fks=False)
        return [metadata.tables[name] for name in sorted(names)]


def is_version_table(table: Table) -> bool:
    """Tell whether a table only holds the revision of a module's tables."""
    return table.name.startswith(VERSION_TABLE)


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield the rows of a table as lines, some at a time."""
    rows = connection.execute(select(table), execution_options={"yield_per": _AT_ONCE})
    for row in rows:
        yield to_line(row)


def fill_table(connection: Connection, table: Table, columns: list[str], lines: Iterator[bytes]) -> None:
    """Insert rows from lines with values for these columns; raises ValueError for a line that doesn't fit."""
    readers = [reader_of(table.columns[name]) for name in columns]
    for some in chunks(lines, _AT_ONCE):
        rows = [dict(zip(columns, from_line(line, readers), strict=True)) for line in some]
        connection.execute(table.insert(), rows)


def last_ids(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """Return the highest id that was ever given in each table that gives ids."""
    if connection.dialect.name == "sqlite":
        has_any = inspect(connection).has_table("sqlite_sequence")
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all() if has_any else []
        return {row.name: row.seq for row in rows}
    found: dict[str, int] = {}
    for table in tables:
        sequence = _sequence_of(connection, table)
        last = connection.scalar(text(f"SELECT last_value FROM {sequence} WHERE is_called")) if sequence else None  # noqa: S608
        if last is not None:
            found[table.name] = last
    return found


def set_last_ids(connection: Connection, tables: list[Table], given: dict[str, int]) -> None:
    """Let ids go on behind the highest ones that are there or were given before."""
    for table in tables:
        highest = max(given.get(table.name, 0), _highest_id(connection, table))
        if highest:
            _set_last_id(connection, table, highest)


def _set_last_id(connection: Connection, table: Table, highest: int) -> None:
    if connection.dialect.name == "sqlite":
        named = {"name": table.name, "last": highest}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), named)
        connection.execute(text(_GIVES_NO_ID_TWICE), named)
    elif sequence := _sequence_of(connection, table):
        connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": highest})


_GIVES_NO_ID_TWICE = (
    "INSERT INTO sqlite_sequence (name, seq) SELECT :name, :last FROM sqlite_master "
    "WHERE type = 'table' AND name = :name AND upper(sql) LIKE '%AUTOINCREMENT%'"
)


def _sequence_of(connection: Connection, table: Table) -> str | None:
    if _id_of(table) is None:
        return None
    asked = text("SELECT pg_get_serial_sequence(:name, 'id')")
    found: str | None = connection.scalar(asked, {"name": f'"{table.name}"'})
    return found


def _highest_id(connection: Connection, table: Table) -> int:
    column = _id_of(table)
    return 0 if column is None else connection.scalar(select(func.max(column))) or 0


def _id_of(table: Table) -> Any:
    column = table.columns.get("id")
    return column if column is not None and isinstance(column.type, sa.Integer) else None
