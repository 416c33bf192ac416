"""What the journal tells: the changes of a record or a client, and their erasure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, orm, select, update

from kartoteka.db.journal.coding import canonical, decode, digest_of
from kartoteka.db.journal.models import CHANGED, JournalEntry, Operation
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.journal.plans import model_of
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.record import RecordRef

_entries = JournalEntry.__table__
_operations = Operation.__table__
_WHO = (_operations.c.user_id, _operations.c.user_name, _operations.c.title, _operations.c.message)


@dataclass(frozen=True, kw_only=True)
class ChangeEntry:
    """One entry of the journal as pages show it.

    ``changes`` maps fields to (old, new) for a change, and to the last value for a deletion, as Python values; it
    is empty for a creation, and None once the values have been erased.
    """

    id: int
    operation_id: int
    ref: RecordRef
    client_id: int | None
    action: str
    version: int | None
    at: datetime
    user_id: int | None
    user_name: str
    title: Translatable
    changes: Mapping[str, Any] | None


def changes_of(
    session: orm.Session, ref: RecordRef, *, before_id: int | None = None, limit: int = 50
) -> list[ChangeEntry]:
    """Return the newest changes of a record; ``before_id`` continues below an entry already shown.

    Row rights do not apply: the caller has found the record by a restricted SELECT before.
    """
    return _read(session, (_entries.c.kind == ref.kind) & (_entries.c.record_id == ref.id), before_id, limit)


def changes_of_client(
    session: orm.Session,
    client_id: int,
    kinds: Collection[str],
    *,
    merged: Collection[int] = (),
    before_id: int | None = None,
    limit: int = 50,
) -> list[ChangeEntry]:
    """Return the newest changes of everything that belongs to a client, among kinds that the actor may see.

    ``merged`` are clients that were merged into it: what happened to them before is part of its story.

    Row rights do not apply: the caller has found the client by a restricted SELECT before.
    """
    own = _entries.c.client_id == client_id
    if merged:
        own = _entries.c.client_id.in_([client_id, *merged])
    belongs = own & _entries.c.kind.in_(sorted(kinds))
    return _read(session, belongs, before_id, limit)


def changes_at(
    session: orm.Session,
    limit_to: Callable[[Any, Any, Any], Any],
    *,
    ref: RecordRef | None = None,
    client_ids: Collection[int] = (),
    kinds: Collection[str] = (),
    without: Collection[str] = (),
) -> list[ChangeEntry]:
    """Return changes in the order of their moments, of a record or of clients with what belongs to them.

    ``limit_to(statement, at, id)`` limits and orders the statement. ``kinds`` are those that the actor may see, and
    ``without`` are left out. Row rights do not apply: the caller has found the record by a restricted SELECT before.
    """
    if ref is not None:
        belongs = (_entries.c.kind == ref.kind) & (_entries.c.record_id == ref.id)
    else:
        belongs = _entries.c.client_id.in_(sorted(client_ids)) & _entries.c.kind.in_(sorted({*kinds} - {*without}))
    statement = limit_to(select(_entries, *_WHO).join(_operations).where(belongs), _entries.c.at, _entries.c.id)
    return [_entry(row) for row in raw_connection(session).execute(statement)]


def blank_values(session: orm.Session, *, ref: RecordRef | None = None, client_id: int | None = None) -> int:
    """Erase the values (not the entries) of a record or of everything of a client; return how many entries had some.

    Who changed what and when stays. Digests stay too, but without their salts they betray nothing.
    """
    if (ref is None) == (client_id is None):
        raise ValueError("Name either a record or a client.")
    of_record = () if ref is None else (_entries.c.kind == ref.kind, _entries.c.record_id == ref.id)
    of_client = () if client_id is None else (_entries.c.client_id == client_id,)
    statement = update(_entries).where(*of_record, *of_client, _entries.c.changes.is_not(None))
    return raw_connection(session).execute(statement.values(changes=None, salt=None)).rowcount


def holds(entry: JournalEntry) -> bool:
    """Tell whether an entry's values are still the ones its digest was made of; erased values hold."""
    if entry.changes is None or entry.digest is None or entry.salt is None:
        return True
    return digest_of(entry.salt, canonical(entry.changes)) == entry.digest


def as_change(
    entry: JournalEntry | Row[Any], *, user_id: int | None = None, user_name: str = "", title: Translatable = ""
) -> ChangeEntry:
    """Return an entry with its values as Python has them; who made it and in which work stands in its operation."""
    is_erased = entry.changes is None and entry.digest is not None
    return ChangeEntry(
        id=entry.id,
        operation_id=entry.operation_id,
        ref=RecordRef(entry.kind, entry.record_id),
        client_id=entry.client_id,
        action=entry.action,
        version=entry.record_version,
        at=entry.at,
        user_id=user_id,
        user_name=user_name,
        title=title,
        changes=None if is_erased else _decoded(entry.table_name, entry.action, entry.changes or {}),
    )


def _read(session: orm.Session, where: ColumnElement[bool], before_id: int | None, limit: int) -> list[ChangeEntry]:
    statement = select(_entries, *_WHO).join(_operations).where(where).order_by(_entries.c.id.desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(_entries.c.id < before_id)
    return [_entry(row) for row in raw_connection(session).execute(statement)]


def _entry(row: Row[Any]) -> ChangeEntry:
    return as_change(row, user_id=row.user_id, user_name=row.user_name, title=row.message or row.title)


def _decoded(table: str, action: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values by the types of their columns; as coded where the table's code is gone."""
    model = model_of(table)
    columns: Any = {} if model is None else model.__table__.c

    def read(name: str, value: Any) -> Any:
        return decode(value, columns[name].type) if name in columns else value

    if action == CHANGED:
        return {name: (read(name, old), read(name, new)) for name, (old, new) in changes.items()}
    return {name: read(name, value) for name, value in changes.items()}


def newest_entry(session: orm.Session) -> int:
    """Return the id of the newest entry, 0 before there is any: a mark for `was_changed_since`."""
    return int(raw_connection(session).scalar(select(func.max(JournalEntry.id))) or 0)


def was_changed_since(session: orm.Session, mark: int, kinds: Iterable[str]) -> bool:
    """Tell whether a record of these kinds was changed after the mark, whoever may see it."""
    newer = select(JournalEntry.id).where(JournalEntry.id > mark, JournalEntry.kind.in_(list(kinds))).limit(1)
    return raw_connection(session).scalar(newer) is not None
