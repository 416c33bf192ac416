"""What the feature "jobs" adds: work in the background, and the pages that show how far it is."""

from __future__ import annotations

from kartoteka.builtin.jobs.cleaning import clean_up
from kartoteka.builtin.jobs.models import MANAGE, ScheduleMark
from kartoteka.builtin.jobs.models import Job as KeptJob
from kartoteka.builtin.jobs.views import blueprint
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="jobs",
        title=_("Jobs"),
        description=_("Long work done in the background, and how far it is."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [KeptJob, ScheduleMark]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=MANAGE,
            title=_("Manage jobs"),
            description=_("See the background jobs of everybody and of the system, stop them and try them again."),
        )
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(name="jobs", title=_("Jobs"), endpoint="jobs.show_jobs", permission=None, icon="loader", weight=890)
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(name="clean_up", title=_("Remove old jobs"), run=clean_up)]


@hookimpl
def register_schedules() -> list[Schedule]:
    return [Schedule(job="jobs.clean_up", cron="40 2 * * *", title=_("Every night"))]
