"""What the feature "search" adds: the search page, the palette, records opened lately, and saved views of lists."""

from __future__ import annotations

from kartoteka.builtin.search import view_pages, views
from kartoteka.builtin.search.blueprint import blueprint
from kartoteka.builtin.search.models import OpenedRecord, SavedView
from kartoteka.builtin.search.renewing import JOBS
from kartoteka.builtin.search.widgets import WIDGETS
from kartoteka.db.base import Model
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.ui import Widget
from kartoteka.extension.declarations.work import Job
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint

__all__ = ["view_pages", "views"]


@hookimpl
def register_module() -> Module:
    return Module(
        name="search",
        title=_("Search"),
        description=_("Finding any record, the command palette, and saved views of lists."),
        version="1.0",
        api=API_VERSION,
        requires=("users",),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [SavedView, OpenedRecord]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name="search.share_views",
            title=_("Share views of lists"),
            description=_("Make saved views visible to colleagues, and change and delete those that are shared."),
        )
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_jobs() -> list[Job]:
    return JOBS


@hookimpl
def register_widgets() -> list[Widget]:
    return WIDGETS
