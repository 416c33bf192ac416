"""Connects the modules to a database: what they declare becomes row rights, journal rules and search rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import ref

import sqlalchemy

from kartoteka.db.base import Model
from kartoteka.db.journal.rules import JournalRule
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.db.search import SearchRule
from kartoteka.extension.binding import Extension, bind
from kartoteka.extension.company_fields import bind_fields, fields_of
from kartoteka.extension.declarations.data import Field, FieldType, RecordKind, SearchText
from kartoteka.extension.declarations.scopes import DECLARED_SCOPES
from kartoteka.extension.lineages import lineages
from kartoteka.extension.registry import Registry
from kartoteka.extension.scoping import failing_shut, row_rule

if TYPE_CHECKING:
    from kartoteka.db.engine import Database

__all__ = ["lineages", "wire"]

REGION_FIELD = "country"


def wire(database: Database, registry: Registry) -> Extension:
    """Let the modules work on a database; call it once for each database, before the first session."""
    install_row_rights(database, registry)
    install_journal_rules(database, registry)
    install_search_rules(database, registry)
    ask = registry.calls.on_all("company_fields")
    bind_fields(database, lambda session: ask(session=session))
    return bind(database, registry)


def install_row_rights(database: Database, registry: Registry) -> None:
    """Say for every model whose rows a user sees; models of modules that were set aside are seen by nobody."""
    for mapper in Model.registry.mappers:
        if isinstance(getattr(mapper.class_, "__row_scope__", None), DECLARED_SCOPES):
            database.rights.add(mapper.class_, SYSTEM_ONLY)
    scopes = [(module, model, getattr(model, "__row_scope__", None)) for module, model in registry.models]
    scopes += [(kind.module, kind.model, kind.scope) for kind in registry.record_kinds]
    for module, model, scope in scopes:
        if scope is None:
            continue
        rule = row_rule(database.rights, model, scope)
        database.rights.add(model, rule if module in registry.builtins else failing_shut(module, model, rule))


def install_journal_rules(database: Database, registry: Registry) -> None:
    """Keep the changes of all tracked record kinds."""
    for kind in registry.record_kinds:
        if kind.tracked:
            database.journal.add(journal_rule(kind))


def install_search_rules(database: Database, registry: Registry) -> None:
    """Let quick search find what the modules say."""
    for search in registry.search_texts:
        kind = registry.kind(search.kind)
        rule = search_rule(kind, search)
        database.search.add(replace(rule, members=_found_by(database, kind.kind)) if kind.is_extensible else rule)


def _found_by(database: Database, kind: str) -> Callable[[], list[str]]:
    """Return what names the company's own fields that records of a kind are found by."""

    weakly = ref(database)  # plans of a database are kept beside it, and would keep it for ever

    def names() -> list[str]:
        here = weakly()
        known = None if here is None else fields_of(here)
        return [] if known is None else [field.name for field in known.of(kind) if field.searchable]

    return names


def journal_rule(kind: RecordKind) -> JournalRule:
    """Return what of a record kind is kept in the change log."""
    return JournalRule(
        kind=kind.kind,
        table=kind.table,
        client_column=_column(kind, kind.client_column),
        excluded=frozenset(_names_of(kind, [field for field in kind.fields if not field.tracked])),
    )


def search_rule(kind: RecordKind, search: SearchText) -> SearchRule:
    """Return by which columns the records of a kind are found.

    Codes are found both as they are typed and by their digits alone; phones by their digits.
    """
    fields = [kind.field(name) for name in search.fields]
    return SearchRule(
        kind=kind.kind,
        module=kind.module,
        table=kind.table,
        text_columns=_names_of(kind, [field for field in fields if field.type is not FieldType.PHONE]),
        digit_columns=_names_of(kind, [field for field in fields if field.type is FieldType.PHONE]),
        code_columns=_names_of(kind, [field for field in fields if field.type is FieldType.CODE]),
        client_column=_column(kind, kind.client_column),
        longest=search.longest,
        region_column=_column(kind, next((one.attribute for one in kind.fields if one.name == REGION_FIELD), None)),
    )


def _names_of(kind: RecordKind, fields: list[Field]) -> tuple[str, ...]:
    names = (_column(kind, field.attribute) for field in fields)
    return tuple(name for name in names if name is not None)


def _column(kind: RecordKind, attribute: str | None) -> str | None:
    """Return the name of the column behind an attribute; None for an attribute that is no column."""
    if attribute is None:
        return None
    mapper: Any = sqlalchemy.inspect(kind.model)
    column = mapper.columns.get(attribute)
    return None if column is None else str(column.name)
