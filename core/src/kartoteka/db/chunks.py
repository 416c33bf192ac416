"""Many rows in pieces of one size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
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


def _copy(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    command = f"COPY {quote(table.name)} ({', '.join(map(quote, rows[0]))}) FROM STDIN"
    raw: Any = connection.connection.dbapi_connection
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        for values in _as_stored(connection, table, rows):
            copy.write_row(values)


_PIECES = (100, 10, 1)
"""How many rows one statement inserts: so few sizes that the driver knows the statements again."""


def _insert_prepared(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Hand the rows to the driver at once: what SQLAlchemy does for each row costs as much as the writing.

    A hundred rows make one statement, because FTS5 writes its index with every statement that a trigger belongs to:
    70 µs a row of search texts if each has its own, 29 if not.
    """
    quote = connection.dialect.identifier_preparer.quote
    begin = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, rows[0]))}) VALUES "  # noqa: S608 - names
    places = f"({', '.join('?' * len(rows[0]))})"
    ready = _as_stored(connection, table, rows)
    for size in _PIECES:
        whole = len(ready) - len(ready) % size
        pieces = [tuple(chain.from_iterable(part)) for part in chunks(ready[:whole], size)]
        if pieces:
            connection.exec_driver_sql(begin + ", ".join([places] * size), pieces)
        del ready[:whole]


def _as_stored(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Return the values of each row in the order of the first one's columns, as the driver takes them."""
    dialect = connection.dialect
    columns: list[Iterable[Any]] = []
    for name in rows[0]:
        process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        values = [row[name] for row in rows]
        columns.append(_processed(process, values) if process else values)
    return list(zip(*columns, strict=True))


def _processed(process: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
    """Return the values as they are stored; what stands in many rows (a moment, a default) is worked out once."""
    last, stored = None, process(None)
    for value in values:
        if value is not last:
            last, stored = value, process(value)
        yield stored
