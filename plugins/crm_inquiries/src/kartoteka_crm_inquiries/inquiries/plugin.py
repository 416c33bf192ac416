"""Table of contents of the room "Inquiries"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    Action,
    ApiResource,
    ClientReference,
    Directory,
    ImportTarget,
    MenuItem,
    NotificationType,
    PersonalData,
    RecordKind,
    SearchText,
    Tab,
    TimelineSource,
)
from kartoteka.api.lists import RecordList
from kartoteka_crm_inquiries.inquiries import fact_views, item_views, tab_views, views, way_views
from kartoteka_crm_inquiries.inquiries.actions import ACTIONS
from kartoteka_crm_inquiries.inquiries.demo import add_demo_data
from kartoteka_crm_inquiries.inquiries.importing import INQUIRY_TARGET
from kartoteka_crm_inquiries.inquiries.kinds import API_RESOURCES, DIRECTORIES, KINDS, MENU, SEARCH, TABS
from kartoteka_crm_inquiries.inquiries.listing import INQUIRY_LIST
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.inquiries.steps import STEP_KIND, StageStep
from kartoteka_crm_inquiries.inquiries.stream import STREAM
from kartoteka_crm_inquiries.inquiries.telling import NOTIFICATION_TYPES

__all__ = ["fact_views", "item_views", "tab_views", "views", "way_views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [Inquiry, InquiryLine, StageStep]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [*KINDS, STEP_KIND]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_inquiries_inquiry", column="client_id", on_delete="with_client"),
        ClientReference(table="crm_inquiries_line", column="client_id", on_delete="with_client"),
        ClientReference(table="crm_inquiries_stage_step", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            table="crm_inquiries_inquiry",
            client_column="client_id",
            replacements={"subject": "–", "description": "", "client_number": "", "link": "", "reason_text": ""},
        ),
        PersonalData(table="crm_inquiries_line", client_column="client_id", replacements={"text": "–"}),
    ]


@hookimpl
def register_lists() -> list[RecordList]:
    return [INQUIRY_LIST]


@hookimpl
def register_actions() -> list[Action]:
    return ACTIONS


@hookimpl
def register_menu() -> list[MenuItem]:
    return MENU


@hookimpl
def register_tabs() -> list[Tab]:
    return TABS


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
def register_timeline() -> list[TimelineSource]:
    return [STREAM]


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return NOTIFICATION_TYPES


@hookimpl
def register_import_targets() -> list[ImportTarget]:
    return [INQUIRY_TARGET]


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
