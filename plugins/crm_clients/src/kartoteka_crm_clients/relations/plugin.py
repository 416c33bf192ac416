"""Table of contents of the room "Relations"."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import ApiResource, ClientReference, Directory, Panel, PersonalData, RecordKind, Tab
from kartoteka_crm_clients.relations import views
from kartoteka_crm_clients.relations.demo import add_demo_data
from kartoteka_crm_clients.relations.directories import DIRECTORIES
from kartoteka_crm_clients.relations.kinds import API_RESOURCES, KINDS
from kartoteka_crm_clients.relations.models import Position, Relation
from kartoteka_crm_clients.relations.panels import PANELS, TABS
from kartoteka_crm_clients.relations.service import forget_notes_about, tidy_after_merge

__all__ = ["views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [Position, Relation]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_client_references() -> list[ClientReference]:
    columns = (
        ("crm_clients_position", "client_id"),
        ("crm_clients_position", "person_id"),
        ("crm_clients_relation", "client_id"),
        ("crm_clients_relation", "related_id"),
    )
    return [ClientReference(table=table, column=column, on_delete="with_client") for table, column in columns]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(table="crm_clients_position", client_column="client_id", replacements={"notes": ""}),
        PersonalData(table="crm_clients_relation", client_column="client_id", replacements={"notes": ""}),
    ]


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_tabs() -> list[Tab]:
    return TABS


@hookimpl
def register_panels() -> list[Panel]:
    return PANELS


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    tidy_after_merge(session, kept_id)


@hookimpl
def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    forget_notes_about(session, client_ids)


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
