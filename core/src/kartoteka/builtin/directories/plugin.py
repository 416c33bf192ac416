"""What the feature "directories" adds: the pages of all directories, and those of places."""

from __future__ import annotations

import click

from kartoteka.builtin.directories.commands import load
from kartoteka.builtin.directories.kinds import KINDS
from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.places import CITIES, DISTRICTS, REGIONS, cities, districts, regions
from kartoteka.builtin.directories.rights import ENTRY_KIND, MANAGE
from kartoteka.builtin.directories.starting import add_start_entries
from kartoteka.builtin.directories.views import blueprint
from kartoteka.db.base import Model
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.directories import Directory
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="directories",
        title=_("Reference lists"),
        description=_("Lists of values that the company maintains itself."),
        version="1.0",
        api=API_VERSION,
        requires=("users", "access"),
        table_prefix="core",
    )


@hookimpl
def register_models() -> list[type[Model]]:
    return [DirectoryEntry]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=MANAGE,
            title=_("Edit reference lists"),
            description=_("Add, rename, order, merge and close the entries of reference lists."),
            record_kind=ENTRY_KIND,
        )
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return KINDS


@hookimpl
def register_directories() -> list[Directory]:
    return [
        Directory(
            name=REGIONS.partition(".")[2],
            title=_("Regions"),
            entry_title=_("Region"),
            icon="map-pin",
            by_country=True,
            ordered=False,
            start=regions,
            weight=10,
        ),
        Directory(
            name=DISTRICTS.partition(".")[2],
            title=_("Districts"),
            entry_title=_("District"),
            icon="map-pin",
            parent=REGIONS,
            by_country=True,
            ordered=False,
            start=districts,
            weight=20,
        ),
        Directory(
            name=CITIES.partition(".")[2],
            title=_("Cities"),
            entry_title=_("City"),
            icon="map-pin",
            parent=DISTRICTS,
            by_country=True,
            ordered=False,
            start=cities,
            weight=30,
        ),
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="directories",
            title=_("Reference lists"),
            endpoint="directories.show_directories",
            permission=MANAGE,
            icon="list",
            weight=880,
        )
    ]


@hookimpl
def register_commands() -> list[click.Command]:
    return [load]


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_start_entries(session)
