"""What the feature "reports" adds: one place for the reports of all modules."""

from __future__ import annotations

from kartoteka.builtin.reports.job import JOBS, SCHEDULES
from kartoteka.builtin.reports.models import ReportSchedule
from kartoteka.builtin.reports.planned_views import blueprint
from kartoteka.builtin.reports.widgets import WIDGETS
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.ui import MenuItem, Widget
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="reports",
        title=_("Reports"),
        description=_("Tables and charts made by the modules, for reading, printing and downloading."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "jobs", "mail", "documents"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [ReportSchedule]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_widgets() -> list[Widget]:
    return WIDGETS


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="reports",
            title=_("Reports"),
            endpoint="reports.show_reports",
            permission=None,
            icon="report-analytics",
            weight=800,
        )
    ]
