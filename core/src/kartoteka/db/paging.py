"""Keyset paging: pages that are as quick in the middle of a list as at its start, and never skip or repeat a row.

A page is found by the sort values of the row beside it, not by counting rows. So there are no page numbers, but
first, previous, next, last and "go to" a value. All sort columns are NOT NULL, run in one direction and end with a
unique one, the id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    orm,
    select,
    tuple_,
)
from sqlalchemy.engine import result_tuple

from kartoteka.db.derived import derived
from kartoteka.db.hits import only_state, read_hits
from kartoteka.db.journal.coding import decode, encode
from kartoteka.db.search import by_id, take_search

COUNTED = 10_000
"""How far totals are counted unless somebody asks for the exact one."""

GLANCED = 400
"""How many rows of a list are looked at one by one before all hits of a search are gathered."""


@dataclass(frozen=True)
class SortKey:
    """A column to sort by: NOT NULL, indexed, folded where it holds names; ``name`` is what cursors know it by."""

    name: str
    column: Any


@dataclass(frozen=True)
class Page:
    """Rows of one page and the cursors of its neighbours; a cursor is None where the page itself is the answer.

    ``notice`` says that the cursor asked for was not one of this list, so that the first page is shown instead.
    """

    rows: Sequence[Row[Any]]
    first: str | None = None
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    notice: bool = False

    @property
    def is_first(self) -> bool:
        """Whether the list begins here."""
        return self.first is None

    @property
    def is_last(self) -> bool:
        """Whether the list ends here."""
        return self.last is None


@dataclass(frozen=True)
class Count:
    """How many rows there are; when not ``exact``, at least so many."""

    number: int
    exact: bool


def paginate(
    session: orm.Session,
    statement: Select[Any],
    *,
    list_name: str,
    keys: Sequence[SortKey],
    descending: bool,
    filters: Mapping[str, Any],
    cursor: str | None,
    size: int = 50,
    secret: str,
    given: Mapping[str, Any] | None = None,
) -> Page:
    """Return the page of a statement's rows that a cursor points at; the first one without a cursor.

    The statement has conditions and columns but no order, limit, DISTINCT or GROUP BY; its rows come back as it
    selects them. ``filters`` hold everything else that decides what the list shows: a cursor made with others is
    answered with the first page and a notice, and so is one that was tampered with. ``given`` are the values of
    parameters that the statement asks for.
    """
    signer = _signer(secret, list_name, keys, descending, filters)
    walk = _Walk(session, statement, keys, descending, size, signer, given or {})
    place = walk.read(cursor) if cursor else _FIRST
    if place is None:
        return walk.page(_FIRST, notice=True)
    return walk.page(place)


def go_to(
    value: Any,
    *,
    list_name: str,
    keys: Sequence[SortKey],
    descending: bool,
    filters: Mapping[str, Any],
    secret: str,
) -> str:
    """Return the cursor of the page that begins at a value of the first sort column, or at the next one after it."""
    signer = _signer(secret, list_name, keys, descending, filters)
    return _written(signer, ("from", (value,)))


def count_up_to(
    session: orm.Session, statement: Select[Any], limit: int = COUNTED, *, expects_more: bool = False
) -> Count:
    """Count a statement's rows, but stop above ``limit``: counting everything costs more than showing a page.

    ``expects_more`` says that there are more, as a rule; the answer is the same, but where it holds it comes sooner.
    """
    if expects_more and session.get_bind().dialect.name == "sqlite":
        probing = derived(statement, ("probe", limit), lambda: _probing(statement, limit + 1))
        number = session.execute(probing).scalar_one()
    else:
        number = _count(session, statement, limit + 1)
    return Count(min(number, limit), number <= limit)


def counting_select(session: orm.Session, statement: Select[Any], limit: int | None) -> Select[Any]:
    """Return the select that counts a statement's rows up to a limit, to be asked alone or together with others."""
    bare, search = take_search(statement.order_by(None))
    if search is None or session.get_bind().dialect.name != "sqlite":
        return _number_of(_ones(statement), limit)
    number = lambda hits: _number_of(hits.distinct(), limit).scalar_subquery()  # noqa: E731
    return select(read_hits(bare, search, only_state(session, bare, search), number))


def count_exactly(session: orm.Session, statement: Select[Any]) -> Count:
    """Count all rows of a statement, when a person asked for it."""
    return Count(_count(session, statement), exact=True)


Way: TypeAlias = Literal["first", "after", "before", "from", "last"]
_Place: TypeAlias = "tuple[Way, tuple[Any, ...]]"
_FIRST: _Place = ("first", ())
_LAST: _Place = ("last", ())
_WAYS = frozenset({"first", "after", "before", "from", "last"})


_PLACE = "place_{}"


def _placed(values: tuple[Any, ...]) -> dict[str, Any]:
    """Return the values of a place by the names of their parameters."""
    return {_PLACE.format(index): value for index, value in enumerate(values)}


