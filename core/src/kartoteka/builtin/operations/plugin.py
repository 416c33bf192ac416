"""What the feature "operations" adds: a page with everything that was done, and the way back from it."""

from __future__ import annotations

from datetime import timedelta

from kartoteka.builtin.operations.rules import SEE_ALL, UNDO_ANY
from kartoteka.builtin.operations.service import run_undo
from kartoteka.builtin.operations.views import blueprint
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.declarations.work import Job
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="operations",
        title=_("Operations"),
        description=_("What was done, by whom and when, and the way back."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access", "jobs"),
        table_prefix="core",
    )


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=SEE_ALL,
            title=_("See everybody's operations"),
            description=_("See what others did, as far as one sees the records. One's own work everybody sees."),
        ),
        Permission(
            name=UNDO_ANY,
            title=_("Undo everybody's operations"),
            description=_("Undo what others did, also in modules that are switched off."),
            also_requires=(SEE_ALL,),
        ),
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="operations",
            title=_("Operations"),
            endpoint="operations.show_operations",
            permission=None,
            icon="history",
            weight=880,
        )
    ]


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(name="undo", title=_("Undo"), run=run_undo, unique_by=("operation",), timeout=timedelta(minutes=10)),
    ]
