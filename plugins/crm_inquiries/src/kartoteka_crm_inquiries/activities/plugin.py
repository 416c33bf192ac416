"""Table of contents of the room "Activities"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
    Panel,
    PersonalData,
    PlannedContact,
    RecordKind,
    SearchText,
    Tab,
    TimelineSource,
    Widget,
)
from kartoteka.api.lists import RecordList
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Translatable
from kartoteka_crm_inquiries.activities import client_views, doing_views, list_views, using_views, views
from kartoteka_crm_inquiries.activities.checking import find_faults
from kartoteka_crm_inquiries.activities.contacting import plan_each
from kartoteka_crm_inquiries.activities.demo import add_demo_data
from kartoteka_crm_inquiries.activities.importing import ACTIVITY_TARGET
from kartoteka_crm_inquiries.activities.kinds import API_RESOURCES, DIRECTORIES, KINDS, SEARCH
from kartoteka_crm_inquiries.activities.lists import ACTIVITY_LIST
from kartoteka_crm_inquiries.activities.menu import MENU
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.activities.panels import ACTIONS, PANELS, TABS, WIDGETS
from kartoteka_crm_inquiries.activities.telling import NOTIFICATION_TYPES
from kartoteka_crm_inquiries.activities.timeline import SOURCES
from kartoteka_crm_inquiries.activities.undoing import settle_undone

__all__ = ["client_views", "doing_views", "list_views", "using_views", "views"]


@hookimpl
def register_models() -> list[type[Model]]:
    return [Activity, ExtraService, Resource]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return NOTIFICATION_TYPES


@hookimpl
def register_menu() -> list[MenuItem]:
    return MENU


@hookimpl
def register_lists() -> list[RecordList]:
    return [ACTIVITY_LIST]


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
def register_actions() -> list[Action]:
    return ACTIONS


@hookimpl
def register_timeline() -> list[TimelineSource]:
    return SOURCES


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="crm_inquiries_activity", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            table="crm_inquiries_activity",
            client_column="client_id",
            replacements={"name": "–", "description": "", "outcome": "", "next_step": "", "place": ""},
        ),
    ]


@hookimpl
def register_import_targets() -> list[ImportTarget]:
    return [ACTIVITY_TARGET]


@hookimpl
def settle_undo(session: Session, kind: str, rows: Sequence[Mapping[str, Any]], final: bool) -> None:
    settle_undone(session, kind, rows, final=final)


@hookimpl
def plan_contacts(session: Session, contacts: Sequence[PlannedContact]) -> Sequence[RecordRef] | None:
    return plan_each(session, contacts)


@hookimpl
def check_data(session: Session) -> Sequence[Translatable]:
    return find_faults(session)


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
