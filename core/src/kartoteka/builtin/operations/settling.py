"""The end of an undo: modules complete what was put back, or object to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from kartoteka.builtin.operations.checking import active_kind
from kartoteka.db.journal import ChangeEntry, JournalEntry, Operation, as_change
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.session import Session
from kartoteka.extension import dispatch
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message

AT_ONCE = 250
"""Entries looked at together: each gives at most two rows, and a hook is promised no more than 500."""
_entries: Any = JournalEntry.__table__
_operations: Any = Operation.__table__
Told = Callable[[Message], None]


def settle(session: Session, operation_id: int, tell: Told | None = None) -> None:
    """Let modules complete the undo of an operation, which has put back everything it could.

    Raises what a module raises; with ``tell``, for an undo that cannot be stopped any more, that is told instead, and
    the other records are settled nevertheless.
    """
    if not dispatch.settles_undo(session):
        return
    session.flush()
    for kind in _kinds(session, operation_id):
        for part in _parts(session, operation_id, kind):
            if tell is None:
                dispatch.settle_undo(session, kind.kind, _rows(session, kind, part), final=False)
            elif not _try(session, kind, part, lambda problem: None):
                for entry in part:
                    _try(session, kind, [entry], tell)


def _try(session: Session, kind: RecordKind, part: Sequence[ChangeEntry], tell: Told) -> bool:
    try:
        with session.begin_nested():
            dispatch.settle_undo(session, kind.kind, _rows(session, kind, part), final=True)
    except Refused as problem:
        tell(problem.message)
        return False
    return True


def _undone(operation_id: int) -> Any:
    return select(_operations.c.id).where(_operations.c.undo_of_id == operation_id)


def _kinds(session: Session, operation_id: int) -> list[RecordKind]:
    statement = select(_entries.c.kind).where(_entries.c.operation_id.in_(_undone(operation_id))).distinct()
    names = sorted(raw_connection(session).scalars(statement))
    return [kind for name in names if (kind := active_kind(session, name)) is not None]


def _parts(session: Session, operation_id: int, kind: RecordKind) -> Iterator[list[ChangeEntry]]:
    """Yield what the undo journalled of a kind, in its order."""
    ours = (_entries.c.operation_id.in_(_undone(operation_id)), _entries.c.kind == kind.kind)
    statement = select(_entries).where(*ours, _entries.c.table_name == kind.table).order_by(_entries.c.id)
    found: list[Row[Any]] = list(raw_connection(session).execute(statement.limit(AT_ONCE)))
    while found:
        yield [as_change(row) for row in found]
        found = list(raw_connection(session).execute(statement.where(_entries.c.id > found[-1].id).limit(AT_ONCE)))


def _rows(session: Session, kind: RecordKind, part: Sequence[ChangeEntry]) -> list[Mapping[str, Any]]:
    table = kind.model.__table__
    ids = {entry.ref.id for entry in part}
    found = raw_connection(session).execute(select(table).where(table.c.id.in_(ids))).mappings()
    now = {row["id"]: dict(row) for row in found}
    rows: list[Mapping[str, Any]] = list(now.values())
    for entry in part:
        values = entry.changes or {}
        if entry.action == "deleted" and entry.ref.id not in now:
            rows.append({"id": entry.ref.id, **values})
        elif entry.action == "changed" and entry.ref.id in now:
            rows.append({**now[entry.ref.id], **{name: pair[0] for name, pair in values.items()}})
    return rows
