"""Searching all kinds at once: what a query finds, and what resembles it (X-14).

The index of three-character pieces gathers records that hold enough of it, and one function compares them, so that
SQLite and PostgreSQL answer alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, any_, func, or_, orm, select

from kartoteka.db.search import SearchText, _Found, readable_texts
from kartoteka.db.search_feed import OPEN
from kartoteka.db.search_tables import SearchIndex
from kartoteka.db.search_terms import asked_terms, has_digits, like_pattern, quoted
from kartoteka.db.two_forms import TwoForms
from kartoteka.vocabulary.search import DOCUMENT_LENGTH, SearchTerm
from kartoteka.vocabulary.similar import Clue, clues, likeness, slipped

MOST_COMPARED = 2_000
"""How many records are compared; beginnings that very many names share are cut off here, oldest records first."""


def gather_hits(
    session: orm.Session, terms: Sequence[SearchTerm], kinds: Iterable[str], limit: int
) -> dict[str, list[int]] | None:
    """Return the ids of all records that a query finds, by their kind, or None when there are more than ``limit``.

    Nothing says yet who may see them: look them up by their own classes. One statement for all kinds, because reading
    the index takes longer than everything else.
    """
    texts = sorted(readable_texts(session, kinds))
    found = select(SearchText.kind, SearchText.record_id).where(
        SearchText.kind.in_(texts), _Found.of(asked_terms(terms))
    )
    rows = session.execute(found.limit(limit + 1)).all()
    if len(rows) > limit:
        return None
    by_kind: dict[str, list[int]] = {}
    for kind, record_id in rows:
        by_kind.setdefault(kind.removesuffix(OPEN), []).append(record_id)
    return by_kind


def find_similar(session: orm.Session, terms: Sequence[SearchTerm], kinds: Iterable[str]) -> dict[str, list[int]]:
    """Return the ids of records that resemble a query, by their kind and the closest first.

    Empty when no slip could explain the query. Nothing says yet who may see them: look them up by their own classes.
    One statement.
    """
    by_kind: dict[str, list[int]] = {}
    for _distance, record_id, kind in _compare(session, terms, kinds, "record_id"):
        by_kind.setdefault(kind, []).append(record_id)
    return by_kind


def find_similar_ids(
    session: orm.Session, terms: Sequence[SearchTerm], kinds: Iterable[str], column: Literal["client_id", "record_id"]
) -> list[int]:
    """Return the ids of records, or of the clients they belong to, that resemble a query, the closest first.

    As with ``find_similar`` nothing says yet who may see them.
    """
    return list(dict.fromkeys(named for _distance, named, _kind in _compare(session, terms, kinds, column)))


def _compare(
    session: orm.Session, terms: Sequence[SearchTerm], kinds: Iterable[str], column: str
) -> list[tuple[int, int, str]]:
    """Return distance, id and kind of what resembles a query, sorted."""
    slips = slipped(terms)
    if not slips:
        return []
    named, texts = getattr(SearchText, column), sorted(readable_texts(session, kinds))
    candidates = (
        select(SearchText.kind, named, func.substr(SearchText.text, 1, DOCUMENT_LENGTH), SearchText.digits)
        .where(SearchText.kind.in_(texts), named.is_not(None), _Resembles.of(terms, slips))
        .order_by(SearchText.record_id, SearchText.kind)
        .limit(MOST_COMPARED)
    )
    return sorted(
        (-points, record_id, kind.removesuffix(OPEN))
        for kind, record_id, text, digits in session.execute(candidates)
        if (points := likeness(text, digits, terms, slips)) is not None
    )


class _Resembles(TwoForms):
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
    return "(" + " AND ".join(f"{clue.column} : {quoted(pattern)}" for pattern in clue.patterns) + ")"


def _like(clue: Clue) -> ColumnElement[bool]:
    column: Any = getattr(SearchText, clue.column)
    held = (column.like(like_pattern(pattern), escape="\\") for pattern in clue.patterns)
    return and_(has_digits(*clue.patterns), *held) if clue.column == "digits" else and_(*held)
