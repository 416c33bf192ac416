"""Table of contents of the room "Promises"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    ApiResource,
    ClientReference,
    MenuItem,
    Panel,
    PersonalData,
    RecordKind,
    Report,
    SearchText,
    Tab,
    Widget,
)
from kartoteka.api.lists import RecordList
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import VIEW_ACTIVITIES
from kartoteka_crm_inquiries.promises import views
from kartoteka_crm_inquiries.promises.demo import add_demo_data
from kartoteka_crm_inquiries.promises.kinds import API_RESOURCES, KINDS, SEARCH, TABS
from kartoteka_crm_inquiries.promises.lists import PROMISE_LIST
from kartoteka_crm_inquiries.promises.models import Promise
from kartoteka_crm_inquiries.promises.panels import PANELS, WIDGETS
from kartoteka_crm_inquiries.promises.reports import REPORTS

__all__ = ["views"]

_ = Texts("crm_inquiries")


@hookimpl
def register_models() -> list[type[Model]]:
    return [Promise]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="crm_inquiries_promise", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [PersonalData(table="crm_inquiries_promise", client_column="client_id", replacements={"text": "–"})]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="promises",
            title=_("Promises"),
            endpoint="crm_inquiries.list_promises",
            icon="heart-handshake",
            permission=VIEW_ACTIVITIES,
            weight=36,
        )
    ]


@hookimpl
def register_lists() -> list[RecordList]:
    return [PROMISE_LIST]


@hookimpl
def register_tabs() -> list[Tab]:
    return TABS


@hookimpl
def register_panels() -> list[Panel]:
    return PANELS


@hookimpl
def register_widgets() -> list[Widget]:
    return WIDGETS


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
