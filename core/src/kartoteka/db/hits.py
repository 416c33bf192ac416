"""The hits of a search: ids, on SQLite each as often as a text of its record is hit.

Looking up the state of each hit takes longer than finding it. Where a list is restricted by nothing but one state,
and few records are in another, as archived clients are, the hits are compared with those instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, case, exists, orm, select
from sqlalchemy.sql import operators

from kartoteka.db.search import Search, by_id, restrict_to
from kartoteka.db.session import Session
from kartoteka.db.statistics import STATISTICS
from kartoteka.vocabulary.record import RecordState

FEW: Final = 2_000
"""Hits are compared with so many records in other states; when there are more, each hit is looked up."""

T = TypeVar("T")


def read_hits(
    statement: Select[Any], search: Search, state: str | None, write: Callable[[Select[Any]], ColumnElement[T]]
) -> ColumnElement[T]:
    """Return what ``write`` makes of the hits among a statement's rows on SQLite.

    ``state`` is what `only_state` says of the statement.
    """
    hit = search.hits().subquery().columns[0]
    hits = select(hit).where(hit.is_not(None))
    return _looked_up_or_compared(search, state, write(_looked_up(statement, search)), hits, write)


def read_ids(
    statement: Select[Any], search: Search, state: str | None, write: Callable[[Select[Any]], ColumnElement[T]]
) -> ColumnElement[T]:
    """Return what ``write`` makes of the ids of the hits among a statement's rows on PostgreSQL, each id once."""
    looked_up = write(restrict_to(statement, search).with_only_columns(search.id_column))
    return _looked_up_or_compared(search, state, looked_up, search.ids().distinct(), write)


def _looked_up_or_compared(
    search: Search,
    state: str | None,
    looked_up: ColumnElement[T],
    hits: Select[Any],
    write: Callable[[Select[Any]], ColumnElement[T]],
) -> ColumnElement[T]:
    if state is None:
        return looked_up
    model = search.id_column.class_
    others = select(model.id).where(model.state.in_([one for one in RecordState.ALL if one != state]))
    compared = write(hits.where(hits.selected_columns[0].not_in(others)))
    return case((exists(others.limit(1).offset(FEW).subquery().select()), looked_up), else_=compared)


def only_state(session: orm.Session, statement: Select[Any], search: Search) -> str | None:
    """Return the state that a statement is restricted to, None where anything else restricts it, such as row rights."""
    guard = session.guard if isinstance(session, Session) else None
    if guard is not None and guard.conditions.get(search.id_column.parent) is not None:
        return None
    if len(statement._where_criteria) != 1 or statement._setup_joins or statement._from_obj:
        return None
    condition: Any = statement._where_criteria[0]
    if getattr(condition, "operator", None) is not operators.eq or not isinstance(condition.right, BindParameter):
        return None
    column = condition.left
    is_state = column.key == "state" and column.table is search.id_column.expression.table
    return condition.right.value if is_state and condition.right.value in RecordState.ALL else None


def _looked_up(statement: Select[Any], search: Search) -> Select[Any]:
    is_known = STATISTICS in search.id_column.expression.table.info
    found = statement if is_known else by_id(statement, search.id_column)
    return found.with_only_columns(search.id_column).where(*search.joined())
