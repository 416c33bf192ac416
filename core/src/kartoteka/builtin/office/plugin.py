"""What the feature "office" adds: the add-in for Word, Excel and Outlook, its settings and its rights."""

from __future__ import annotations

from kartoteka.builtin.office import views
from kartoteka.builtin.office.blueprint import blueprint
from kartoteka.builtin.office.rules import MANAGE, USE
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="office",
        title=_("Office programs"),
        description=_("Saves from Word, Excel and Outlook into the register of documents."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "settings", "files", "clients", "rest"),
        table_prefix="core",
    )


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=USE,
            title=_("Save from office programs"),
            description=_("Use the add-in of Word, Excel and Outlook, with a key of one's own."),
            also_requires=("files.add",),
        ),
        Permission(
            name=MANAGE,
            title=_("Set up the add-in for office programs"),
            description=_("Say which sites may show the add-in."),
        ),
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="office",
            title=_("Office programs"),
            endpoint="office.show_setup",
            permission=USE,
            icon="plug-connected",
            weight=956,
        ),
        MenuItem(
            name="office_settings",
            title=_("Sites with the add-in"),
            endpoint="office.show_settings",
            permission=MANAGE,
            icon="settings",
            weight=959,
        ),
    ]
