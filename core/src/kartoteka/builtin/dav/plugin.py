"""What the feature "dav" adds: CalDAV over declared collections, and calendar addresses to subscribe to."""

from __future__ import annotations

from kartoteka.builtin.dav import views
from kartoteka.builtin.dav.blueprint import blueprint
from kartoteka.builtin.dav.jobs import JOBS, SCHEDULES
from kartoteka.builtin.dav.models import CalendarFeed, DavSnapshot
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="dav",
        title=_("Calendars on other devices"),
        description=_("Lets calendar programs and telephones show and change what modules offer."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [DavSnapshot, CalendarFeed]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES
