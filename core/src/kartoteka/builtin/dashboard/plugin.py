"""What the feature "dashboard" adds: the front page, its widgets, notices, and birthdays of clients."""

from __future__ import annotations

from kartoteka.builtin.dashboard import notice_views, views
from kartoteka.builtin.dashboard.birthdays import JOBS, NOTIFICATION_TYPES, SCHEDULES
from kartoteka.builtin.dashboard.blueprint import blueprint
from kartoteka.builtin.dashboard.kinds import KINDS
from kartoteka.builtin.dashboard.models import Notice
from kartoteka.builtin.dashboard.rights import MANAGE_NOTICES, PERMISSIONS
from kartoteka.builtin.dashboard.widgets import WIDGETS
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.ui import MenuItem, Widget
from kartoteka.extension.declarations.work import Job, NotificationType, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["notice_views", "views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="dashboard",
        title=_("Front page"),
        description=_("What concerns each user today, arranged by the user, and notices for everybody."),
        version="1.0",
        api=API_VERSION,
        requires=("clients", "notifications"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Notice]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="front_page",
            title=_("Front page"),
            endpoint="dashboard.show_front_page",
            permission=None,
            icon="home",
            weight=1,
        ),
        MenuItem(
            name="notices",
            title=_("Notices"),
            endpoint="dashboard.show_notices",
            permission=MANAGE_NOTICES,
            icon="speakerphone",
            weight=880,
        ),
    ]


@hookimpl
def register_widgets() -> list[Widget]:
    return WIDGETS


@hookimpl
def register_notification_types() -> list[NotificationType]:
    return NOTIFICATION_TYPES


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES
