"""What the feature "notifications" adds: the bell's pages and the job that forgets what is old."""

from __future__ import annotations

from kartoteka.builtin.notifications.cleaning import JOBS, SCHEDULES
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.notifications.views import blueprint
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="notifications",
        title=_("Notifications"),
        description=_("Tells people in the page what concerns them."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Notification]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES
