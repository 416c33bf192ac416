"""Table of contents of the room "Projects"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    ApiResource,
    ClientReference,
    Directory,
    MenuItem,
    PersonalData,
    RecordKind,
    Report,
    SearchText,
    Tab,
    Widget,
)
from kartoteka.api.lists import RecordList
from kartoteka_crm_inquiries.projects import views
from kartoteka_crm_inquiries.projects.demo import add_demo_data
from kartoteka_crm_inquiries.projects.kinds import KINDS
from kartoteka_crm_inquiries.projects.lists import PROJECT_LIST
from kartoteka_crm_inquiries.projects.models import Project
from kartoteka_crm_inquiries.projects.panels import API_RESOURCES, DIRECTORIES, MENU, SEARCH, TABS, WIDGETS
from kartoteka_crm_inquiries.projects.reports import REPORTS

__all__ = ["views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [Project]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_inquiries_project", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            table="crm_inquiries_project", client_column="client_id", replacements={"name": "–", "description": ""}
        ),
    ]


@hookimpl
def register_lists() -> list[RecordList]:
    return [PROJECT_LIST]


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_tabs() -> list[Tab]:
    return TABS


@hookimpl
def register_menu() -> list[MenuItem]:
    return MENU


@hookimpl
def register_widgets() -> list[Widget]:
    return WIDGETS


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
