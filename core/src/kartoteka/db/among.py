"""Conditions that hold many values as one parameter: ids of a page, for statements made once; words, for row rights."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Integer,
    String,
    TypeDecorator,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal


def among(column: Any, name: str = "ids") -> ColumnElement[bool]:
    """Return the condition that a column holds one of the ids that the statement is executed with.

    ``session.execute(statement, {"ids": ids})``. All ids go as one value: a parameter for each of fifty ids costs more
    than finding the rows.
    """
    ids = {"key": name}
    return _Among(column, bindparam(type_=_JsonList, **ids), bindparam(type_=ARRAY(Integer), **ids))


def among_words(column: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these words, such as the rights of whoever asks."""
    said = {"key": None, "value": list(words)}
    return _Among(column, bindparam(type_=_JsonList, **said), bindparam(type_=ARRAY(String), **said))


class _JsonList(TypeDecorator[Any]):
    """Values as one JSON text, for SQLite."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Iterable[int | str] | None, dialect: Any) -> str:
        return json.dumps(list(value or ()))


class _Among(ColumnElement[bool]):
    """The condition in the words of each database."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite gets "(...) = 1", which no index answers
    _traverse_internals = [
        ("listed", InternalTraversal.dp_clauseelement),
        ("array", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, listed: BindParameter[Any], array: BindParameter[Any]) -> None:
        self.listed = column.in_(select(func.json_each(listed).table_valued("value").c.value))
        self.array = column == any_(array)

    def self_group(self, against: Any = None) -> _Among:
        """Stay as it is: both forms can stand beside AND and OR."""
        return self


@compiles(_Among, "sqlite")
def _compile_listed(element: _Among, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.listed, **options))


@compiles(_Among)
def _compile_array(element: _Among, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.array, **options)})"
