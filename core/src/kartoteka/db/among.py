"""The condition "one of these ids" for statements that are made once and executed for many pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal


def among(column: Any, name: str = "ids") -> ColumnElement[bool]:
    """Return the condition that a column holds one of the ids that the statement is executed with.

    ``session.execute(statement, {"ids": ids})`` with a list. PostgreSQL gets one array: a parameter for each of fifty
    ids costs more than finding the rows.
    """
    return _Among(column, name)


class _Among(ColumnElement[bool]):
    """The condition in the words of each database."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite gets "(...) = 1", which no index answers
    _traverse_internals = [
        ("many", InternalTraversal.dp_clauseelement),
        ("array", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, name: str) -> None:
        self.many = column.in_(bindparam(name, expanding=True))
        self.array = column == any_(bindparam(name, type_=ARRAY(Integer)))

    def self_group(self, against: Any = None) -> _Among:
        """Stay as it is: both forms can stand beside AND and OR."""
        return self


@compiles(_Among)
def _compile_many(element: _Among, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.many, **options))


@compiles(_Among, "postgresql")
def _compile_array(element: _Among, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.array, **options)})"
