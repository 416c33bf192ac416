"""What the merge pages show: the clients side by side, and the clients that may be the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from kartoteka.builtin.clients.duplicates import KnownDuplicate, describe_duplicates, probe_for
from kartoteka.builtin.clients.fields import FIELDS
from kartoteka.builtin.clients.linking import link_fields, linked_names
from kartoteka.builtin.clients.merging.choosing import PickRow, Picks, pick_rows
from kartoteka.builtin.clients.merging.moving import Moved, count_rows
from kartoteka.builtin.clients.merging.service import clients_to_merge
from kartoteka.builtin.clients.models import Client, ClientGroup
from kartoteka.builtin.clients.own_files import file_fields, names_of_files
from kartoteka.builtin.clients.queries import Suggestion, suggest_clients
from kartoteka.builtin.clients.service import stored_values
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.dispatch import find_duplicates

_FOUND = 20


@dataclass(frozen=True)
class Side:
    """One client beside the others: the version it was read with, and who is responsible for it."""

    client: Client
    manager: str
    is_kept: bool


@dataclass(frozen=True)
class Comparison:
    """Clients side by side: their fields, and what moves to the kept one.

    ``names`` are those behind the ids of users and groups, by field.
    """

    sides: Sequence[Side]
    rows: Sequence[PickRow]
    moved: Sequence[Moved]
    names: Mapping[str, Mapping[int, str]]

    @property
    def kept(self) -> Client:
        """The client that stays."""
        return self.sides[0].client


def compare(session: Session, ids: Sequence[int], picks: Picks) -> Comparison:
    """Return the clients side by side, the one to keep first; raises what `clients_to_merge` raises."""
    clients = clients_to_merge(session, ids)
    managers = {client.manager_id for client in clients if client.manager_id}
    users = user_names(session, sorted(managers)) if managers else {}
    sides = [Side(one, users.get(one.manager_id or 0, ""), one is clients[0]) for one in clients]
    rows = pick_rows(clients, picks, actor_of(session).can)
    moved = count_rows(session, [client.id for client in clients[1:]])
    return Comparison(
        sides, rows, moved, {"manager": users, "group": _groups(session, clients), **_links(session, clients)}
    )


def possible_twins(session: Session, client: Client) -> list[KnownDuplicate]:
    """Return the clients that may be this one and that the user sees, the surest first."""
    values = {**stored_values(client), "name": client.name}
    probe = probe_for({name: values[name] for name in (*FIELDS, *values) if name in values}, client.id)
    return [one for one in describe_duplicates(session, find_duplicates(session, probe)) if one.is_visible]


def found_twins(session: Session, client: Client, query: str) -> list[Suggestion]:
    """Return the clients that a query finds, without the client itself."""
    return [one for one in suggest_clients(session, query, _FOUND) if one.id != client.id]


def _links(session: Session, clients: Sequence[Client]) -> dict[str, dict[int, str]]:
    found = linked_names(session, clients)
    files = names_of_files(session, clients)
    return {**dict.fromkeys(link_fields(), found), **{field.name: files for field in file_fields()}}


def _groups(session: Session, clients: Sequence[Client]) -> dict[int, str]:
    ids = {client.group_id for client in clients if client.group_id}
    if not ids:
        return {}
    rows = session.execute(select(ClientGroup.id, ClientGroup.name).where(ClientGroup.id.in_(ids)))
    return {row.id: row.name for row in rows}
