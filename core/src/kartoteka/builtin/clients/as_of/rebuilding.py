"""Rebuilds a client and what belongs to it as they were at a moment: today's rows, and the journal backwards (M-02)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, or_, select

from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.models import Client
from kartoteka.db.among import among
from kartoteka.db.base import Model
from kartoteka.db.journal import ChangeEntry
from kartoteka.db.journal.former import changes_after
from kartoteka.db.journal.models import CHANGED, CREATED, DELETED
from kartoteka.db.journal.plans import plan_of_model
from kartoteka.db.members import MEMBERS, folded, has_members, spread
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient, OwnedByClientOr, OwnedByClientWithRight
from kartoteka.extension.dispatch import visible
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

MOST_CHANGES = 20_000
"""Changes read back through; a day further away is refused in words."""

MOST_RECORDS = 500
"""Records of one kind that are shown."""

_GONE = frozenset({RecordState.DELETED, RecordState.MERGED})
_WITH_CLIENT = (OwnedByClient, OwnedByClientOr, OwnedByClientWithRight)
Row = dict[str, Any]
Key = tuple[str, int]


@dataclass(frozen=True)
class Former:
    """A record as it was; ``is_erased`` says that some of its values were erased since and are not known any more."""

    kind: RecordKind
    id: int
    values: Mapping[str, Any]
    is_erased: bool = False


@dataclass(frozen=True)
class FormerClient:
    """A client as it was, None when it was not there yet, and the records that belonged to it by kind."""

    client: Former | None
    records: Mapping[str, Sequence[Former]] = field(default_factory=dict)
    more: frozenset[str] = frozenset()
    """Kinds with more records than are shown."""


def journalled_kinds(session: Session) -> list[RecordKind]:
    """Return the kinds whose past the actor may see with their client: tracked ones, seen by who sees the client."""
    return [kind for kind in _kinds_of_clients(session) if kind.tracked]


def unjournalled_kinds(session: Session) -> list[RecordKind]:
    """Return the kinds of a client's records whose past nobody knows, because they are not in the journal."""
    return [kind for kind in _kinds_of_clients(session) if not kind.tracked]


def _kinds_of_clients(session: Session) -> Iterable[RecordKind]:
    for kind in visible(session, extension_of(session).registry.record_kinds):
        if kind.kind == CLIENT_KIND or (kind.client_column and isinstance(kind.scope, _WITH_CLIENT)):
            yield kind


def rebuild(session: Session, client_id: int, moment: datetime) -> FormerClient:
    """Return a client as it was just before a moment.

    The caller has found the client by a restricted SELECT: row rights are those of today. One statement for the
    journal and one for each kind of record, however much happened. Raises Refused when too much has changed since.
    """
    kinds = {kind.kind: kind for kind in journalled_kinds(session)}
    sides = {kind.kind: _seen_from_here(session, kind, client_id) for kind in kinds.values() if _other_sides(kind)}
    entries = changes_after(session, client_id, kinds, moment, MOST_CHANGES + 1, sides)
    if len(entries) > MOST_CHANGES:
        raise Refused(_("Too much has changed since that day. Choose a later one."))
    touched: dict[Key, list[ChangeEntry]] = defaultdict(list)
    for entry in entries:
        touched[entry.ref.kind, entry.ref.id].append(entry)
    found: dict[str, list[Former]] = {}
    for kind in kinds.values():
        also = [number for name, number in touched if name == kind.kind]
        rows = _rows_of(session, kind, client_id, [*also, *sides.get(kind.kind, ())])
        ids = dict.fromkeys([*rows, *also])
        former = (_former(kind, one, rows.get(one), touched.get((kind.kind, one), ()), moment) for one in ids)
        found[kind.kind] = [one for one in former if one is not None and _is_of(one, client_id, session)]
    client = next(iter(found.pop(CLIENT_KIND)), None)
    if client is None:
        return FormerClient(None)
    found = _without_parts_of_gone(found)
    shown = {name: sorted(records, key=lambda one: one.id) for name, records in found.items() if records}
    more = frozenset(name for name, records in shown.items() if len(records) > MOST_RECORDS)
    return FormerClient(client, {name: records[:MOST_RECORDS] for name, records in shown.items()}, more)


