"""Texts that are compared letter by letter, so that lists have the same order on both databases.

A database server for PostgreSQL compares texts as the language does that it was set up with, and skips spaces, dashes
and capitals at first; SQLite compares their letters. Columns of the type ``SortText`` need nothing more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal

from kartoteka.db.types import SortText


class LetterByLetter(ColumnElement[str]):
    """A text whose order and small letters do not depend on how PostgreSQL was set up."""

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]

    def __init__(self, column: Any) -> None:
        self.column: Any = column.__clause_element__() if hasattr(column, "__clause_element__") else column
        self.type = self.column.type


def in_letters(column: Any) -> Any:
    """Return what lists sort by: the column itself, unless it is a text that PostgreSQL might compare otherwise."""
    is_told = isinstance(column.type, SortText) or not isinstance(column.type, String)
    return column if is_told else LetterByLetter(column)


@compiles(LetterByLetter)
def _plain(element: LetterByLetter, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.column, **options))


@compiles(LetterByLetter, "postgresql")
def _collated(element: LetterByLetter, compiler: Any, **options: Any) -> str:
    return f'({compiler.process(element.column, **options)}) COLLATE "C"'
