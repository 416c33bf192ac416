"""Whether the reader may see a record of any kind, whose client it belongs to, and which right it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from kartoteka.db.session import Session, actor_of
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.scopes import OwnedByClient, Public
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.record import RecordRef, RecordSummary, is_id

CLIENT_KIND = "clients.client"


def find_seen(session: Session, record: RecordRef) -> Any | None:
    """Return the record if the actor may see it; None otherwise, also while its module is off."""
    kind = extension_of(session).registry.find_kind(record.kind)
    actor = actor_of(session)
    if kind is None or kind.module not in active_set(session) or not is_id(record.id):
        return None
    if not actor.can(kind.permission):
        return None
    return session.scalar(select(kind.model).where(kind.model.id == record.id))


def demand_seen(session: Session, record: RecordRef) -> Any:
    """Return the record; raises NotFound when the actor may not see it, or while its module is off."""
    found = find_seen(session, record)
    if found is None:
        raise NotFound
    return found


def summaries_of(session: Session, refs: Iterable[RecordRef]) -> dict[RecordRef, RecordSummary]:
    """Return how these records are shown in one line, those that the actor may see; one statement for each kind."""
    registry, actor, on = extension_of(session).registry, actor_of(session), active_set(session)
    by_kind: dict[str, set[int]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind, set()).add(ref.id)
    found: dict[RecordRef, RecordSummary] = {}
    for name, ids in by_kind.items():
        kind = registry.find_kind(name)
        if kind is not None and kind.module in on and actor.can(kind.permission):
            found |= {one.ref: one for one in kind.summarise(session, sorted(ids)).values()}
    return found


def client_of(session: Session, record: RecordRef) -> int | None:
    """Return the client that a record belongs to, the client itself included; raises NotFound as `demand_seen`."""
    found = demand_seen(session, record)
    if record.kind == CLIENT_KIND:
        return record.id
    column = extension_of(session).registry.kind(record.kind).client_column
    return getattr(found, column) if column else None


def is_seen_with_client(session: Session, record: RecordRef) -> bool:
    """Tell whether whoever sees the client and has the kind's right sees the record: it has no narrower rows."""
    scope = extension_of(session).registry.kind(record.kind).scope
    return record.kind == CLIENT_KIND or isinstance(scope, (OwnedByClient, Public))
