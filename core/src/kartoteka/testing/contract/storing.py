"""The module's tables come and go by migrations, and the core knows what in them belongs to clients and persons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint, inspect

from kartoteka.db.engine import Database
from kartoteka.db.lineages import CORE, Lineage
from kartoteka.db.migrate import check, downgrade, upgrade
from kartoteka.extension.declarations.data import PersonalData, RecordKind
from kartoteka.extension.lineages import lineages
from kartoteka.testing.contract.base import ContractBase, promise
from kartoteka.testing.contract.subject import Subject
from kartoteka.testing.databases import chosen_kinds, fresh_database

_CLIENT = "core_client.id"


class StoringContract(ContractBase):
    """Migrations on both databases, client references, personal data."""

    @pytest.mark.parametrize("kind", chosen_kinds())
    def test_migrations_go_up_down_and_up(self, subject: Subject, kind: str) -> None:
        lineage, needed = subject.lineage, _needed(subject)
        with fresh_database(kind, _nothing, "contract") as database:
            upgrade(database, needed)
            promise(
                (_describe(one) for one in check(database, lineage)),
                f'Tables and models differ. Write a migration: kartoteka db revision {self.module} "What changes"',
            )
            downgrade(database, lineage)
            left = _tables(database, lineage)
            promise((f"{table} is still there" for table in left), "downgrade() takes back all that upgrade() made.")
            upgrade(database, needed)
            promise(
                (_describe(one) for one in check(database, lineage)),
                "After going down and up again the tables are others than before: downgrade() leaves something behind.",
            )

    def test_client_references_are_declared(self, subject: Subject) -> None:
        promise(
            undeclared_references(subject),
            "Answer register_client_references: one ClientReference for each client_id(), so that rows follow when "
            "clients are merged, even when the module is gone.",
        )

    def test_client_references_can_be_merged(self, subject: Subject) -> None:
        promise(
            unmergeable_references(subject),
            'Where two clients may hold rows that a unique index forbids together, say on_merge="drop_duplicates" with '
            "unique_with=(the other columns).",
        )

    def test_records_are_referred_to_by_record_ref(self, subject: Subject) -> None:
        promise(
            free_references(subject.tables),
            "Use client_id() for clients, a foreign key within the module, and record_ref() for records of any kind: "
            "what is not known to the core cannot follow when records are merged.",
        )

    def test_personal_data_is_declared(self, subject: Subject) -> None:
        promise(
            unprotected_fields(subject),
            "Answer register_personal_data: for each personal field the value that takes its place when a person asks "
            "to be forgotten.",
        )

    def test_personal_data_can_be_replaced(self, subject: Subject) -> None:
        promise(irreplaceable_values(subject), "Choose replacements that the columns can hold.")


def _nothing(url: str) -> None:
    """Leave the database empty."""


def _needed(subject: Subject) -> list[Lineage]:
    """Return the core, the module and what it requires, directly or through others."""
    known = {one.name: one for one in lineages(subject.registry)}
    wanted, waiting = {CORE}, [subject.name]
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting += [one for one in known[name].requires if one not in wanted]
    return [one for name, one in known.items() if name in wanted]


def _tables(database: Database, lineage: Lineage) -> list[str]:
    return [name for name in inspect(database.engine).get_table_names() if name.startswith(lineage.prefix)]


def _describe(difference: Any) -> str:
    """Return one of Alembic's differences in words."""
    if isinstance(difference, list):
        return "; ".join(_describe(one) for one in difference)
    what, *facts = difference
    names = [str(getattr(one, "name", one)) for one in facts if isinstance(one, str) or hasattr(one, "name")]
    return f"{str(what).replace('_', ' ')}: {', '.join(names)}"


def client_columns(tables: list[Table]) -> Iterator[tuple[Table, Column[Any], ForeignKey]]:
    """Yield the columns that point to a client."""
    for table in tables:
        for column in table.columns:
            yield from ((table, column, key) for key in column.foreign_keys if key.target_fullname == _CLIENT)


