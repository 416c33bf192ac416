"""What the feature "importing" adds: lists from files, looked at, tried out and imported in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from kartoteka.builtin.importing.forgetting import forget_person, remove_files
from kartoteka.builtin.importing.models import SEE_ALL, USE, Import, ImportedRecord, ImportMapping, ImportProblem
from kartoteka.builtin.importing.queries import import_choices, imported_by
from kartoteka.builtin.importing.running import check_file, import_file
from kartoteka.builtin.importing.service import remove_old_files
from kartoteka.builtin.importing.views import blueprint
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.ui import CLIENT_LIST, Filter, MenuItem
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="importing",
        title=_("Imports"),
        description=_("Lists from CSV and XLSX files, checked before they are imported."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs", "clients"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Import, ImportProblem, ImportedRecord, ImportMapping]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=USE,
            title=_("Import files"),
            description=_("Open the pages of imports; what may be imported needs a right of its own."),
            weight=10,
        ),
        Permission(
            name=SEE_ALL,
            title=_("See the imports of everybody"),
            description=_("See who imported which file and what came of it; without it users see their own imports."),
            also_requires=(USE,),
            weight=20,
        ),
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="importing",
            title=_("Imports"),
            endpoint="importing.show_imports",
            permission=USE,
            icon="file-import",
            weight=880,
        )
    ]


@hookimpl
def register_filters() -> list[Filter]:
    return [
        Filter(
            list_name=CLIENT_LIST,
            name="file",
            title=_("Imported from"),
            type=FieldType.CHOICE,
            permission="clients.import",
            condition=imported_by,
            choices=import_choices,
            weight=900,
        )
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(name="check", title=_("Check an import"), run=check_file, unique_by=("import_id",)),
        Job(
            name="import",
            title=_("Import a file"),
            run=import_file,
            unique_by=("import_id",),
            retries=5,
            timeout=timedelta(minutes=10),
        ),
        Job(name="remove_old_files", title=_("Remove old files of imports"), run=remove_old_files),
        Job(name="remove_files", title=_("Remove files of imports"), run=remove_files),
    ]


@hookimpl
def register_schedules() -> list[Schedule]:
    return [Schedule(job="importing.remove_old_files", cron="50 2 * * *", title=_("Every night"))]


@hookimpl
def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    forget_person(session, words)
