"""Table of contents of the room "Contracts"."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session, actor_of
from kartoteka.api.declare import (
    ApiResource,
    ClientNotice,
    ClientReference,
    Directory,
    Permission,
    PersonalData,
    RecordKind,
    Report,
    SearchText,
    Tab,
)
from kartoteka.api.web import today
from kartoteka_crm_clients.contracts import views
from kartoteka_crm_clients.contracts.demo import add_demo_data
from kartoteka_crm_clients.contracts.fields import PERMISSIONS, VIEW_CONTRACTS
from kartoteka_crm_clients.contracts.kinds import API_RESOURCES, DIRECTORIES, KINDS, SEARCH, TABS
from kartoteka_crm_clients.contracts.models import Contract
from kartoteka_crm_clients.contracts.queries import notices_of
from kartoteka_crm_clients.contracts.reports import REPORTS

__all__ = ["views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [Contract]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="crm_clients_contract", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    replacements = {"title": "", "terms": ""}
    return [PersonalData(table="crm_clients_contract", client_column="client_id", replacements=replacements)]


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_tabs() -> list[Tab]:
    return TABS


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def client_notices(session: Session, client_id: int, purpose: str) -> Sequence[ClientNotice]:
    return notices_of(session, client_id, today()) if actor_of(session).can(VIEW_CONTRACTS) else []


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
