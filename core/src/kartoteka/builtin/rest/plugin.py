"""What the feature "rest" adds: the API, the pages of its keys and webhooks, and the jobs behind them."""

from __future__ import annotations

from kartoteka.builtin.rest import api_views, content_views, key_views, webhook_views
from kartoteka.builtin.rest.blueprint import blueprint
from kartoteka.builtin.rest.models import ApiKey, ApiRequest, ApiUse, Webhook, WebhookDelivery
from kartoteka.builtin.rest.rights import KEYS, PERMISSIONS
from kartoteka.builtin.rest.webhooks.delivering import JOBS, SCHEDULES
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.declarations.work import Job, Schedule
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

PAGES = (api_views, content_views, key_views, webhook_views)
"""Imported for their routes."""


@hookimpl
def register_module() -> Module:
    return Module(
        name="rest",
        title=_("API"),
        description=_("Lets other programs read and write records, and tells them of changes."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs", "clients"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [ApiKey, ApiRequest, ApiUse, Webhook, WebhookDelivery]


@hookimpl
def register_permissions() -> list[Permission]:
    return PERMISSIONS


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(name="api", title=_("API"), endpoint="rest.show_keys", permission=KEYS, icon="plug", weight=955),
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_schedules() -> list[Schedule]:
    return SCHEDULES
