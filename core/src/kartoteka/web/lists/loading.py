"""Reads one page of a list: the core alone builds the select, and loads only what is shown."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.exc import SQLAlchemyError

from kartoteka.db.actor import Reach
from kartoteka.db.derived import derived
from kartoteka.db.gathering import gather_up_to
from kartoteka.db.lettering import in_letters
from kartoteka.db.paging import COUNTED, Count, Page, SortKey, count_exactly, count_up_to, go_to, paginate
from kartoteka.db.search import Search, restrict_to, search_for
from kartoteka.db.session import Session, actor_of
from kartoteka.db.walking import GATHERED, IdsGathered, Walked
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.guarding import attempt, without_values
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.search import parse_query
from kartoteka.vocabulary.text import sort_key
from kartoteka.web.lists.address import ListAddress
from kartoteka.web.lists.definition import STATE_FILTER, ListColumn, ListOrder, RecordList
from kartoteka.web.lists.reading import FilterInput, Unreadable, read_day

FEW = 1000
"""Up to so many rows are gathered and sorted; of more a page is found by walking along the order."""

MOST_COUNTED = COUNTED
"""How far totals are counted unless somebody asks for the exact one."""

log = logging.getLogger("kartoteka.modules")


@dataclass(frozen=True)
class Loaded:
    """A page of a list as the database gave it.

    ``values`` holds, by column name, one value for each of ``ids``; ``names`` and ``states`` likewise. ``failed`` are
    the columns and filters of modules that could not be computed. ``go_problem`` says what was wrong with the value
    to go to.
    """

    page: Page
    total: Count
    ids: Sequence[int]
    states: Sequence[str | None]
    values: Mapping[str, Sequence[Any]]
    failed: tuple[Message, ...] = ()
    go_problem: Message | None = None


@dataclass
class _Question:
    """What is asked of the database; loses the parts of modules when they fail."""

    session: Session
    definition: RecordList
    address: ListAddress
    columns: list[ListColumn]
    filters: list[FilterInput]  # the active ones
    failed: list[Message] = field(default_factory=list)

    @property
    def id(self) -> Any:
        return self.definition.id

    @property
    def computed(self) -> list[ListColumn]:
        return [column for column in self.columns if column.expression is not None]

    @property
    def expressions(self) -> list[ColumnElement[Any]]:
        return [column.expression for column in self.columns if column.expression is not None]

    def without_modules(self) -> _Question:
        """Return the same question with the list's own parts only; the others count as failed."""
        lost = [column.title for column in self.columns if column.module]
        lost += [one.filter.title for one in self.filters if one.filter.module]
        return replace(
            self,
            columns=[column for column in self.columns if not column.module],
            filters=[one for one in self.filters if not one.filter.module],
            failed=[*self.failed, *lost],
        )

    def uses_modules(self) -> bool:
        return any(column.module for column in self.computed) or any(one.filter.module for one in self.filters)


def _active(filters: Iterable[FilterInput]) -> list[FilterInput]:
    return [one for one in filters if one.is_active]


def load_page(
    session: Session,
    definition: RecordList,
    address: ListAddress,
    columns: Iterable[ListColumn],
    filters: Iterable[FilterInput],
) -> Loaded:
    """Read the page that an address asks for, with these columns and filters.

    What a module's column or filter breaks is left out and told; the list stays.
    """
    question = _Question(session, definition, address, list(columns), _active(filters))
    if not question.uses_modules():
        return _ask(question)
    try:
        return _ask(question)
    except (SQLAlchemyError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        log.error("Columns or filters of list %s failed: %s", definition.name, without_values(error))
    return _ask(question.without_modules())


def load_ids(
    session: Session, definition: RecordList, address: ListAddress, filters: Iterable[FilterInput], most: int
) -> list[int]:
    """Return the ids of everything that an address asks for, ascending, at most so many.

    A filter of a module that fails raises: what is left out on a page must not widen what is worked on.
    """
    limited = limit_of(session, definition, address, filters)
    return list(session.scalars(limited.order_by(definition.id).limit(most)))


def limit_of(
    session: Session, definition: RecordList, address: ListAddress, filters: Iterable[FilterInput]
) -> Select[Any]:
    """Return a select of the ids of everything that an address asks for, in no order."""
    return _limit(_Question(session, definition, address, [], _active(filters)))


def walk_list(
    session: Session,
    definition: RecordList,
    address: ListAddress,
    columns: Iterable[ListColumn],
    filters: Iterable[FilterInput],
) -> Iterator[list[Sequence[Any]]]:
    """Yield the values of all records that an address asks for, in its order, by column and page by page.

    What is kept in memory is one page. A column or filter of a module that fails raises: a file has no room for notes.
    """
    question = _Question(session, definition, address, list(columns), _active(filters))
    order = definition.find_order(address.order) or definition.orders[0]
    rows, cursor = _limit(question), None
    while True:
        page = _read_page(question, rows, {}, order, cursor)
        ids, _states, values = _by_column(question, page)
        values.update(_bulk_values(question, ids))
        if question.failed:
            raise Refused(_("This could not be loaded now: %(title)s", title=question.failed[0]))
        if ids:
            yield [values[column.name] for column in question.columns]
        if page.next is None:
            return
        cursor = page.next
        session.expunge_all()


def _ask(question: _Question) -> Loaded:
    definition, address = question.definition, question.address
    order = definition.find_order(address.order) or definition.orders[0]
    cursor, go_problem = _cursor(question, order)
    total, rows, given = _rows(question)
    page = _read_page(question, rows, given, order, cursor) if total.number else Page(rows=[])
    ids, states, values = _by_column(question, page)
    values.update(_bulk_values(question, ids))
    return Loaded(page, total, ids, states, values, tuple(question.failed), go_problem)


_Rows: TypeAlias = tuple[Count, Select[Any], Mapping[str, Any]]
"""The total, the statement for the rows, and the values of parameters that it asks for."""


def _rows(question: _Question) -> _Rows:
    """Return the total and the statement for the rows.

    PostgreSQL weighs itself how to find a page. SQLite is told: few ids are gathered and sorted, of more the page is
    found by walking along the order.
    """
    session, search = question.session, _search(question)
    if search is not None and not search.is_common:
        return _searched_rows(question, search)
    limited = _limit(question)
    if question.address.exactly:
        total = count_exactly(session, limited)
    else:
        is_whole = search is None and not question.filters and actor_of(session).reach == Reach.ALL
        total = count_up_to(session, limited, MOST_COUNTED, expects_more=is_whole)
    if session.database.is_sqlite and total.exact and total.number <= FEW:
        return total, derived(limited, "gathered", lambda: select(question.id).where(question.id.in_(limited))), {}
    return total, limited, {}


def _searched_rows(question: _Question, search: Search) -> _Rows:
    """Return total and rows of a search: it is the search that takes long, so it is asked once."""
    session, filtered = question.session, _filtered(question)
    total, ids = gather_up_to(session, filtered, search, MOST_COUNTED)
    if ids is not None:
        is_few = total.number <= FEW
        limit = lambda: filtered.where(IdsGathered(question.id if is_few else Walked(question.id)))  # noqa: E731
        return total, derived(filtered, ("hits", is_few), limit), {GATHERED: ids}
    if question.address.exactly and not total.exact:
        total = count_exactly(session, restrict_to(filtered, search))
    if session.database.is_sqlite:
        return total, filtered.where(Walked(question.id).in_(search.hits())), {}
    return total, restrict_to(filtered, search), {}


def _read_page(
    question: _Question, rows: Select[Any], given: Mapping[str, Any], order: ListOrder, cursor: str | None
) -> Page:
    state = [question.definition.model.state] if question.definition.has_state else []
    columns = [*state, *question.expressions]
    shown = derived(rows, ("columns", *map(id, columns)), lambda: rows.add_columns(*columns))
    paging = _paging(question, order)
    return paginate(question.session, shown, **paging, cursor=cursor, size=question.definition.size, given=given)


def _by_column(question: _Question, page: Page) -> tuple[Sequence[int], Sequence[str | None], dict[str, Sequence[Any]]]:
    """Turn rows into columns: ids, states, and values by the name of the column."""
    computed = question.computed
    if not page.rows:
        return (), (), {column.name: () for column in computed}
    ids, *rest = zip(*page.rows, strict=True)
    states = rest.pop(0) if question.definition.has_state else (None,) * len(ids)
    return ids, states, {column.name: values for column, values in zip(computed, rest, strict=True)}


def _limit(question: _Question) -> Select[Any]:
    """Return the ids of everything that the list holds, in no order."""
    limited, search = _filtered(question), _search(question)
    return limited if search is None else restrict_to(limited, search)


def _everything(question: _Question) -> Select[Any]:
    """Return the ids of all records in use, or of all records when a filter asks for some that are put away."""
    asked = any(one.filter.name == STATE_FILTER for one in question.filters)
    return question.definition.ids if asked else question.definition.ids_in_use


def _filtered(question: _Question) -> Select[Any]:
    """Return the ids of all records that the filters leave; kept, where that depends on their values alone."""
    everything, active = _everything(question), question.filters
    if not active:
        return everything
    keys = tuple(one.key for one in active)
    is_either = question.address.either
    limit = lambda: everything.where(*_conditions(question, active))  # noqa: E731 - made here or kept
    return limit() if None in keys else derived(everything, ("filtered", is_either, keys), limit)


def _conditions(question: _Question, active: Sequence[FilterInput]) -> list[ColumnElement[bool]]:
    """Return what records must meet: all filters, or one of those that are alternatives beside the others."""
    if not question.address.either:
        return [one.condition for one in active]
    always = (STATE_FILTER, question.definition.tabs)
    needed = [one.condition for one in active if one.filter.name in always]
    free = [one.condition for one in active if one.filter.name not in always]
    return [*needed, or_(*free)] if free else needed


def _search(question: _Question) -> Search | None:
    """Return what the quick search asks for, None when it asks for nothing."""
    definition = question.definition
    terms = parse_query(question.address.query)
    if not terms or definition.searched is None:
        return None
    column: Any = definition.search_column
    return search_for(question.session, question.id, terms, _searched(question), column)


def _searched(question: _Question) -> tuple[str, ...]:
    searched = question.definition.searched
    return () if searched is None else tuple(searched(question.session))


def _paging(question: _Question, order: ListOrder) -> dict[str, Any]:
    address = question.address
    return {
        "list_name": question.definition.name,
        "keys": _keys(question, order),
        "descending": address.descending,
        "filters": {"q": address.query, **{name: list(values) for name, values in address.filters.items()}},
        "secret": question.session.database.secret,
    }


def _keys(question: _Question, order: ListOrder) -> tuple[SortKey, ...]:
    return SortKey(order.name, in_letters(order.column)), SortKey("id", question.id)


def _cursor(question: _Question, order: ListOrder) -> tuple[str | None, Message | None]:
    """Return the place to show: the one in the address, or that of the value to go to."""
    address = question.address
    if not address.go:
        return address.place or None, None
    try:
        value = _go_value(address.go, order)
    except Unreadable as error:
        return None, error.message
    return go_to(value, **_paging(question, order)), None


def _go_value(typed: str, order: ListOrder) -> Any:
    if order.type == FieldType.DATE:
        return read_day(typed)
    if order.type in (FieldType.LINE, FieldType.CODE, FieldType.CHOICE):
        return sort_key(typed) if order.type == FieldType.LINE else typed
    raise Unreadable(_("This order has no values to go to."))


def _bulk_values(question: _Question, ids: Sequence[int]) -> dict[str, Sequence[Any]]:
    """Return the values of columns that are asked for a whole page; what a module cannot say stays empty."""
    found: dict[str, Sequence[Any]] = {}
    for column in question.columns:
        if column.value is None or not ids:
            continue
        ask = partial(column.value, question.session, ids)
        answer = attempt(question.session, f"column {column.name}", column.module, ask)
        if answer.failed:
            question.failed.append(column.title)
        values = answer.value or {}
        found[column.name] = [values.get(record_id) for record_id in ids]
    return found
