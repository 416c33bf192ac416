"""Where rows point to clients: every declared or remembered column, of modules that are on, off, broken or gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Index, Integer, MetaData, String, Table, UniqueConstraint, inspect, orm, select

from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.models import Client
from kartoteka.db.base import Model
from kartoteka.db.lineages import CORE
from kartoteka.db.references import KnownModule, KnownTable, client_references
from kartoteka.db.session import Session
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.registry import Registry
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _

CLIENTS = str(Client.__table__.name)


@dataclass(frozen=True, kw_only=True)
class Owner:
    """The module that a table belongs to, and whether its code can be asked."""

    name: str
    title: Translatable
    is_installed: bool
    is_on: bool
    is_broken: bool = False

    @property
    def told(self) -> Message | None:
        """What is worth saying about the module, None when it is on."""
        if self.is_on:
            return None
        if self.is_broken:
            return _("module does not work")
        return _("module off") if self.is_installed else _("module not installed")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A column with ids of clients; beside a column with the record kind when it may hold ids of other records.

    Each of ``unique`` names the other columns that must differ where two rows have the same client; ``is_sharp`` says
    that the table's own code has to help.
    """

    table: Table
    column: str
    owner: Owner
    kind_column: str | None = None
    unique: tuple[tuple[str, ...], ...] = ()
    on_delete: str = "refuse"
    needs_code: bool = False

    def of_clients(self, ids: Iterable[int]) -> list[Any]:
        """Return the conditions on a row that points to one of these clients."""
        conditions: list[Any] = [self.table.c[self.column].in_(list(ids))]
        if self.kind_column is not None:
            conditions.append(self.table.c[self.kind_column] == CLIENT_KIND)
        return conditions


def find_places(session: Session) -> list[Place]:
    """Return every column that may point to clients; the signposts of merged clients are among them."""
    finder = _Finder(session)
    declared = list(finder.declared())
    known = {(place.table.name, place.column) for place in declared}
    loose = (place for place in finder.references() if (place.table.name, place.column) not in known)
    return [*declared, *loose]


def find_told_places(session: Session) -> list[Place]:
    """Return the places whose rows people know as records; what the core notes for itself, as notifications, is not."""
    titles = kind_titles(extension_of(session).registry)
    return [place for place in find_places(session) if place.owner.name != CORE or place.table.name in titles]


def kind_titles(registry: Registry) -> dict[str, Message]:
    """Return how the rows of each table are called, for tables of installed modules."""
    return {kind.table: kind.plural_title for kind in registry.record_kinds}


class _Finder:
    """Finds places in one session; tables whose code is gone are read from the database."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.registry = extension_of(session).registry
        self.active = active_set(session)
        self.connection: Connection = orm.Session.connection(session)  # past the guard: structure, no rows
        self.there = set(inspect(self.connection).get_table_names())
        self.known = {one.module: one for one in session.scalars(select(KnownModule))}
        self.module_of = {one.table_name: one.module for one in session.scalars(select(KnownTable))}
        self._reflected: dict[str, Table] = {}

    def declared(self) -> Iterator[Place]:
        """Yield the columns that modules named, as the database remembers them."""
        for one in client_references(self.session):
            if one.table_name not in self.there:
                continue
            table = self.table(one.table_name)
            unique = {tuple(one.unique_with)} if one.on_merge == "drop_duplicates" else set()
            yield Place(
                table=table,
                column=one.column_name,
                owner=self.owner(one.module),
                unique=tuple(sorted({*unique, *_unique_sets(table, one.column_name)})),
                on_delete=one.on_delete,
                needs_code=one.needs_code,
            )

    def references(self) -> Iterator[Place]:
        """Yield the columns made by ``record_ref``: by their mark, or by their names where the code is gone."""
        for name in sorted(self.there & ({*Model.metadata.tables} | self._without_code())):
            table = self.table(name)
            for kind_column, column in _record_refs(table):
                unique = tuple(
                    tuple(one for one in others if one != kind_column) for others in _unique_sets(table, column)
                )
                owner = self.owner(self.module_of.get(name, CORE))
                yield Place(table=table, column=column, owner=owner, kind_column=kind_column, unique=unique)

    def table(self, name: str) -> Table:
        """Return a table as its code describes it, or as the database does."""
        if name in Model.metadata.tables:
            return Model.metadata.tables[name]
        if name not in self._reflected:
            self._reflected[name] = Table(name, MetaData(), autoload_with=self.connection)
        return self._reflected[name]

    def owner(self, module: str) -> Owner:
        """Return what is to be said about a module."""
        if module == CORE:
            return Owner(name=module, title="Kartoteka", is_installed=True, is_on=True)
        broken = any(one.name == module for one in self.registry.broken)
        if module in self.registry.installed and not broken:
            title: Translatable = self.registry.module(module).title
            return Owner(name=module, title=title, is_installed=True, is_on=module in self.active)
        remembered = self.known.get(module)
        title = remembered.title if remembered else module
        return Owner(name=module, title=title, is_installed=broken, is_on=False, is_broken=broken)

    def _without_code(self) -> set[str]:
        return {table for table in self.module_of if table not in Model.metadata.tables}


def _record_refs(table: Table) -> Iterator[tuple[str, str]]:
    """Yield the pairs of columns that hold a kind and an id."""
    if table.name in Model.metadata.tables:
        marked = {column.name for column in table.columns if column.info.get("record_ref")}
    else:
        kinds = {one.name for one in table.columns if one.name.endswith("_kind") and isinstance(one.type, String)}
        numbers = {one.name for one in table.columns if one.name.endswith("_id") and isinstance(one.type, Integer)}
        # A foreign key leads to one table only.
        numbers -= {key.parent.name for key in table.foreign_keys}
        marked = kinds | numbers
    for name in sorted(marked):
        if name.endswith("_kind") and (column := f"{name[:-5]}_id") in marked:
            yield name, column


def _unique_sets(table: Table, column: str) -> set[tuple[str, ...]]:
    """Return, for each unique set of columns that ``column`` is in, the others."""
    sets = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    sets += [list(one.columns) for one in table.indexes if one.unique and not _is_partial(one)]
    named = [tuple(one.name for one in columns) for columns in sets]
    return {tuple(name for name in names if name != column) for names in named if column in names}


def _is_partial(index: Index) -> bool:
    return any(index.dialect_options[name].get("where") is not None for name in ("sqlite", "postgresql"))
