"""Many rows in pieces of one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, insert

CHUNK = 500
"""Rows per statement and, in long work, per commit."""

T = TypeVar("T")


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Return the items in lists of at most ``size``."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def insert_many(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns, the quickest way of each database: COPY on PostgreSQL."""
    if len(rows) < _WORTH_MORE:
        if rows:
            connection.execute(insert(table), rows)
    elif connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        _insert_prepared(connection, table, rows)


_WORTH_MORE = 20


def _processors(connection: Connection, table: Table, names: Iterable[str]) -> dict[str, Any]:
    dialect = connection.dialect
    return {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}


def _copy(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    processors = _processors(connection, table, rows[0])
    command = f"COPY {quote(table.name)} ({', '.join(map(quote, processors))}) FROM STDIN"
    raw: Any = connection.connection.dbapi_connection
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row([process(row[name]) if process else row[name] for name, process in processors.items()])


def _insert_prepared(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Hand the rows to the driver at once: what SQLAlchemy does for each row costs as much as the writing."""
    quote = connection.dialect.identifier_preparer.quote
    processors = _processors(connection, table, rows[0])
    places = ", ".join("?" * len(processors))
    command = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, processors))}) VALUES ({places})"  # noqa: S608 - names
    pairs = list(processors.items())
    ready = [tuple([process(row[name]) if process else row[name] for name, process in pairs]) for row in rows]
    connection.exec_driver_sql(command, ready)
