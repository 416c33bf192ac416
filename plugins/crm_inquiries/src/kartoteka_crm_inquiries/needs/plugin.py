"""Table of contents of the room "Needs and appeals"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    ApiResource,
    ClientReference,
    Directory,
    MenuItem,
    Panel,
    PersonalData,
    RecordKind,
    Report,
    SearchText,
)
from kartoteka.api.lists import RecordList
from kartoteka_crm_inquiries.needs import views
from kartoteka_crm_inquiries.needs.demo import add_demo_data
from kartoteka_crm_inquiries.needs.kinds import API_RESOURCES, DIRECTORIES, KINDS, MENU, SEARCH
from kartoteka_crm_inquiries.needs.listing import APPEAL_LIST, NEED_LIST
from kartoteka_crm_inquiries.needs.models import Appeal, Need
from kartoteka_crm_inquiries.needs.panels import PANELS
from kartoteka_crm_inquiries.needs.reports import REPORTS

__all__ = ["views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [Need, Appeal]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_inquiries_need", column="client_id", on_delete="with_client"),
        ClientReference(table="crm_inquiries_appeal", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(table="crm_inquiries_need", client_column="client_id", replacements={"text": "–"}),
        PersonalData(table="crm_inquiries_appeal", client_column="client_id", replacements={"text": "–", "result": ""}),
    ]


@hookimpl
def register_lists() -> list[RecordList]:
    return [NEED_LIST, APPEAL_LIST]


@hookimpl
def register_menu() -> list[MenuItem]:
    return MENU


@hookimpl
def register_panels() -> list[Panel]:
    return PANELS


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