class _Walk:
    """One list in one order, and the ways to its pages."""

    def __init__(
        self,
        session: orm.Session,
        statement: Select[Any],
        keys: Sequence[SortKey],
        descending: bool,
        size: int,
        signer: URLSafeSerializer,
        given: Mapping[str, Any],
    ) -> None:
        self.session = session
        self.given = given
        self.keys = keys
        self.columns = [key.column for key in keys]
        key = ("keys", *(key.name for key in keys))
        self.statement = derived(statement, key, lambda: statement.order_by(None).add_columns(*self.columns))
        self.descending = descending
        self.size = size
        self.signer = signer

    def page(self, place: _Place, *, notice: bool = False) -> Page:
        way, values = place
        backwards = way in ("before", "last")
        rows, has_more = self._fetch(way, values, backwards)
        if way == "before" and not has_more:
            return self.page(_FIRST, notice=notice)  # a whole page, even where fewer rows stand before the cursor
        if way in ("after", "from") and not rows:
            return self.page(_LAST, notice=notice)
        begins = way == "first" or (way == "last" and not has_more) or (way == "from" and not self._is_before(rows[0]))
        ends = way == "last" or (not backwards and not has_more)
        return self._page(rows, begins=begins, ends=ends, notice=notice)

    def read(self, cursor: str) -> _Place | None:
        """Return the place of a cursor, or None when it does not belong to this list."""
        try:
            way, *coded = self.signer.loads(cursor)
            values = tuple(decode(value, column.type) for value, column in zip(coded, self.columns, strict=False))
        except (BadData, ValueError, TypeError, ArithmeticError):
            return None
        return (way, values) if way in _WAYS else None

    def _page(self, rows: list[Any], *, begins: bool, ends: bool, notice: bool) -> Page:
        shape = len(self.keys)

        def beside(way: Way, row: Any) -> str:
            return self._write((way, tuple(row[-shape:])))

        names = list(rows[0]._fields[:-shape]) if rows else []
        plain = result_tuple(names)
        return Page(
            rows=[plain(row[:-shape]) for row in rows],
            first=None if begins else self._write(_FIRST),
            previous=None if begins or not rows else beside("before", rows[0]),
            next=None if ends or not rows else beside("after", rows[-1]),
            last=None if ends else self._write(_LAST),
            notice=notice,
        )

    def _fetch(self, way: Way, values: tuple[Any, ...], backwards: bool) -> tuple[list[Any], bool]:
        """Return the rows of a page in the list's order, and whether there are more in the direction of the walk."""
        statement = self._beyond(way, values) if values else self.statement
        given = {**self.given, **_placed(values)}
        downwards = self.descending is not backwards
        found = self._glance(statement, downwards, given)
        if found is None:
            found = list(self.session.execute(self._first_of(statement, downwards), given))
        rows = found[: self.size]
        return (rows[::-1] if backwards else rows), len(found) > self.size

    def _first_of(self, statement: Select[Any], downwards: bool) -> Select[Any]:
        key = ("first", downwards, self.size)
        return derived(statement, key, lambda: statement.order_by(*self._order(downwards)).limit(self.size + 1))

    def _order(self, downwards: bool) -> list[Any]:
        return [column.desc() if downwards else column for column in self.columns]

    def _glance(self, statement: Select[Any], downwards: bool, given: Mapping[str, Any]) -> list[Any] | None:
        """Look for the page among the next few rows of the list, when a search finds very many; None in vain."""
        bare, search = take_search(statement)
        if search is None or not search.is_common:
            return None
        window = bare.with_only_columns(search.id_column).order_by(*self._order(downwards)).limit(GLANCED)
        seen = by_id(bare, search.id_column).where(search.id_column.in_(window), search.per_row())
        found = list(self.session.execute(self._first_of(seen, downwards), given))
        return found if len(found) > self.size else None

    def _beyond(self, way: Way, values: tuple[Any, ...]) -> Select[Any]:
        """Return the statement for what stands beyond a place, whose values are given when it is executed."""
        number = len(values)
        key = ("beyond", way, number, self.descending)
        return derived(self.statement, key, lambda: self.statement.where(self._is_beyond(way, number)))

    def _is_beyond(self, way: Way, number: int) -> ColumnElement[bool]:
        columns = self.columns[:number]
        bounds = [bindparam(_PLACE.format(index), type_=column.type) for index, column in enumerate(columns)]
        left: Any = tuple_(*columns) if len(columns) > 1 else columns[0]
        right: Any = tuple_(*bounds) if len(columns) > 1 else bounds[0]
        if way == "from":
            return left <= right if self.descending else left >= right
        return left < right if self.descending is not (way == "before") else left > right

    def _is_before(self, row: Any) -> bool:
        """Tell whether anything stands before a row."""
        values = tuple(row[-len(self.keys) :])
        before = self._beyond("before", values).limit(1)
        return self.session.execute(before, {**self.given, **_placed(values)}).first() is not None

    def _write(self, place: _Place) -> str:
        return _written(self.signer, place)


def _signer(
    secret: str, list_name: str, keys: Sequence[SortKey], descending: bool, filters: Mapping[str, Any]
) -> URLSafeSerializer:
    """Return what signs the cursors of one list in one order under one set of filters."""
    shown = [list_name, [key.name for key in keys], descending, filters]
    bound = hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()
    return URLSafeSerializer(secret, salt=f"kartoteka.paging.{bound}")


def _written(signer: URLSafeSerializer, place: _Place) -> str:
    way, values = place
    return str(signer.dumps([way, *map(encode, values)]))


def _count(session: orm.Session, statement: Select[Any], limit: int | None = None) -> int:
    counting = derived(
        statement, ("count", limit, session.get_bind().dialect.name), lambda: counting_select(session, statement, limit)
    )
    return session.execute(counting).scalar_one()


def _probing(statement: Select[Any], limit: int) -> Select[Any]:
    """Return the select that counts up to a limit when there are probably more rows than that.

    SQLite steps over rows twice as quickly as it hands them to whoever counts them one by one.
    """
    rows = _ones(statement)
    are_so_many = exists(rows.limit(1).offset(limit - 1).subquery().select())
    number = rows.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()
    return select(case((are_so_many, limit), else_=number))


def _number_of(rows: Select[Any], limit: int | None) -> Select[tuple[int]]:
    return select(func.count()).select_from(rows.limit(limit).subquery())


def _ones(statement: Select[Any]) -> Select[Any]:
    """Return a select of one column with a row for each row of a statement."""
    return statement.order_by(None).with_only_columns(literal_column("1").label("one"), maintain_column_froms=True)
