"""How services write records that belong to a client: rights, states, announcements. Nothing commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.own_files import keep_with_record
from kartoteka.db.announce import announce
from kartoteka.db.session import Session, demand, find
from kartoteka.extension.signals import record_changed, record_created
from kartoteka.vocabulary.errors import NotFound, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.reading import Reader, Wrong, number_of
from kartoteka.vocabulary.record import RecordState, is_id

LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
"""The states of records that are neither in the bin nor merged."""

# FOR KEY SHARE, as the foreign key of what is written takes it anyway, but before the state is looked at.
_HELD = (
    select(Client)
    .where(Client.id == bindparam("wanted"))
    .with_for_update(read=True, key_share=True)
    .execution_options(populate_existing=True)
)


def client_to_write(session: Session, client_id: int, right: str) -> Client:
    """Return a client whose records the actor may change; raises Forbidden, NotFound, and Refused for the bin.

    Whoever merges or deletes the client waits until the session ends, and the session for whoever has begun to.
    """
    demand(session, right)
    client = find(session, Client, client_id) if session.is_reading else _find_and_hold(session, client_id)
    if client.state not in LIVING:
        raise Refused(_("This client is not in use any more. Restore it first."))
    return client


def _find_and_hold(session: Session, client_id: int) -> Client:
    """Return the client as it is once nobody merges or deletes it, and keep that so; raises NotFound."""
    if not is_id(client_id):
        raise NotFound
    client = session.scalars(_HELD, {"wanted": client_id}).one_or_none()
    if client is None:
        raise NotFound
    return client


def client_of(session: Session, right: str) -> Reader:
    """Read the id of a client as the client itself, whose records the actor may change, or None.

    What `client_to_write` raises is raised, but for NotFound: that is a mistake in the field.
    """

    def read(given: Any) -> Client | None:
        if given in (None, ""):
            return None
        try:
            return client_to_write(session, number_of(given), right)
        except NotFound:
            raise Wrong(_("There is no such record, or you may not see it.")) from None

    return read


def record_to_write(session: Session, model: type[Any], id: int, right: str) -> Any:
    """Return a record of a client; raises what `client_to_write` raises."""
    record = find(session, model, id)
    client_to_write(session, record.client_id, right)
    return record


def add_record(session: Session, record: Any, kind: str) -> Any:
    """Store a new record and announce it."""
    add_records(session, (record, kind))
    return record


def add_records(session: Session, *records: tuple[Any, str]) -> None:
    """Store new records, each with its kind, all together, and announce them in this order."""
    session.add_all(record for record, _kind in records)
    session.flush()
    for record, kind in records:
        keep_with_record(session, kind, record)
        announce(session, record_created, kind, ids=[record.id], **_whose(record))


def apply_changes(session: Session, record: Any, kind: str, changes: Mapping[str, Any]) -> None:
    """Write what differs from the record, and announce it."""
    touched = {name: value for name, value in changes.items() if getattr(record, name) != value}
    if not touched:
        return
    for name, value in touched.items():
        setattr(record, name, value)
    session.flush()
    keep_with_record(session, kind, record, touched)
    announce(session, record_changed, kind, ids=[record.id], fields=sorted(touched), **_whose(record))


def _whose(record: Any) -> dict[str, dict[int, int | None]]:
    """Return whose record it is as a fact for listeners, who need not look it up then."""
    return {"clients": {record.id: record.client_id}} if hasattr(record, "client_id") else {}


def set_state(session: Session, record: Any, kind: str, state: str) -> Any:
    """Put a record away or take it back; raises Refused for one in the bin."""
    if record.state not in LIVING:
        raise Refused(_("This is in the bin. Restore it first."))
    apply_changes(session, record, kind, {"state": state})
    return record
