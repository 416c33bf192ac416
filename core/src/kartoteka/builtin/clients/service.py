"""Use cases of the client registry: create, change, hand over, archive. Services never commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.changed_hands import tell_managers as tell_managers
from kartoteka.builtin.clients.checking import Findings, check_values
from kartoteka.builtin.clients.duplicates import refuse_taken_codes
from kartoteka.builtin.clients.fields import (
    ARCHIVE,
    CHANGE_MANAGER,
    CLIENT_KIND,
    CREATE,
    EDIT,
    FIELDS,
    FIXED,
)
from kartoteka.builtin.clients.guard import client_writes
from kartoteka.builtin.clients.models import Client, ClientGroup, ClientKind
from kartoteka.builtin.clients.numbering import draw_numbers
from kartoteka.builtin.clients.own_files import keep_with_record
from kartoteka.builtin.clients.own_values import find_own_links
from kartoteka.builtin.clients.sharing import share_clients as share_clients
from kartoteka.builtin.users.queries import User
from kartoteka.db.actor import Actor
from kartoteka.db.announce import announce
from kartoteka.db.clock import utc_now
from kartoteka.db.members import folded
from kartoteka.db.session import Session, as_system, demand, find
from kartoteka.db.settling import settle
from kartoteka.extension.signals import client_changed, client_created
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, NotFound, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.vocabulary.text import clean_block

EDITABLE = (RecordState.ACTIVE, RecordState.ARCHIVED)
"""States in which a client can be changed; those in the bin and merged ones are only looked at."""


def create_client(session: Session, values: Mapping[str, Any], *, accept_duplicates: bool = False) -> Client:
    """Enter a client; the manager is the creator unless another is given (CL-02, CL-50).

    ``values`` are by field name; ``name`` stands for the company's name or, for a person, the surname. Raises
    InvalidInput with what cannot be stored, Forbidden where a field needs a right that the actor lacks, and
    PossibleDuplicate when another client has the same code and ``accept_duplicates`` is not set.
    """
    actor = demand(session, CREATE)
    today = utc_now().date()
    given = {"kind": ClientKind.COMPANY, "registered_on": today, **by_attribute(values)}
    if actor.user_id is not None and given.get("manager_id") is None:
        given["manager_id"] = actor.user_id
    refuse_unknown_links(session, given)
    checked = sound_values(given)
    _refuse_without_right(actor, checked, {"manager_id": actor.user_id})
    refuse_unknown(session, {**checked, "manager_id": _named_manager(checked, actor)})
    _refuse_taken_external_id(session, checked, None)
    refuse_taken_codes(session, checked, None, accept_duplicates)
    with client_writes(session):
        client = Client(number=draw_numbers(session, 1)[0], **folded(Client.__table__, checked))  # type: ignore[arg-type]
        session.add(client)
    keep_with_record(session, CLIENT_KIND, client)
    announce(session, client_created, CLIENT_KIND, ids=[client.id])
    return client


def change_client(
    session: Session,
    id: int,
    values: Mapping[str, Any],
    version: int | None = None,
    *,
    accept_duplicates: bool = False,
) -> Client:
    """Change a client's fields; fields that are not among ``values`` stay as they are.

    ``version`` is the one the values were typed over. What only one side touched since then is merged; raises
    EditConflict with both values of the fields that both touched (X-30), otherwise raises as create_client does.
    """
    actor = demand(session, EDIT)
    client = find(session, Client, id)
    if client.state not in EDITABLE:
        raise Refused(_("This client is in the bin or merged into another one; it cannot be changed."))
    given = by_attribute(values)
    refuse_unknown_links(session, given)
    checked = sound_values(given, stored_values(client))
    changes = settle(session, client, CLIENT_KIND, checked, version)
    if not changes:
        return client
    _refuse_without_right(actor, changes, stored_values(client))
    refuse_unknown(session, changes)
    _refuse_taken_external_id(session, {**stored_values(client), **changes}, client.id)
    refuse_taken_codes(session, {**stored_values(client), **changes}, client.id, accept_duplicates, touched=changes)
    _apply(session, [(client, changes)])
    return client


def set_manager(session: Session, ids: Sequence[int], manager_id: int | None, note: str = "") -> int:
    """Hand clients over to another manager and return how many changed; a ``note`` goes on top of their notes (CL-50).

    Clients that the actor does not see are NotFound, none is changed then.
    """
    demand(session, CHANGE_MANAGER)
    refuse_unknown(session, {"manager_id": manager_id})
    clients = _find_all(session, ids)
    remark = clean_block(note)
    moved = [client for client in clients if client.manager_id != manager_id]
    plan: list[tuple[Client, dict[str, Any]]] = []
    for client in moved:
        remarks = {"notes": f"{remark}\n{client.notes}".strip()} if remark else {}
        plan.append((client, {"manager_id": manager_id, **sound_values(remarks)}))
    _apply(session, plan)
    return len(moved)


def archive_clients(session: Session, ids: Sequence[int]) -> int:
    """Put clients away: lists show them only when asked. Returns how many were active."""
    return _set_state(session, ids, RecordState.ACTIVE, RecordState.ARCHIVED)


def restore_clients(session: Session, ids: Sequence[int]) -> int:
    """Take clients out of the archive. Returns how many were archived."""
    return _set_state(session, ids, RecordState.ARCHIVED, RecordState.ACTIVE)


def by_attribute(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by the model's attribute; raises InvalidInput for what is no field of a client."""
    wanted = dict(values)
    if "name" in wanted:
        place = "surname" if wanted.get("kind") == ClientKind.PERSON else "company_name"
        wanted.setdefault(place, wanted["name"])
        del wanted["name"]
    attributes = {field.attribute: field for field in FIELDS.values() if field.name not in FIXED}
    named = {FIELDS[name].attribute if name in FIELDS else name: value for name, value in wanted.items()}
    unknown = {name: _("Clients have no such field.") for name in named if name not in attributes}
    if unknown:
        raise InvalidInput(unknown)
    return named


