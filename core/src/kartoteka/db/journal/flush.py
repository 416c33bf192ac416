"""Feeder 1: what the unit of work flushes goes into the journal and the search texts, in the same transaction."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ClauseElement, Table, event, inspect, select
from sqlalchemy.orm import InstanceState, ORMExecuteState, UOWTransaction
from sqlalchemy.orm.base import LoaderCallableStatus

from kartoteka.db.guard import UnguardedStatement
from kartoteka.db.journal.coding import encode
from kartoteka.db.journal.models import CHANGED, CREATED, DELETED
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.journal.plans import UNTOUCHED, Plan, plan_of_model
from kartoteka.db.journal.writer import Change, write_changes
from kartoteka.db.members import MEMBERS, spread_pairs
from kartoteka.db.search import SearchRule, remove_search_texts, write_search_texts_of_all
from kartoteka.db.session import Session

_OLD = "journal_old_values"


@event.listens_for(Session, "before_flush")
def _prepare(session: Session, context: UOWTransaction, instances: Any) -> None:
    """Compute derived columns, and read the old values that the unit of work does not know."""
    for record in [*session.new, *session.dirty]:
        plan = plan_of_model(session, type(record))
        if plan.is_idle:
            continue
        if plan.derives and (record in session.new or session.is_modified(record)):
            _derive(plan, record)
        if plan.journal is not None and inspect(record).persistent:
            _keep_old_values(session, plan, record)
    for record in session.deleted:
        plan = plan_of_model(session, type(record))
        for name in plan.kept:
            getattr(record, name)


@event.listens_for(Session, "after_flush")
def _write(session: Session, context: UOWTransaction) -> None:
    """Write entries and search texts of everything that was flushed."""
    changes: list[Change] = []
    for state, plan, is_deleted in _in_order(_flushed(session, context)):
        if plan.journal is not None:
            change = _deletion(plan, state) if is_deleted else _creation_or_change(session, plan, state)
            changes.extend([change] if change else [])
    _feed_search(session, context)
    write_changes(session, changes)
    session.info.pop(_OLD, None)


@event.listens_for(Session, "do_orm_execute")
def _refuse_unjournaled(state: ORMExecuteState) -> None:
    """Refuse statements that would change tracked rows behind the journal's back."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is not None and plan_of_model(state.session, mapper.class_).journal is not None:  # type: ignore[arg-type]
        raise UnguardedStatement(f"{mapper.class_.__name__} is tracked: use insert_rows, update_rows or delete_rows.")


def _flushed(session: Session, context: UOWTransaction) -> Iterator[tuple[InstanceState[Any], Plan, bool]]:
    """Yield what was written in this flush: the state of a record, its plan, and whether it was deleted."""
    for state, (is_deleted, is_only_listed) in list(context.states.items()):
        plan = plan_of_model(session, state.class_)
        if not is_only_listed and not plan.is_idle:
            yield state, plan, is_deleted


def _in_order(
    flushed: Iterable[tuple[InstanceState[Any], Plan, bool]],
) -> list[tuple[InstanceState[Any], Plan, bool]]:
    """Return saves before what points to them, then deletions the other way round: undo goes backwards."""

    def place(one: tuple[InstanceState[Any], Plan, bool]) -> tuple[bool, int]:
        rank = _rank_of(one[1].table)
        return one[2], -rank if one[2] else rank

    found = list(flushed)
    return sorted(found, key=place) if len(found) > 1 else found


_ranks: dict[str, int] = {}


def _rank_of(table: Table) -> int:
    if table.name not in _ranks:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tables that point at each other have no order, and need none
            _ranks.update({one.name: place for place, one in enumerate(table.metadata.sorted_tables)})
    return _ranks[table.name]


def _derive(plan: Plan, record: Any) -> None:
    values = {name: getattr(record, name) for name in plan.names}
    if inspect(record).transient or inspect(record).pending:
        _fill_defaults(plan, values)
    for name, value in plan.model.derive(values).items():  # type: ignore[union-attr]
        if getattr(record, name) != value:
            setattr(record, name, value)


def _fill_defaults(plan: Plan, values: dict[str, Any]) -> None:
    for column in plan.table.columns:
        if values[column.name] is None and column.default is not None and column.default.is_scalar:
            values[column.name] = column.default.arg  # type: ignore[attr-defined]


def _keep_old_values(session: Session, plan: Plan, record: Any) -> None:
    """Note the old values that will not be known after the flush.

    These are columns that were set, or changed in place, without having been loaded; and columns set to an
    expression that the database computes.
    """
    state = inspect(record)
    names = _changed_names(plan, state)
    old = {name: state.committed_state[name] for name in names if isinstance(state.dict.get(name), ClauseElement)}
    unknown = [name for name in names if not _is_known(state.committed_state[name])]
    if unknown:
        table = plan.table
        statement = select(*(table.c[name] for name in unknown)).where(table.c.id == state.identity[0])
        old.update(raw_connection(session).execute(statement).mappings().one_or_none() or {})
    if old:
        session.info.setdefault(_OLD, {})[state] = old


def _changed_names(plan: Plan, state: InstanceState[Any]) -> list[str]:
    return [name for name in state.committed_state if name in plan.kept and name not in UNTOUCHED]


def _is_known(value: Any) -> bool:
    return not isinstance(value, LoaderCallableStatus)


def _creation_or_change(session: Session, plan: Plan, state: InstanceState[Any]) -> Change | None:
    if state.key is None:
        return _change(plan, state, CREATED)
    differences = _differences(session, plan, state)
    return _change(plan, state, CHANGED, differences) if differences else None


def _differences(session: Session, plan: Plan, state: InstanceState[Any]) -> dict[str, Any]:
    kept = session.info.get(_OLD, {}).get(state, {})
    found: dict[str, Any] = {}
    for name in dict.fromkeys([*_changed_names(plan, state), *kept]):
        old = kept[name] if name in kept else state.committed_state[name]
        pair = [encode(old), encode(_value(state, name))]
        if pair[0] != pair[1]:
            found[name] = pair
    return spread_pairs(found) if MEMBERS in found else found


def _deletion(plan: Plan, state: InstanceState[Any]) -> Change:
    row = {name: encode(_stored(state, name)) for name in plan.kept}
    return _change(plan, state, DELETED, row)


def _change(plan: Plan, state: InstanceState[Any], action: str, changes: Mapping[str, Any] | None = None) -> Change:
    rule: Any = plan.journal
    client = _value(state, rule.client_column)
    return Change(rule.kind, rule.table, state.dict["id"], client, action, state.dict.get("version"), changes)


def _value(state: InstanceState[Any], name: str | None) -> Any:
    """Return the value that was written; one computed by the database is read back."""
    if name is None:
        return None
    return state.dict[name] if name in state.dict else getattr(state.obj(), name)


def _stored(state: InstanceState[Any], name: str) -> Any:
    """Return the value in the database before the flush."""
    old = state.committed_state.get(name, LoaderCallableStatus.NO_VALUE)
    return old if _is_known(old) else state.dict.get(name)


def _feed_search(session: Session, context: UOWTransaction) -> None:
    written: dict[SearchRule, list[tuple[int, Mapping[str, Any]]]] = defaultdict(list)
    for state, plan, is_deleted in _flushed(session, context):
        rule = plan.search
        if rule is None:
            continue
        if is_deleted:
            remove_search_texts(session, rule.kind, [state.dict["id"]])
        elif state.key is None or rule.columns & state.committed_state.keys():
            written[rule].append((state.dict["id"], {name: _value(state, name) for name in rule.columns}))
    if written:
        write_search_texts_of_all(session, written)
