"""Columns that hold text, and the condition that one of a person's words stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Table, Text, cast, false, func, or_
from sqlalchemy import column as named
from sqlalchemy.types import TypeDecorator, TypeEngine

from kartoteka.db.chunks import chunks
from kartoteka.db.search_terms import like_pattern

PATTERNS = 200
"""Patterns in one statement: SQLite takes a thousand conditions."""


def text_columns(table: Table) -> list[Any]:
    """Return the columns of a table in which words of people may stand."""
    return [column for column in table.columns if _is_text(column.type) and not column.foreign_keys]


def is_json(column: Any) -> bool:
    """Tell whether a column holds JSON as the database knows it."""
    return isinstance(_plain(column.type), JSON)


def as_text(column: Any) -> ColumnElement[str]:
    """Return a column as the text that the database keeps."""
    return cast(named(column.name), Text)


def joined(columns: Sequence[Any]) -> ColumnElement[str]:
    """Return all columns as one text."""
    whole: Any = None
    for column in columns:
        part = func.coalesce(as_text(column), "")
        whole = part if whole is None else whole + "\n" + part
    found: ColumnElement[str] = whole
    return found


def contain(columns: Sequence[Any], patterns: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """Yield conditions that some of these, as the database may hold them, stand in one of the columns.

    They are for one statement each: a client may have so many people that no statement takes all their words.
    """
    whole = joined(columns)
    return (holds_any(whole, some) for some in chunks(patterns, PATTERNS))


def holds_any(text: Any, patterns: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that one of these, as the database may hold it, stands in a text."""
    return or_(false(), *(text.like(like_pattern(one), escape="\\") for one in patterns))


def _is_text(kind: TypeEngine[Any]) -> bool:
    return isinstance(_plain(kind), String | JSON)


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
