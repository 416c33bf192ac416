"""What the modules page says about each module: what it adds, what it needs, whether its tables are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, table

from kartoteka.builtin.modules.queries import requirements
from kartoteka.db.actor import Actor
from kartoteka.db.engine import Database
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.registry import Registry
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

__all__ = ["Addition", "LeftData", "ModuleView", "Storage", "additions", "requirements", "storage", "view_modules"]


@dataclass(frozen=True)
class Addition:
    """Things of one sort that a module adds: their titles, or how many there are of a sort that has none."""

    title: Message
    icon: str
    names: tuple[Message | str, ...]


@dataclass(frozen=True)
class ModuleView:
    """A module as the page shows it."""

    module: Module
    is_on: bool
    additions: tuple[Addition, ...]
    requires: tuple[Module, ...]
    required_by: tuple[Module, ...]
    needs_upgrade: bool


_SORTS = (
    ("menu", _("Menu"), "menu-2"),
    ("all_tabs", _("Tabs"), "layout-columns"),
    ("all_panels", _("Panels"), "layout-grid"),
    ("all_badges", _("Badges"), "tag"),
    ("all_columns", _("Columns"), "columns"),
    ("all_filters", _("Filters"), "filter"),
    ("all_actions", _("Actions"), "player-play"),
    ("reports", _("Reports"), "report"),
    ("jobs", _("Jobs"), "loader"),
    ("widgets", _("On the front page"), "layout-dashboard"),
    ("notification_types", _("Notifications"), "bell"),
    ("permissions", _("Rights"), "shield"),
    ("roles", _("Roles offered"), "users-group"),
    ("record_kinds", _("Records"), "database"),
)


def view_modules(registry: Registry, active: frozenset[str], outdated: Iterable[str]) -> list[ModuleView]:
    """Return the modules that can be switched, those that are on first, then by title."""
    outdated = frozenset(outdated)
    views = [
        ModuleView(
            module=module,
            is_on=module.name in active,
            additions=additions(registry, module.name),
            requires=tuple(registry.module(name) for name in module.requires if name not in registry.builtins),
            required_by=tuple(each for each in registry.requiring(module.name) if each.name in active),
            needs_upgrade=module.name in outdated,
        )
        for module in registry.modules
        if module.name not in registry.builtins
    ]
    return sorted(views, key=lambda view: (not view.is_on, str(view.module.title)))


def additions(registry: Registry, name: str) -> tuple[Addition, ...]:
    """Return what a module adds, sort by sort."""
    found = []
    for field, title, icon in _SORTS:
        own = [item for item in getattr(registry, field) if item.module == name]
        if own:
            titles = tuple(one for item in own if (one := _title(item)) is not None)
            found.append(Addition(title, icon, titles or (str(len(own)),)))
    return tuple(found)


@dataclass(frozen=True)
class LeftData:
    """Tables of a module that is not installed any more, with the number of rows in them."""

    module: str
    title: str
    version: str
    tables: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Storage:
    """How the tables in the database compare with the installed code."""

    outdated: tuple[str, ...]
    without_code: tuple[LeftData, ...]


def storage(database: Database, registry: Registry) -> Storage:
    """Compare the tables with the installed code."""
    # Alembic is slow to import and needed on few pages.
    from kartoteka.db.migrate import status
    from kartoteka.extension.lineages import lineages

    found = status(database, lineages(registry))
    return Storage(
        outdated=tuple(one.name for one in found.revisions if not one.is_current),
        without_code=tuple(
            LeftData(left.module, left.title, left.version, left.tables, _rows(database, left.tables))
            for left in found.data_without_code
        ),
    )


def _rows(database: Database, tables: Iterable[str]) -> int:
    with database.reading(Actor.system("data without code")) as session:
        return sum(session.scalar(select(func.count()).select_from(table(name))) or 0 for name in tables)


def _title(item: Any) -> Message | None:
    return getattr(item, "plural_title", None) or getattr(item, "title", None)
