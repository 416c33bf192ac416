"""What the feature "settings" adds: the page on which the company says who it is."""

from __future__ import annotations

from kartoteka.builtin.settings.models import Setting
from kartoteka.builtin.settings.service import MANAGE
from kartoteka.builtin.settings.views import blueprint
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="settings",
        title=_("Settings"),
        description=_("What the company says about itself."),
        version="1.0",
        api=API_VERSION,
        requires=("modules",),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [Setting]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=MANAGE,
            title=_("Change the company's settings"),
            description=_("Change the company's name, country, language, time zone and codes."),
        )
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="company",
            title=_("Settings"),
            endpoint="settings.show_company",
            permission=MANAGE,
            icon="settings",
            weight=960,
        )
    ]
