"""Merging clients into one (CL-41): one operation of the journal, so that it can be undone. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.builtin.clients.fields import CLIENT_KIND, MERGE
from kartoteka.builtin.clients.merging.choosing import Picks, picked_values
from kartoteka.builtin.clients.merging.moving import move_rows
from kartoteka.builtin.clients.models import Client, DistinctClients
from kartoteka.builtin.clients.service import EDITABLE
from kartoteka.db.announce import announce
from kartoteka.db.journal import delete_rows, name_operation, update_rows
from kartoteka.db.session import Session, as_system, demand, find
from kartoteka.extension import dispatch
from kartoteka.extension.signals import client_changed
from kartoteka.vocabulary.errors import Conflict, NotFound, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

MOST_MERGED = 10
"""Clients that are merged at once: more do not fit side by side."""


def clients_to_merge(session: Session, ids: Sequence[int], *, lock: bool = False) -> list[Client]:
    """Return the clients in the order asked for, the first is the one to keep.

    Raises NotFound when the actor does not see all of them, Refused for fewer than two, too many, and those in the bin
    or merged already.
    """
    wanted = list(dict.fromkeys(ids))
    if not 2 <= len(wanted) <= MOST_MERGED:
        raise Refused(_("Choose two to %(most)s clients to merge.", most=MOST_MERGED))
    statement = select(Client).where(Client.id.in_(wanted)).order_by(Client.id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = {client.id: client for client in session.scalars(statement)}
    if len(found) != len(wanted):
        raise NotFound
    if any(client.state not in EDITABLE for client in found.values()):
        raise Refused(_("One of these clients is in the bin or merged already. Choose others."))
    return [found[client_id] for client_id in wanted]


def merge_clients(
    session: Session,
    kept_id: int,
    merged_ids: Sequence[int],
    picks: Picks | None = None,
    versions: Mapping[int, int] | None = None,
) -> Client:
    """Merge clients into one and return it.

    Everything that points to the merged clients points to the kept one afterwards, also rows of modules that are off or
    gone; the merged cards stay as signposts to it. ``picks`` says per field whose value is kept, ``versions`` what the
    user had before the eyes. Raises Conflict when a client was changed meanwhile, NotFound when the actor does not see
    all clients, Refused when a module whose help is needed is not there.
    """
    actor = demand(session, MERGE)
    clients = clients_to_merge(session, [kept_id, *merged_ids], lock=True)
    if versions is not None and any(versions.get(client.id) != client.version for client in clients):
        raise Conflict(_("One of these clients was changed meanwhile. Look at the values again, then merge."))
    kept, merged = clients[0], clients[1:]
    values = picked_values(clients, picks or {}, actor.can)
    ids = [client.id for client in merged]
    title = _("%(merged)s merged into %(kept)s", merged=", ".join(one.number for one in merged), kept=kept.number)
    name_operation(session, title, kind="merge")
    with as_system(session, reason="a merge moves everything that belongs to the merged clients"):
        _forget_distinctions(session, [kept.id, *ids])
        signpost = {"state": RecordState.MERGED, "merged_into_id": kept.id}
        update_rows(session, Client, dict.fromkeys(ids, signpost))
        move_rows(session, kept.id, ids)
        update_rows(session, Client, {kept.id: values} if values else {})
        dispatch.merge_clients(session, kept.id, ids)
    announce(session, client_changed, CLIENT_KIND, ids=[kept.id, *ids], fields=sorted({*values, "state"}))
    with as_system(session, reason="the merged card, which may have gone to another manager"):
        return find(session, Client, kept.id)


def _forget_distinctions(session: Session, ids: Sequence[int]) -> None:
    """Delete what was said about these clients being different: they are one now."""
    both = DistinctClients.first_id.in_(ids), DistinctClients.second_id.in_(ids)
    delete_rows(session, DistinctClients, session.scalars(select(DistinctClients.id).where(*both)).all())
