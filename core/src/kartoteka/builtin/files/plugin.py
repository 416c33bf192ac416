"""What the feature "files" adds: the document register, and the jobs that read and clear away contents."""

from __future__ import annotations

from kartoteka.builtin.files import clearing, clients, link_views, reading, setting_views, views
from kartoteka.builtin.files.api_resources import API_RESOURCES
from kartoteka.builtin.files.blueprint import blueprint
from kartoteka.builtin.files.fields import DIRECTORIES, MANAGE, VIEW
from kartoteka.builtin.files.kinds import KINDS, REGISTER, SEARCH
from kartoteka.builtin.files.models import DavLock, File, FileLink, FileVersion, LooseBlob
from kartoteka.builtin.files.rights import PERMISSIONS
from kartoteka.builtin.files.timeline import SOURCES
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind, SearchText
from kartoteka.extension.declarations.directories import Directory
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.timeline import TimelineSource
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint
from kartoteka.web.lists import RecordList

__all__ = ["clients", "link_views", "setting_views", "views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="files",
        title=_("Documents"),
        description=_("The register of documents with their versions, found by any word in them."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs", "directories", "settings"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [File, FileVersion, FileLink, DavLock, LooseBlob]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_directories() -> list[Directory]:
    return DIRECTORIES


@hookimpl
def register_lists() -> list[RecordList]:
    return [REGISTER]


@hookimpl
def register_search() -> list[SearchText]:
    return SEARCH


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(table="core_file", column="client_id", on_delete="with_client"),
        ClientReference(table="core_file_version", column="client_id", on_delete="with_client"),
        ClientReference(table="core_file_link", column="client_id", on_delete="with_client"),
    ]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    gone = {"title": "–", "title_sort": "", "note": "", "filename": "–", "words": None}
    return [
        PersonalData(
            table="core_file",
            client_column="client_id",
            replacements=gone,
            keep_until="keep_until",
            legal_reason=_("Documents that the law wants kept"),
        ),
        PersonalData(
            table="core_file_version", client_column="client_id", replacements={"filename": "–", "comment": ""}
        ),
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="files",
            title=_("Documents"),
            endpoint="files.list_files",
            permission=VIEW,
            icon="files",
            weight=40,
        ),
        MenuItem(
            name="file_settings",
            title=_("Document register"),
            endpoint="files.show_settings",
            permission=MANAGE,
            icon="files",
            weight=958,
        ),
    ]


@hookimpl
def register_timeline() -> list[TimelineSource]:
    return SOURCES


@hookimpl
def register_api_resources() -> list[ApiResource]:
    return API_RESOURCES


@hookimpl
def register_jobs() -> list[Job]:
    return [*reading.JOBS, *clearing.JOBS]


@hookimpl
def register_schedules() -> list[Schedule]:
    return [*reading.SCHEDULES, *clearing.SCHEDULES]
