"""What the feature "timeline" adds: the stream of each record, notes in it, pins and followers."""

from __future__ import annotations

from kartoteka.builtin.timeline import changed, views
from kartoteka.builtin.timeline.blueprint import blueprint
from kartoteka.builtin.timeline.changes import CHANGES
from kartoteka.builtin.timeline.models import Follower, Note, Pin
from kartoteka.builtin.timeline.notes import KINDS, NOTES
from kartoteka.builtin.timeline.reminders import REMINDER_TYPE, REMINDERS
from kartoteka.builtin.timeline.rights import NOTE, PERMISSIONS, VIEW
from kartoteka.builtin.timeline.telling import NOTIFICATION_TYPES
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind, SearchText
from kartoteka.extension.declarations.timeline import TimelineSource
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["changed", "views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="timeline",
        title=_("Timeline"),
        description=_("What happened to each record, from every module, with the notes of colleagues."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "notifications"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Note, Pin, Follower]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_search() -> list[SearchText]:
    return [SearchText(kind=NOTE, fields=("text",), permission=VIEW)]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="core_note", column="client_id", on_delete="with_client")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    return [PersonalData(table="core_note", client_column="client_id", replacements={"text": ""})]


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return [*NOTIFICATION_TYPES, REMINDER_TYPE]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_timeline() -> list[TimelineSource]:
    return [NOTES, REMINDERS, CHANGES]
