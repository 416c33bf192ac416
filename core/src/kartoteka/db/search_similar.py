"""The second pass of a search: records that resemble what was typed (X-14).

The index of three-character pieces gathers records that hold enough of it, and one function compares them, so that
SQLite and PostgreSQL answer alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, func, or_, orm, select

from kartoteka.db.search import SearchText, _quoted, _TwoForms, like_pattern
from kartoteka.db.search_tables import SearchIndex
from kartoteka.vocabulary.search import SearchTerm
from kartoteka.vocabulary.similar import Clue, clues, likeness, slipped

MOST_COMPARED = 2_000
"""How many records are compared; beginnings that very many names share are cut off here, oldest records first."""


@dataclass(frozen=True, order=True)
class Similar:
    """A record that resembles a query; sorts the closest first, then the oldest."""

    distance: int
    id: int


def find_similar(
    session: orm.Session,
    id_column: Any,
    terms: Sequence[SearchTerm],
    kinds: Iterable[str],
    *,
    column: str = "record_id",
    conditions: Iterable[ColumnElement[bool]] = (),
    limit: int = 50,
) -> list[int]:
    """Return the ids of records that resemble a query, the closest first; empty when no slip could explain it.

    ``id_column`` is that of the records listed, ``column`` says whether search texts name them as their own record
    or as their client; row rights of the listed records apply. One statement.
    """
    slips = slipped(terms)
    if not slips:
        return []
    named = getattr(SearchText, column)
    candidates = (
        select(named, SearchText.text, SearchText.digits)
        .join(id_column.class_, id_column == named)
        .where(SearchText.kind.in_(sorted(kinds)), _Resembles.of(terms, slips), *conditions)
        .order_by(named, SearchText.id)
        .limit(MOST_COMPARED)
    )
    best: dict[int, int] = {}
    for record_id, text, digits in session.execute(candidates):
        points = likeness(text, digits, terms, slips)
        if points is not None:
            best[record_id] = min(best.get(record_id, 0), -points)
    return [one.id for one in sorted(Similar(distance, record_id) for record_id, distance in best.items())[:limit]]


class _Resembles(_TwoForms):
    """The condition on ``SearchText`` that its row has a clue of every term."""

    inherit_cache = True

    @classmethod
    def of(cls, terms: Sequence[SearchTerm], slips: frozenset[SearchTerm]) -> _Resembles:
        by_term = [clues(term, slips=term in slips) for term in terms]
        index = SearchIndex.__table__.c
        query = " AND ".join(f"({' OR '.join(map(_fts, found))})" for found in by_term)
        rows = select(index.rowid).where(index.query.op("MATCH", is_comparison=True)(query))
        # Gathered first: ordered and limited, PostgreSQL would rather read every text there is.
        like = select(SearchText.id).where(*(or_(*map(_like, found)) for found in by_term))
        return cls(SearchText.id.in_(rows), SearchText.id == any_(func.array(like.scalar_subquery())))


def _fts(clue: Clue) -> str:
    return "(" + " AND ".join(f"{clue.column} : {_quoted(pattern)}" for pattern in clue.patterns) + ")"


def _like(clue: Clue) -> ColumnElement[bool]:
    column: Any = getattr(SearchText, clue.column)
    return and_(*(column.like(like_pattern(pattern), escape="\\") for pattern in clue.patterns))
