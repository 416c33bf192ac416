"""Which statements read columns only: nothing that SQLAlchemy would make objects of."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, CompoundSelect, Executable, Select, Subquery

_known: WeakKeyDictionary[Executable, bool] = WeakKeyDictionary()
"""What was found of statements that are made once."""


def reads_columns(statement: object) -> bool:
    """Tell whether a statement is a SELECT or UNION of mapped columns alone: its rows are the same without a session.

    Not one with options of its own, one that is read in pieces, or one of tables, which row rights don't reach.
    """
    if not isinstance(statement, (Select, CompoundSelect)):
        return False
    found = _known.get(statement)
    if found is None:
        found = _known[statement] = _is_plain(statement)
    return found


def _is_plain(statement: Any) -> bool:
    if (
        statement._propagate_attrs.get("compile_state_plugin") != "orm"
        or statement._with_options
        or statement._execution_options
    ):
        return False
    if isinstance(statement, CompoundSelect):
        return all(isinstance(part, (Select, CompoundSelect)) and _is_plain(part) for part in statement.selects)
    return all(_is_column(element) for element in statement._raw_columns)


def _is_column(element: Any) -> bool:
    """Tell whether rows name a selected element alike with a session and without."""
    if isinstance(element, Subquery):
        return all(_is_column(column) for column in element.c)
    if not isinstance(element, ColumnElement) or "bundle" in element._annotations:
        return False
    name = element._annotations.get("proxy_key")
    return name is None or name == getattr(element, "name", name)
