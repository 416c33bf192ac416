"""Table of contents of the room "Addressing"."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session, actor_of, insert_rows
from kartoteka.api.declare import ClientPerson, MenuItem, Permission, Public, RecordKind
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.addressing import queries, views
from kartoteka_crm_clients.addressing.fields import ADDRESSING, ADDRESSING_FIELDS, MANAGE, PERMISSIONS
from kartoteka_crm_clients.addressing.models import Addressing
from kartoteka_crm_clients.fields import VIEW
from kartoteka_crm_clients.queries.of_client import people_of

__all__ = ["views"]

_ = Texts("crm_clients")


@hookimpl
def register_models() -> list[type[Model]]:
    return [Addressing]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [
        RecordKind(
            kind=ADDRESSING,
            title=_("Recipient of documents"),
            plural_title=_("Recipients of documents"),
            icon="mail",
            model=Addressing,
            permission=MANAGE,
            scope=Public(),
            change_permission=MANAGE,
            fields=ADDRESSING_FIELDS,
            summarise=queries.summarise,
            url=queries.page_url,
        )
    ]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="addressing",
            title=_("Recipients of documents"),
            endpoint="crm_clients.choose_addressing",
            permission=MANAGE,
            icon="mail",
            parent="settings.company",
            weight=60,
        )
    ]


@hookimpl
def client_people(session: Session, client_id: int) -> Sequence[ClientPerson]:
    return people_of(session, client_id) if actor_of(session).can(VIEW) else []


@hookimpl
def choose_recipients(session: Session, client_id: int, topics: Sequence[str]) -> Sequence[RecordRef]:
    return queries.recipients(session, client_id, topics) if actor_of(session).can(VIEW) else []


@hookimpl
def load_demo(session: Session, size: int) -> None:
    insert_rows(
        session, Addressing, [{"topic": "crm_clients.data_check", "role": "accounting", "address_kind": "legal"}]
    )
