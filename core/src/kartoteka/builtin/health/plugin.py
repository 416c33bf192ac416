"""What the feature "health" adds: the queue of data health, its scores and the count behind them."""

from __future__ import annotations

from kartoteka.builtin.health import views
from kartoteka.builtin.health.blueprint import blueprint
from kartoteka.builtin.health.job import JOBS, SCHEDULES
from kartoteka.builtin.health.kinds import ANSWER, PERMISSIONS, WIDGETS, WORK
from kartoteka.builtin.health.models import HealthAnswer, HealthScore
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import ClientReference, RecordKind
from kartoteka.extension.declarations.ui import MenuItem, Widget
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="health",
        title=_("Data health"),
        description=_("Problems in client data, fixed one by one."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "jobs", "clients"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [HealthAnswer, HealthScore]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [ANSWER]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [ClientReference(table="core_health_answer", column="client_id", on_delete="with_client")]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="queue",
            title=_("Data health"),
            endpoint="health.show_queue",
            permission=WORK,
            icon="checklist",
            parent="clients.clients",
            weight=930,
        )
    ]


@hookimpl
def register_widgets() -> list[Widget]:
    return WIDGETS


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES
