"""What the feature "modules" adds: a page that switches modules, and the answer to which ones are on."""

from __future__ import annotations

from kartoteka.builtin.modules import queries
from kartoteka.builtin.modules.models import ModuleSwitch, State
from kartoteka.builtin.modules.views import blueprint
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="modules",
        title=_("Modules"),
        description=_("Which modules the company works with."),
        version="1.0",
        api=API_VERSION,
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [State, ModuleSwitch]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name="modules.manage",
            title=_("Switch modules on and off"),
            description=_("See which modules are installed and decide which ones the company works with."),
        )
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="modules",
            title=_("Modules"),
            endpoint="modules.show_modules",
            permission="modules.manage",
            icon="puzzle",
            weight=950,
        )
    ]


@hookimpl(trylast=True)
def active_modules(session: Session) -> frozenset[str]:
    return queries.enabled_modules(session)
