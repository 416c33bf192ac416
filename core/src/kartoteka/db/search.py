"""Search texts of records: one folded row per record, indexed by three-character pieces on both databases.

What a query means is said by ``kartoteka.vocabulary.search``; the answers of SQLite (FTS5 trigram) and PostgreSQL
(LIKE over pg_trgm) are equal to its ``matches``. Rows are written by the journal's two feeders.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    any_,
    case,
    exists,
    func,
    literal_column,
    orm,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause, UnaryExpression

from kartoteka.db.search_feed import (
    SearchRule,
    SearchRules,
    check_search,
    rebuild_search,
    remove_search_texts,
    renew_search_texts,
    write_search_texts,
    write_search_texts_of_all,
)
from kartoteka.db.search_tables import (
    RECORD_BITS,
    SearchIndex,
    SearchText,
    create_search_tables,
    drop_search_tables,
    kind_place,
    prepare_search,
)
from kartoteka.db.search_terms import (
    AskedTerm,
    asked_terms,
    contains,
    fts_asked,
    look_of,
    rechecks,
    trgm_condition,
    values_of,
)
from kartoteka.db.session import actor_of
from kartoteka.db.two_forms import TwoForms
from kartoteka.vocabulary.search import SearchTerm

__all__ = [
    "Search",
    "SearchIndex",
    "SearchRule",
    "SearchRules",
    "SearchText",
    "by_id",
    "check_search",
    "create_search_tables",
    "drop_search_tables",
    "matching",
    "prepare_search",
    "readable_texts",
    "rebuild_search",
    "remove_search_texts",
    "renew_search_texts",
    "restrict_to",
    "restrict_to_matches",
    "search_for",
    "take_search",
    "write_search_texts",
    "write_search_texts_of_all",
]

S = TypeVar("S", bound=Select[Any])


def matching(
    terms: Sequence[SearchTerm], kinds: Iterable[str], *, column: Literal["client_id", "record_id"] = "client_id"
) -> Select[tuple[int]]:
    """Return a select of the ids of clients (or of the records themselves) that a query finds, for ``id.in_(...)``.

    A record is found when it meets all terms; ``kinds`` are the record kinds to look among: the caller names only
    those that the actor has the right to see. No terms find everything.
    """
    return _matching(asked_terms(terms), kinds, column)


def _matching(asked: Sequence[AskedTerm], kinds: Iterable[str], column: str) -> Select[tuple[int]]:
    ids = getattr(SearchText, column)
    found = select(ids).where(SearchText.kind.in_(sorted(kinds)), ids.is_not(None))
    return found.where(_Found.of(asked)) if asked else found


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
    whole list for a word that stands at its end, because it believes that hits are spread evenly. Where that would
    be slow, ``paginate`` and ``count_up_to`` find their answer in other ways (see ``Search``).
    """
    if not terms:
        return statement
    return restrict_to(statement, search_for(session, id_column, terms, kinds, column))


def restrict_to(statement: S, search: Search) -> S:
    """Return the statement with only those records that a search finds, see ``restrict_to_matches``."""
    return by_id(statement, search.id_column).where(_Restriction.of(search))


def readable_texts(session: orm.Session, kinds: Iterable[str]) -> tuple[str, ...]:
    """Return which texts of these kinds the session's actor may search: those with confidential columns or without."""
    actor = actor_of(session)
    return tuple(session.database.search.readable_by(kinds, actor.can))  # type: ignore[attr-defined]


def search_for(
    session: orm.Session,
    id_column: Any,
    terms: Sequence[SearchTerm],
    kinds: Iterable[str],
    column: Literal["client_id", "record_id"] = "client_id",
) -> Search:
    """Return what a list is searched for, among those texts of these kinds that the session's actor may search."""
    texts = readable_texts(session, kinds)
    of_clients = filter(session.database.search.names_client, texts)  # type: ignore[attr-defined]
    return Search(id_column, tuple(terms), texts, column, tuple(of_clients))


