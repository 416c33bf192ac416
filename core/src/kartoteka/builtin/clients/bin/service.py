"""Putting clients into the bin, taking them out, and deleting them for good (X-31). Services never commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import orm, select
from sqlalchemy.exc import IntegrityError

from kartoteka.builtin.clients.bin.consequences import foresee
from kartoteka.builtin.clients.fields import CLIENT_KIND, DELETE, PURGE
from kartoteka.builtin.clients.merging.places import CLIENTS, Place, find_places
from kartoteka.builtin.clients.models import Client, SimilarClients
from kartoteka.builtin.clients.service import EDITABLE
from kartoteka.db.announce import announce
from kartoteka.db.audit import audit
from kartoteka.db.base import Model
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import blank_values, changes_of, delete_rows, name_operation, update_rows
from kartoteka.db.session import Session, as_system, demand
from kartoteka.extension.signals import client_changed
from kartoteka.vocabulary.errors import NotFound, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState

KEPT_DAYS = 30
"""How long a client stays in the bin before it is deleted for good."""
MOST_DELETED = 500
"""Clients that are deleted at once."""


def delete_clients(session: Session, ids: Collection[int]) -> int:
    """Put clients into the bin; what is theirs is hidden along with them. Returns how many were put there.

    Raises NotFound when the actor does not see all of them, Refused with the names of what stops it.
    """
    demand(session, DELETE)
    clients = [client for client in binnable(session, ids, lock=True) if client.state in EDITABLE]
    if not clients:
        return 0
    wanted = {client.id: client.number for client in clients}
    foresee(session, wanted).refuse()
    name_operation(session, _("Clients moved to the bin"), kind="delete")
    _set_state(session, {one: {"state": RecordState.DELETED, "deleted_at": utc_now()} for one in wanted})
    for client_id, number in wanted.items():
        audit(session, "client.deleted", ref=RecordRef(CLIENT_KIND, client_id), facts={"number": number})
    return len(wanted)


def restore_deleted(session: Session, ids: Collection[int]) -> int:
    """Take clients out of the bin, with everything that was hidden along; returns how many were in it."""
    demand(session, DELETE)
    found = [client for client in binnable(session, ids, lock=True) if client.state == RecordState.DELETED]
    if found:
        name_operation(session, _("Clients restored from the bin"))
        _set_state(session, {one.id: {"state": _state_before(session, one.id), "deleted_at": None} for one in found})
    return len(found)


def purge_clients(session: Session, ids: Collection[int]) -> int:
    """Delete clients in the bin for good, with everything that was hidden along; returns how many.

    Checks again what stops it and raises Refused then. The change log keeps that they were deleted, by whom and when,
    but no values: nothing can bring them back.
    """
    demand(session, PURGE)
    clients = [client for client in binnable(session, ids, lock=True) if client.state == RecordState.DELETED]
    wanted = {client.id: client.number for client in clients}
    if not wanted:
        return 0
    with as_system(session, reason="what belongs to clients that are deleted for good goes along"):
        signposts = session.scalars(select(Client.id).where(Client.merged_into_id.in_(list(wanted)))).all()
        doomed = [*signposts, *wanted]
        foresee(session, doomed, for_good=True).refuse()
        name_operation(session, _("Clients deleted permanently"), kind="purge")
        _delete_all(session, doomed, signposts)
        for client_id in doomed:
            blank_values(session, client_id=client_id)
    for client_id, number in wanted.items():
        audit(session, "client.purged", ref=RecordRef(CLIENT_KIND, client_id), facts={"number": number})
    return len(wanted)


def overdue_ids(session: Session, now: datetime, after: int, most: int) -> Sequence[int]:
    """Return clients whose time in the bin is up, by id, above ``after``."""
    limit = now - timedelta(days=KEPT_DAYS)
    due = select(Client.id).where(Client.state == RecordState.DELETED, Client.deleted_at < limit, Client.id > after)
    return session.scalars(due.order_by(Client.id).limit(most)).all()


def binnable(session: Session, ids: Collection[int], *, lock: bool = False) -> Sequence[Client]:
    """Return the clients with these ids, in their order; raises NotFound when the actor does not see all of them."""
    wanted = set(ids)
    if len(wanted) > MOST_DELETED:
        raise Refused(_("Choose at most %(most)s clients at once.", most=MOST_DELETED))
    statement = select(Client).where(Client.id.in_(wanted)).order_by(Client.id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    clients = session.scalars(statement).all()
    if len(clients) != len(wanted):
        raise NotFound
    return clients


def _set_state(session: Session, changes: dict[int, dict[str, Any]]) -> None:
    update_rows(session, Client, changes)
    announce(session, client_changed, CLIENT_KIND, ids=list(changes), fields=["state"])


def _state_before(session: Session, client_id: int) -> str:
    """Return the state in which the client was deleted: an archived one goes back to the archive."""
    for entry in changes_of(session, RecordRef(CLIENT_KIND, client_id), limit=10):
        old, new = (entry.changes or {}).get("state", (None, None))
        if new == RecordState.DELETED and old in EDITABLE:
            return str(old)
    return RecordState.ACTIVE


def _delete_all(session: Session, client_ids: Sequence[int], signposts: Sequence[int]) -> None:
    """Delete rows of clients and the clients, those that point to others first."""
    places = [place for place in find_places(session) if place.table.name != CLIENTS]
    order = {table.name: number for number, table in enumerate(Model.metadata.sorted_tables)}
    for place in sorted(places, key=lambda one: -order.get(one.table.name, len(order))):
        try:
            _delete_of(session, place, client_ids)
        except IntegrityError as error:
            problem = _("%(module)s: something still refers to its data about this client.", module=place.owner.title)
            raise Refused(problem) from error
    for column in (SimilarClients.first_id, SimilarClients.second_id):
        session.execute(SimilarClients.__table__.delete().where(column.in_(client_ids)))
    update_rows(session, Client, {one: {"merged_into_id": None} for one in signposts})
    delete_rows(session, Client, client_ids)


def _delete_of(session: Session, place: Place, client_ids: Sequence[int]) -> None:
    table = place.table
    connection = orm.Session.connection(session)
    ids = connection.execute(select(table.c.id).where(*place.of_clients(client_ids))).scalars().all()
    if place.kind_column is not None and table.c[place.kind_column].nullable and table.c[place.column].nullable:
        nothing = {place.kind_column: None, place.column: None}
        update_rows(session, table.name, dict.fromkeys(ids, nothing), always=True)
    else:
        delete_rows(session, table.name, ids, always=True)
