"""The record kinds of the room, and how other programs read and write them."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import ApiResource, OwnedByClient, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.relations import queries, service
from kartoteka_crm_clients.relations.fields import POSITION, POSITION_FIELDS, RELATION, RELATION_FIELDS
from kartoteka_crm_clients.relations.models import Position, Relation

_ = Texts("crm_clients")

KINDS = [
    RecordKind(
        kind=POSITION,
        title=_("Position"),
        plural_title=_("Positions"),
        icon="id-badge",
        model=Position,
        permission=VIEW,
        scope=OwnedByClient(),
        client_column="client_id",
        change_permission=EDIT,
        fields=POSITION_FIELDS,
        summarise=queries.summarise_positions,
        url=queries.position_url,
    ),
    RecordKind(
        kind=RELATION,
        title=_("Related organisation"),
        plural_title=_("Related organisations"),
        icon="sitemap",
        model=Relation,
        permission=VIEW,
        scope=OwnedByClient(),
        client_column="client_id",
        change_permission=EDIT,
        fields=RELATION_FIELDS,
        summarise=queries.summarise_relations,
        url=queries.relation_url,
    ),
]


def create_position(session: Session, values: dict[str, Any]) -> Position:
    """Add a position at the client that is named."""
    return service.add_position(session, values.pop("client"), values)


def create_relation(session: Session, values: dict[str, Any]) -> Relation:
    """Relate the client that is named to another one."""
    return service.add_relation(session, values.pop("client"), values)


API_RESOURCES = [
    ApiResource(
        name="positions",
        title=_("Positions"),
        kind=POSITION,
        create=create_position,
        change=service.change_position,
        remove=service.remove_position,
    ),
    ApiResource(
        name="relations",
        title=_("Related organisations"),
        kind=RELATION,
        create=create_relation,
        change=service.change_relation,
        remove=service.remove_relation,
    ),
]
