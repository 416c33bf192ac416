"""A condition that each database is told in its own words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal


class TwoForms(ColumnElement[bool]):
    """A condition that each database is told in its own words."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite gets "(...) = 1" and its planner no longer sees the ids inside
    _traverse_internals = [
        ("sqlite_form", InternalTraversal.dp_clauseelement),
        ("postgresql_form", InternalTraversal.dp_clauseelement),
    ]

    plain: ColumnElement[bool]

    def __init__(self, sqlite_form: ColumnElement[bool], postgresql_form: ColumnElement[bool]) -> None:
        self.sqlite_form = sqlite_form
        self.postgresql_form = postgresql_form


@compiles(TwoForms, "sqlite")
def _compile_for_sqlite(element: TwoForms, compiler: Any, **options: Any) -> str:
    return compiler.process(element.sqlite_form, **options)


@compiles(TwoForms, "postgresql")
def _compile_for_postgresql(element: TwoForms, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.postgresql_form, **options)})"