def undeclared_references(subject: Subject) -> Iterator[str]:
    """Yield the differences between foreign keys to clients and declared references."""
    found = {f"{table.name}.{column.name}" for table, column, _key in client_columns(subject.tables)}
    declared = {one.key for one in subject.own(subject.registry.client_references)}
    yield from (f"{one} points to a client and is not declared" for one in sorted(found - declared))
    yield from (f"{one} is declared, but is no foreign key to a client" for one in sorted(declared - found))
    for table, column, key in client_columns(subject.tables):
        if (key.ondelete or "").upper() != "RESTRICT":
            yield f"{table.name}.{column.name} would lose rows along with a client: write client_id()"


def unmergeable_references(subject: Subject) -> Iterator[str]:
    """Yield the references whose rows a unique index would keep from moving to another client."""
    declared = {one.key: one for one in subject.own(subject.registry.client_references)}
    for table, column, _key in client_columns(subject.tables):
        reference = declared.get(f"{table.name}.{column.name}")
        for others in _unique_beside(table, column):
            if reference is None or reference.on_merge != "drop_duplicates" or set(reference.unique_with) != others:
                beside = ", ".join(sorted(others)) or "nothing else"
                yield f"{table.name}.{column.name} is unique with {beside}"


def _unique_beside(table: Table, column: Column[Any]) -> Iterator[set[str]]:
    keys: list[Any] = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [one for one in table.indexes if isinstance(one, Index) and one.unique]
    for key in keys:
        names = {one.name for one in key.columns}
        if column.name in names:
            yield names - {column.name}


def free_references(tables: list[Table]) -> Iterator[str]:
    """Yield the columns that look like references but are unknown to the core."""
    for table in tables:
        for column in table.columns:
            name = column.name
            if name.endswith("client_id") and not column.foreign_keys:
                yield f"{table.name}.{name} is no foreign key to a client"
            twin = table.columns.get(f"{name.removesuffix('_kind')}_id") if name.endswith("_kind") else None
            if twin is not None and isinstance(column.type, String) and not column.info.get("record_ref"):
                yield f"{table.name}.{name} and {twin.name} are a reference made by hand"


def unprotected_fields(subject: Subject) -> Iterator[str]:
    """Yield the personal fields that nothing takes the place of."""
    declared = {one.table: one for one in subject.own(subject.registry.personal_data)}
    for kind in subject.own(subject.registry.record_kinds):
        personal = [field for field in kind.fields if field.personal]
        data = declared.get(kind.table)
        for field in personal:
            if data is None or _column_name(kind, field.attribute) not in data.replacements:
                yield f"{kind.kind}.{field.name} is personal, but {kind.table} does not say what replaces it"
        yield from _undeclared_fields(kind, data)


def _undeclared_fields(kind: RecordKind, data: PersonalData | None) -> Iterator[str]:
    by_column = {_column_name(kind, field.attribute): field for field in kind.fields}
    for column in data.replacements if data is not None else ():
        field = by_column.get(column)
        if field is not None and not field.personal:
            yield f"{kind.kind}.{field.name} is replaced when a person is erased, but not declared as personal"


def _column_name(kind: RecordKind, attribute: str) -> str:
    column = inspect(kind.model).columns.get(attribute)
    return attribute if column is None else str(column.name)


def irreplaceable_values(subject: Subject) -> Iterator[str]:
    """Yield the replacements that their columns cannot hold."""
    tables = {table.name: table for table in subject.tables}
    for data in subject.own(subject.registry.personal_data):
        for name, value in data.replacements.items():
            column = tables[data.table].columns[name]
            if value is None and not column.nullable:
                yield f"{data.table}.{name} must not be empty, but is replaced by None"
            elif isinstance(value, str) and len(value) > (getattr(column.type, "length", None) or len(value)):
                yield f"{data.table}.{name} is too short for {value!r}"
