"""Which contents the rows of all tables name, of modules with code and without, and what the rows call them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, column, inspect, select, table

from kartoteka.db.blobs.columns import is_blob_column
from kartoteka.db.chunks import chunks

_CALLED = ("filename", "name", "title", "subject", "type")
Lost = dict[str, list[str]]
"""What rows call a content that is not there or is damaged, by its digest; nothing where no row names it."""


def blob_columns(connection: Connection) -> list[tuple[str, str]]:
    """Return the names of all tables and columns that hold digests of contents."""
    inspector = inspect(connection)
    return [
        (name, one["name"])
        for name in inspector.get_table_names()
        for one in inspector.get_columns(name)
        if is_blob_column(one["name"])
    ]


def named_among(
    connection: Connection, digests: Iterable[str], columns: Iterable[tuple[str, str]] | None = None
) -> set[str]:
    """Return those of these contents that some row names; ``columns`` are `blob_columns` when they are known."""
    wanted, found = list(digests), set[str]()
    for place in _places(blob_columns(connection) if columns is None else columns) if wanted else ():
        for part in chunks(wanted):
            found.update(connection.scalars(select(place).where(place.in_(part))))
    return found


def lost_contents(connection: Connection, there: Container[str], damaged: Iterable[str] = ()) -> Lost:
    """Return the contents that rows name and that are not among those that are there, and the damaged ones."""
    lost: Lost = {digest: [] for digest in damaged}
    for place in _places(blob_columns(connection)):
        named = connection.scalars(select(place).where(place.is_not(None)).distinct())
        wanted = [digest for digest in named if digest in lost or digest not in there]
        for part in chunks(wanted):
            note_lost(lost, place.table.name, _rows(connection, place, part), [place.name], there)
    return lost


def note_lost(
    lost: Lost, table_name: str, rows: Iterable[Mapping[str, Any]], columns: Iterable[str], there: Container[str]
) -> None:
    """Add the contents that these rows name and that are not there, with what the rows call them."""
    names = list(columns)
    for row in rows:
        for digest in filter(None, (row[name] for name in names)):
            if digest in lost or digest not in there:
                called = next((str(row[one]) for one in _CALLED if row.get(one)), "")
                lost.setdefault(digest, []).append(f"{called} ({table_name} {row.get('id', '')})".strip())


def _places(columns: Iterable[tuple[str, str]]) -> Iterator[Any]:
    for table_name, column_name in columns:
        yield table(table_name, column(column_name)).c[column_name]


def _rows(connection: Connection, place: Any, digests: list[str]) -> list[Mapping[str, Any]]:
    there = {one["name"] for one in inspect(connection).get_columns(place.table.name)}
    shown = table(place.table.name, *map(column, sorted(there & {place.name, "id", *_CALLED})))
    found = connection.execute(select(*shown.columns).where(shown.c[place.name].in_(digests)))
    return [dict(row) for row in found.mappings()]
