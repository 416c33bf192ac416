"""Clients and their groups as other programs read and write them."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.clients.bin.service import delete_clients
from kartoteka.builtin.clients.fields import CLIENT_KIND, FIXED
from kartoteka.builtin.clients.grouping import add_group, change_group
from kartoteka.builtin.clients.kinds import GROUP_KIND
from kartoteka.builtin.clients.models import ClientGroup
from kartoteka.builtin.clients.service import change_client, create_client
from kartoteka.db.session import Session, find
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.vocabulary.message import text as _


def change(session: Session, id: int, values: dict[str, Any]) -> None:
    """Change a client; its version was compared already."""
    change_client(session, id, values)


def remove(session: Session, id: int) -> None:
    """Put a client into the bin."""
    delete_clients(session, [id])


def create_named_group(session: Session, values: dict[str, Any]) -> ClientGroup:
    """Add a group; one without a name is refused."""
    return add_group(session, {"name": "", **values})


def change_named_group(session: Session, id: int, values: dict[str, Any]) -> None:
    """Change a group; what is not among the values stays."""
    group = find(session, ClientGroup, id)
    change_group(session, id, {"name": group.name, "colour": group.colour, "closed": group.closed, **values})


API_RESOURCES = [
    ApiResource(
        name="clients",
        title=_("Clients"),
        kind=CLIENT_KIND,
        fixed=tuple(sorted(FIXED)),
        create=create_client,
        change=change,
        remove=remove,
    ),
    ApiResource(
        name="groups", title=_("Client groups"), kind=GROUP_KIND, create=create_named_group, change=change_named_group
    ),
]
