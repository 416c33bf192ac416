"""Whether the reader may see a record of any kind, whose client it belongs to, and which right it asks for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kartoteka.db.session import Session, actor_of
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.scopes import OwnedByClient, Public
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.record import LARGEST_ID, RecordRef

CLIENT_KIND = "clients.client"


def find_seen(session: Session, record: RecordRef) -> Any | None:
    """Return the record if the actor may see it; None otherwise, also while its module is off."""
    kind = extension_of(session).registry.find_kind(record.kind)
    actor = actor_of(session)
    if kind is None or kind.module not in active_set(session) or not 0 < record.id <= LARGEST_ID:
        return None
    if not actor.is_system and not actor.can(kind.permission):
        return None
    return session.scalar(select(kind.model).where(kind.model.id == record.id))


def demand_seen(session: Session, record: RecordRef) -> Any:
    """Return the record; raises NotFound when the actor may not see it, or while its module is off."""
    found = find_seen(session, record)
    if found is None:
        raise NotFound
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
