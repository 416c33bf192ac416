"""Search texts of records: one folded row per record, indexed by three-character pieces on both databases.

What a query means is said by ``kartoteka.vocabulary.search``; the answers of SQLite (FTS5 trigram) and PostgreSQL
(LIKE over pg_trgm) are equal to its ``matches``. Rows are written by the journal's two feeders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeVar

from sqlalchemy import Boolean, ColumnElement, Select, and_, any_, func, or_, orm, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.visitors import InternalTraversal

from kartoteka.db.search_feed import (
    SearchRule,
    SearchRules,
    check_search,
    rebuild_search,
    remove_search_texts,
    write_search_texts,
)
from kartoteka.db.search_tables import (
    SearchIndex,
    SearchText,
    create_search_tables,
    drop_search_tables,
    prepare_search,
)
from kartoteka.vocabulary.search import SearchTerm

__all__ = [
    "SearchIndex",
    "SearchRule",
    "SearchRules",
    "SearchText",
    "check_search",
    "create_search_tables",
    "drop_search_tables",
    "matching",
    "prepare_search",
    "rebuild_search",
    "remove_search_texts",
    "restrict_to_matches",
    "write_search_texts",
]

S = TypeVar("S", bound=Select[Any])


def matching(
    terms: Sequence[SearchTerm], kinds: Iterable[str], *, column: Literal["client_id", "record_id"] = "client_id"
) -> Select[tuple[int]]:
    """Return a select of the ids of clients (or of the records themselves) that a query finds, for ``id.in_(...)``.

    A record is found when it meets all terms; ``kinds`` are the record kinds to look among: the caller names only
    those that the actor has the right to see. No terms find everything.
    """
    ids = getattr(SearchText, column)
    found = select(ids).where(SearchText.kind.in_(sorted(kinds)), ids.is_not(None))
    return found.where(_Found.of(terms)) if terms else found


def restrict_to_matches(
    session: orm.Session,
    statement: S,
    id_column: InstrumentedAttribute[int],
    terms: Sequence[SearchTerm],
    kinds: Iterable[str],
    *,
    column: Literal["client_id", "record_id"] = "client_id",
) -> S:
    """Return the statement with only those records (by their id column) that a query finds.

    Both databases gather the ids first and then look up the rows, whatever the order asked for: that costs tenths
    of a millisecond for few hits and grows with the number of hits only. Left to itself, PostgreSQL walks the
    whole list for a word that stands at its end, because it believes that hits are spread evenly.
    """
    if not terms:
        return statement
    ids = matching(terms, kinds, column=column)
    if session.get_bind().dialect.name == "postgresql":
        return statement.where(id_column == any_(func.array(ids.scalar_subquery())))
    return statement.where(id_column.in_(ids))


class _Found(ColumnElement[bool]):
    """The condition on ``SearchText`` that its row meets the terms, in the words of each database."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite gets "(...) = 1" and its planner no longer sees the ids inside
    _traverse_internals = [
        ("sqlite_form", InternalTraversal.dp_clauseelement),
        ("postgresql_form", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, sqlite_form: ColumnElement[bool], postgresql_form: ColumnElement[bool]) -> None:
        self.sqlite_form = sqlite_form
        self.postgresql_form = postgresql_form

    @classmethod
    def of(cls, terms: Sequence[SearchTerm]) -> _Found:
        index = SearchIndex.__table__.c
        rows = select(index.rowid).where(index.query.op("MATCH", is_comparison=True)(fts_query(terms)))
        return cls(SearchText.id.in_(rows), and_(*map(_like, terms)))


@compiles(_Found, "sqlite")
def _compile_for_sqlite(element: _Found, compiler: Any, **options: Any) -> str:
    return compiler.process(element.sqlite_form, **options)


@compiles(_Found, "postgresql")
def _compile_for_postgresql(element: _Found, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.postgresql_form, **options)})"


def fts_query(terms: Iterable[SearchTerm]) -> str:
    """Return the terms in the language of FTS5; every pattern is quoted, so that nothing in it is a command."""
    return " AND ".join(f"({_fts_term(term)})" for term in terms)


def _fts_term(term: SearchTerm) -> str:
    words = " AND ".join(f"text : {_quoted(pattern)}" for pattern in term.text_patterns)
    return f"({words}) OR digits : {_quoted(term.digits)}" if term.digits else words


def _quoted(pattern: str) -> str:
    return '"' + pattern.replace('"', '""') + '"'


def _like(term: SearchTerm) -> ColumnElement[bool]:
    words = and_(*(SearchText.text.like(like_pattern(pattern), escape="\\") for pattern in term.text_patterns))
    return or_(words, SearchText.digits.like(like_pattern(term.digits), escape="\\")) if term.digits else words


def like_pattern(text: str) -> str:
    r"""Return a LIKE pattern that finds the text anywhere, taken literally (escape character ``\``)."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