@dataclass(frozen=True)
class Search:
    """What a statement is restricted to, and three ways to ask for it.

    ``of_clients`` are those among the kinds of texts whose records are clients themselves. With ``is_apart`` the values
    of the query are parameters, see `with_values_apart`.

    Measured at 100,000 clients with 200,000 contacts and 84,000 hits of one letter: gathering all ids 66 ms on
    SQLite and 71 on PostgreSQL; looking at the first 400 clients of the list until a page is full 1 ms on both;
    counting to 10,000 by joining 8 ms on SQLite instead of 47.
    """

    id_column: Any
    terms: tuple[SearchTerm, ...]
    kinds: tuple[str, ...]
    column: Literal["client_id", "record_id"]
    of_clients: tuple[str, ...] = ()
    is_apart: bool = False

    @property
    def is_common(self) -> bool:
        """Whether hits are probably so many that the first rows of any list hold a page of them.

        Words of one or two characters are; longer ones are not, or not evenly ("uab" is in half of the names, but
        those stand together in a list by name).
        """
        return all(len(pattern.strip()) <= _SHORT for term in self.terms for pattern in term.text_patterns)

    def ids(self) -> Select[tuple[int]]:
        """All ids at once."""
        return _matching(self._asked, self.kinds, self.column)

    def hits(self) -> Select[tuple[int | None]]:
        """The ids hit by hit (SQLite), NULL for a text without client: several times quicker than ``ids``."""
        return select(self._named).where(*self._hit)

    def per_row(self) -> ColumnElement[bool]:
        """Row by row: a condition that reads the texts of one record and no index of words."""
        kinds = sorted(self.kinds)
        # SQLite reads the id, which holds the kind, from the index: texts of other kinds are not read at all.
        place = SearchText.id.bitwise_rshift(RECORD_BITS).in_([kind_place(kind) for kind in kinds])
        conditions = (
            getattr(SearchText, self.column) == self.id_column,
            TwoForms(place, SearchText.kind.in_(kinds)),
            *map(contains, self._asked),
        )
        return exists(literal_column("1")).where(*conditions).correlate_except(SearchText)

    def joined(self) -> tuple[ColumnElement[bool], ...]:
        """Hit by hit (SQLite): conditions that join the hits to the rows, which so come more than once."""
        return (*self._hit, self.id_column == _plus(self._named))

    def with_values_apart(self) -> tuple[Search, Mapping[str, Any], Hashable]:
        """Return a search without the values of its query, those values, and what a statement made of it depends on.

        Making a statement takes longer than most searches; it is made once for all queries that look alike.
        """
        apart = replace(self, is_apart=True)
        return apart, values_of(self.terms), (self.column, self.kinds, self.of_clients, look_of(self.terms))

    @property
    def _asked(self) -> list[AskedTerm]:
        return asked_terms(self.terms, is_apart=self.is_apart)

    @property
    def _hit(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions that the index finds a text of one of the kinds."""
        index = SearchIndex.__table__.c
        places = [kind_place(kind) for kind in sorted(self.kinds)]
        again = rechecks(self._asked)
        return (
            index.query.op("MATCH", is_comparison=True)(fts_asked(self._asked)),
            index.rowid.bitwise_rshift(RECORD_BITS).in_(places),
            *((*again, SearchText.id == _plus(index.rowid)) if again else ()),
        )

    @property
    def _named(self) -> ColumnElement[int | None]:
        """The id that a hit stands for; the text itself is read only where the hit's own id does not say it."""
        return _named(self.kinds, self.column, self.of_clients)


@lru_cache(maxsize=256)
def _named(kinds: tuple[str, ...], column: str, of_clients: tuple[str, ...]) -> ColumnElement[int | None]:
    index = SearchIndex.__table__.c
    record = index.rowid.bitwise_and((1 << RECORD_BITS) - 1)
    if column == "record_id" or set(kinds) <= set(of_clients):
        return record
    text = orm.aliased(SearchText)
    client = select(text.client_id).where(text.id == index.rowid).scalar_subquery().correlate(SearchIndex.__table__)
    own = [kind_place(kind) for kind in of_clients]
    return case((index.rowid.bitwise_rshift(RECORD_BITS).in_(own), record), else_=client) if own else client


_SHORT = 2


def take_search(statement: S) -> tuple[S, Search | None]:
    """Return a statement without the restriction of ``restrict_to_matches``, and what it was restricted to."""
    criteria = statement._where_criteria
    found = next((criterion.search for criterion in criteria if isinstance(criterion, _Restriction)), None)
    if found is None:
        return statement, None
    plain = (getattr(one, "plain", one) for one in criteria if not isinstance(one, _Restriction))
    return _with_criteria(statement, plain), found


def by_id(statement: S, id_column: Any) -> S:
    """Return the statement such that SQLite reaches its rows by their ids only.

    Without statistics it takes every equation for selective, ``state = 'active'`` too, and would rather look at
    all active rows than at those whose ids it knows.
    """
    table = id_column.expression.table
    return _with_criteria(statement, (_unindexed(one, table) for one in statement._where_criteria))


def _with_criteria(statement: S, criteria: Iterable[Any]) -> S:
    made = statement._generate()
    made._where_criteria = tuple(criteria)
    return made


def _unindexed(criterion: Any, table: Any) -> Any:
    """Return the criterion in a form that no index of SQLite answers, if it is one that an index could."""
    column = getattr(criterion, "left", None)
    is_plain = isinstance(column, ColumnClause) and column.table is not None and not column.primary_key
    if not is_plain or column.table._deannotate() is not table._deannotate():
        return criterion
    hidden = BinaryExpression(_plus(column), criterion.right, criterion.operator, type_=criterion.type)
    made = TwoForms(hidden, criterion)
    made.plain = criterion
    return made


def _plus(column: Any) -> Any:
    """Return the column or expression with SQLite's sign for "use no index here"."""
    return UnaryExpression(column.expression, operator=operators.custom_op("+"), type_=column.type)


class _Found(TwoForms):
    """The condition on ``SearchText`` that its row meets the terms."""

    inherit_cache = True

    @classmethod
    def of(cls, asked: Sequence[AskedTerm]) -> _Found:
        index = SearchIndex.__table__.c
        rows = select(index.rowid).where(index.query.op("MATCH", is_comparison=True)(fts_asked(asked)))
        return cls(and_(SearchText.id.in_(rows), *rechecks(asked)), and_(*map(trgm_condition, asked)))


class _Restriction(TwoForms):
    """The condition that an id is among those found."""

    inherit_cache = True
    search: Search

    @classmethod
    def of(cls, search: Search) -> _Restriction:
        ids = search.ids().scalar_subquery()
        made = cls(search.id_column.in_(search.hits()), search.id_column == any_(func.array(ids)))
        made.search = search
        return made