def _other_sides(kind: RecordKind) -> list[Column[Any]]:
    """Return the columns of a kind that lead to a client other than the one that its records belong to."""
    if kind.kind == CLIENT_KIND:
        return []
    keys = kind.model.__table__.foreign_keys
    columns = [key.parent for key in keys if key.column.table is Client.__table__]
    return [column for column in columns if column.name != kind.client_column]


def _seen_from_here(session: Session, kind: RecordKind, client_id: int) -> list[int]:
    """Return the records of other clients that lead to this one, of those that the actor sees: its card tells them."""
    sides = [getattr(kind.model, column.name) == client_id for column in _other_sides(kind)]
    model = kind.model
    return list(session.scalars(select(model.id).where(or_(*sides)).order_by(model.id).limit(MOST_RECORDS + 1)))


def _rows_of(session: Session, kind: RecordKind, client_id: int, ids: Sequence[int]) -> dict[int, Row]:
    """Return today's rows of the client, and of those records that belonged to it, as far as the actor sees them."""
    model, names = kind.model, _columns(session, kind)
    owner = getattr(model, str(kind.client_column))
    wanted = or_(owner == client_id, among(model.id)) if ids else owner == client_id
    statement = select(*(getattr(model, name) for name in names)).where(wanted)
    statement = statement.order_by(model.id).limit(MOST_RECORDS + 1 + len(ids))
    rows = session.execute(statement, {"ids": list(ids)} if ids else {})
    return {row["id"]: dict(row) for row in rows.mappings()}


def _columns(session: Session, kind: RecordKind) -> list[str]:
    """Return the columns that the journal keeps, and those needed to tell whose and how old a record is."""
    plan = plan_of_model(session, kind.model)
    needed = {"id", "created_at", str(kind.client_column)} & set(plan.table.c.keys())
    return sorted(plan.kept | needed)


def _former(
    kind: RecordKind, id: int, row: Row | None, entries: Sequence[ChangeEntry], moment: datetime
) -> Former | None:
    """Take back what happened to a record since, the newest first; None when it was not there."""
    values, is_erased = None if row is None else spread(row), False
    for entry in entries:
        is_erased = is_erased or entry.changes is None
        values = _taken_back(values, entry)
    if values is None or (not entries and _is_younger(values, moment)):
        return None
    whole = folded(kind.model.__table__, {MEMBERS: {}, **values}) if has_members(kind.model.__table__) else values
    return Former(kind, id, {**whole, **_derived(kind.model, values)}, is_erased)


def _taken_back(values: Row | None, entry: ChangeEntry) -> Row | None:
    if entry.action == CREATED:
        return None
    if entry.action == DELETED:
        return {"id": entry.ref.id, **spread(entry.changes or {})}
    if values is None or entry.action != CHANGED:
        return values
    return {**values, **{name: old for name, (old, _new) in (entry.changes or {}).items()}}


def _is_younger(values: Row, moment: datetime) -> bool:
    """Tell whether a record without entries, as bulk loads leave them, came later."""
    created = values.get("created_at")
    return isinstance(created, datetime) and created >= moment


def _derived(model: type[Model], values: Row) -> Row:
    """Return what is computed from other columns; a record of which too little is known has none of it."""
    try:
        return model.derive(values)
    except (KeyError, TypeError):
        return {}


def _is_of(one: Former, client_id: int, session: Session) -> bool:
    """Tell whether a record was on the client's card, and whether the actor may read what it is about."""
    scope = one.kind.scope
    if isinstance(scope, OwnedByClientWithRight):
        needs = one.values.get(scope.right)
        if needs and not actor_of(session).can(needs):
            return False
    sides = (str(one.kind.client_column), *(column.name for column in _other_sides(one.kind)))
    return any(one.values.get(name) == client_id for name in sides)


def _without_parts_of_gone(found: Mapping[str, Sequence[Former]]) -> dict[str, list[Former]]:
    """Leave out records that were in the bin, and what is a part of them, such as the versions of a document."""
    gone = {
        (one.kind.model.__tablename__, one.id)
        for records in found.values()
        for one in records
        if one.values.get("state") in _GONE
    }
    return {
        name: [one for one in records if one.values.get("state") not in _GONE and not _wholes(one) & gone]
        for name, records in found.items()
    }


def _wholes(one: Former) -> set[tuple[str, Any]]:
    """Return the records that this one would go with, by table and id."""
    keys = [key for key in one.kind.model.__table__.foreign_keys if key.ondelete == "CASCADE"]
    return {(key.column.table.name, one.values.get(key.parent.name)) for key in keys}