def sound_values(values: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the values as they may be stored; raises InvalidInput when some may not."""
    found: Findings = check_values(values, known)
    if found.errors:
        raise InvalidInput(found.errors)
    return found.values


def stored_values(client: Client) -> dict[str, Any]:
    """Return what the client's typed fields hold, by attribute."""
    return {field.attribute: getattr(client, field.attribute) for field in FIELDS.values()}


def refuse_unknown(session: Session, values: Mapping[str, Any]) -> None:
    """Raise InvalidInput for a group that does not exist and a manager who cannot sign in."""
    errors = {}
    group_id, manager_id = values.get("group_id"), values.get("manager_id")
    if group_id and session.scalar(select(ClientGroup.id).where(ClientGroup.id == group_id)) is None:
        errors["group_id"] = _("Choose one of the values offered.")
    if manager_id and session.scalar(select(User.id).where(User.id == manager_id, User.active)) is None:
        errors["manager_id"] = _("Choose one of the values offered.")
    if errors:
        raise InvalidInput(errors)


def refuse_unknown_links(session: Session, values: dict[str, Any]) -> None:
    """Find the clients that links are to, by what was typed; raises InvalidInput for those that the actor can't see."""
    values.update(find_own_links(session, CLIENT_KIND, values))


def _named_manager(values: Mapping[str, Any], actor: Actor) -> int | None:
    """Return the manager unless it is the actor, who is known to exist."""
    manager_id: int | None = values.get("manager_id")
    return None if manager_id == actor.user_id else manager_id


def _apply(session: Session, plan: Sequence[tuple[Client, Mapping[str, Any]]]) -> None:
    former: dict[int | None, dict[int, int | None]] = {}
    for client, changes in plan:
        if "manager_id" in changes:
            former.setdefault(changes["manager_id"], {})[client.id] = client.manager_id
    with client_writes(session):
        for client, changes in plan:
            for name, value in changes.items():
                setattr(client, name, value)
    for client, changes in plan:
        keep_with_record(session, CLIENT_KIND, client, changes)
        announce(session, client_changed, CLIENT_KIND, ids=[client.id], fields=sorted(changes))
    for manager_id, clients in former.items():
        tell_managers(session, clients, manager_id)


def _find_all(session: Session, ids: Iterable[int]) -> Sequence[Client]:
    wanted = set(ids)
    clients = session.scalars(select(Client).where(Client.id.in_(wanted)).order_by(Client.id)).all()
    if len(clients) != len(wanted):
        raise NotFound
    return clients


def _set_state(session: Session, ids: Sequence[int], before: str, after: str) -> int:
    demand(session, ARCHIVE)
    moved = [client for client in _find_all(session, ids) if client.state == before]
    _apply(session, [(client, {"state": after}) for client in moved])
    return len(moved)


def _refuse_without_right(actor: Actor, wanted: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    for field in FIELDS.values():
        needed, name = field.write_permission, field.attribute
        touched = name in wanted and (wanted[name] or None) != (before.get(name) or None)
        if needed and touched and not actor.can(needed):
            raise Forbidden(permission=needed)


def _refuse_taken_external_id(session: Session, values: Mapping[str, Any], own_id: int | None) -> None:
    """External ids are unique over all clients, also those the actor does not see: the message names none of them."""
    source, external = values.get("external_source"), values.get("external_id")
    if not (source and external):
        return
    same = select(Client.id).where(Client.external_source == source, Client.external_id == external)
    with as_system(session, reason="external id is unique over all clients"):
        taken = session.scalars(same.where(Client.id != (own_id or 0))).first()
    if taken is not None:
        raise InvalidInput({"external_id": _("Another client already has this external number.")})
