"""Checks models, record kinds and what is said about tables against the tables themselves."""

from __future__ import annotations

import inspect as python
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import sqlalchemy
from sqlalchemy.orm import Mapper

from kartoteka.db.base import Model
from kartoteka.extension.checks.module import CORE_PREFIX
from kartoteka.extension.checks.shape import accepts, check_shape
from kartoteka.extension.collected import Collected
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.data import (
    ClientReference,
    Field,
    FieldType,
    PersonalData,
    RecordKind,
    SearchText,
)
from kartoteka.extension.declarations.scopes import DECLARED_SCOPES, OwnedBy, OwnedByClient, OwnedByClientOr
from kartoteka.extension.findings import BrokenModule, unknown
from kartoteka.extension.mapping import take_out_unmappable
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

Problem = tuple[str, Message]

CLIENT_TABLE = "core_client"
SEARCHED_TYPES = frozenset(
    {FieldType.LINE, FieldType.BLOCK, FieldType.CODE, FieldType.PHONE, FieldType.EMAIL, FieldType.URL}
)


def check_mapping(collected: Collected) -> Iterator[BrokenModule]:
    """Take classes that cannot be mapped out, and yield the modules they belong to."""
    for one in take_out_unmappable():
        module = next((owner for owner, model in collected.objects["register_models"] if model is one.model), None)
        if module is not None:
            yield BrokenModule(module, "register_models", one.model.__name__, Message(one.reason))


def check_models(collected: Collected) -> Iterator[BrokenModule]:
    """Yield models that are no tables of their module, or that do not say whose rows a user sees."""
    with_kind = {kind.model for kind in collected.kinds.values()}
    for module in collected.modules:
        models = collected.models_of(module.name)
        reachable = _reachable_prefixes(module, collected)
        for model in models:
            for problem in _check_model(model, _prefix(module, collected), with_kind):
                yield BrokenModule(module.name, "register_models", model.__name__, problem, module.version)
            for problem in _check_keys(model, reachable):
                yield BrokenModule(module.name, "register_models", model.__name__, problem, module.version)
        if module.name not in collected.builtins and (forgotten := _forgotten(module, collected)):
            problem = _("This model is missing in the list.")
            yield BrokenModule(module.name, "register_models", forgotten, problem, module.version)


def check_kind_models(collected: Collected) -> Iterator[BrokenModule]:
    """Yield record kinds of models that their module did not hand over."""
    for kind in collected.kinds.values():
        if kind.model not in collected.models_of(kind.module):
            problem = _("Must be one of the models in register_models.")
            yield BrokenModule(kind.module, "register_record_kinds", f"{kind.label}.model", problem)


def check_kinds(collected: Collected) -> Iterator[BrokenModule]:
    """Yield record kinds that do not fit their model."""
    for kind in collected.kinds.values():
        for field, problem in _check_kind(kind):
            yield BrokenModule(kind.module, "register_record_kinds", f"{kind.label}.{field}", problem)


def check_tables(collected: Collected) -> Iterator[BrokenModule]:
    """Yield what is said about tables or columns that are not there, and search texts without fields."""
    for reference in collected.of("register_client_references", ClientReference):
        names = {"column": [reference.column], "unique_with": reference.unique_with}
        for field, problem in _check_columns(collected, reference.module, reference.table, names):
            yield BrokenModule(reference.module, "register_client_references", f"{reference.label}.{field}", problem)
    for personal in collected.of("register_personal_data", PersonalData):
        names = {
            "client_column": [personal.client_column],
            "replacements": list(personal.replacements),
            "keep_until": [personal.keep_until] if personal.keep_until else [],
        }
        for field, problem in _check_columns(collected, personal.module, personal.table, names):
            yield BrokenModule(personal.module, "register_personal_data", f"{personal.label}.{field}", problem)
    for search in collected.of("register_search", SearchText):
        for field, problem in _check_search(collected, search):
            yield BrokenModule(search.module, "register_search", f"{search.label}.{field}", problem)


def check_scope(scope: Any, model: type[Any]) -> Message | None:
    """Return what is wrong with a scope for this model, or None."""
    if isinstance(scope, type):
        return _("Write %(scope)s with its brackets.", scope=f"{scope.__name__}()")
    if not isinstance(scope, DECLARED_SCOPES):
        return None if callable(scope) and accepts(scope, 1) else _("Must be a scope or a function (actor).")
    columns: Sequence[str] = ()
    if isinstance(scope, OwnedByClientOr) and (wrong := check_scope(scope.others, model)) is not None:
        return wrong
    if isinstance(scope, OwnedByClient | OwnedByClientOr):
        columns = (scope.column,)
    elif isinstance(scope, OwnedBy):
        if not scope.columns:
            return _("Name at least one column with the owner's id.")
        columns = scope.columns
    names = attributes(model)
    return next((unknown(column, names) for column in columns if column not in names), None)


def attributes(model: type[Any]) -> frozenset[str]:
    """Return the names of what is mapped on a model: columns, composites, hybrids and relationships."""
    return frozenset(_mapper(model).all_orm_descriptors.keys())


def _mapper(model: type[Any]) -> Mapper[Any]:
    mapper: Mapper[Any] = sqlalchemy.inspect(model)
    return mapper


def _prefix(module: Module, collected: Collected) -> str:
    return CORE_PREFIX if module.name in collected.builtins else module.prefix


def _reachable_prefixes(module: Module, collected: Collected) -> tuple[str, ...]:
    """Return the beginnings of the tables that a module's foreign keys may lead to."""
    required = [other for other in collected.modules if other.name in module.requires]
    return tuple(
        f"{prefix}_" for prefix in (CORE_PREFIX, _prefix(module, collected), *(one.prefix for one in required))
    )


def _check_keys(model: type[Any], reachable: tuple[str, ...]) -> Iterator[Message]:
    table = getattr(model, "__table__", None)
    for key in sorted(table.foreign_keys, key=lambda key: str(key.parent)) if table is not None else ():
        target = str(key.column.table.name)
        if not target.startswith(reachable):
            yield _("A foreign key leads to “%(table)s” of a module that is not required.", table=target)
        if target == CLIENT_TABLE and (key.ondelete or "").upper() != "RESTRICT":
            yield _("Make “%(column)s” with client_id(): clients are never deleted by the way.", column=key.parent.name)


def _check_model(model: type[Any], prefix: str, with_kind: set[type[Any]]) -> Iterator[Message]:
    if not (python.isclass(model) and issubclass(model, Model) and sqlalchemy.inspect(model, raiseerr=False)):
        yield _("Must be a mapped class derived from Model.")
        return
    table = str(model.__table__.name)  # type: ignore[attr-defined]
    if not table.startswith(f"{prefix}_"):
        yield _("The table “%(table)s” must begin with “%(prefix)s”.", table=table, prefix=f"{prefix}_")
    if model in with_kind:
        return
    scope = getattr(model, "__row_scope__", None)
    if scope is None:
        yield _("Needs a record kind or __row_scope__, which says whose rows a user sees.")
    elif problem := check_scope(scope, model):
        yield problem


def _forgotten(module: Module, collected: Collected) -> str | None:
    """Return the name of a model that lies in the plugin's own package and was not handed over."""
    plugin = collected.plugins[module.name]
    if not isinstance(plugin, ModuleType) or not plugin.__package__:
        return None
    package, models = plugin.__package__.partition(".")[0], collected.models_of(module.name)
    for mapper in sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        model = mapper.class_
        # A package may hold several modules: the prefix tells whose table it is.
        is_own = str(mapper.local_table.description).startswith(f"{module.prefix}_")
        if is_own and model.__module__.partition(".")[0] == package and model not in models:
            return model.__name__
    return None


def _check_kind(kind: RecordKind) -> Iterator[Problem]:
    names = attributes(kind.model)
    if problem := check_scope(kind.scope, kind.model):
        yield "scope", problem
    if kind.client_column is not None and kind.client_column not in names:
        yield "client_column", unknown(kind.client_column, names)
    yield from (("owner_columns", unknown(name, names)) for name in kind.owner_columns if name not in names)
    seen: set[str] = set()
    for field in kind.fields:
        place = f"fields.{field.name}"
        if field.name in seen:
            yield place, _("“%(name)s” is declared twice.", name=field.name)
        seen.add(field.name)
        for part, problem in check_shape(field):
            yield f"{place}.{part}", problem
        for part, problem in _check_field(field, kind.model, names):
            yield f"{place}.{part}", problem


def _check_field(field: Field, model: type[Any], names: frozenset[str]) -> Iterator[Problem]:
    if field.attribute not in names:
        yield "column" if field.column else "name", unknown(field.attribute, names)
    if field.searchable and field.type not in SEARCHED_TYPES:
        yield "searchable", _("Only texts, codes, phones and e-mails are searched.")
    if field.sort is None:
        return
    column = _mapper(model).columns.get(field.sort)
    if column is None:
        yield "sort", unknown(field.sort, names)
    elif column.nullable or not _is_indexed(column):
        yield "sort", _("The column must be indexed and never empty.")


def _is_indexed(column: Any) -> bool:
    unique = (sqlalchemy.UniqueConstraint, sqlalchemy.PrimaryKeyConstraint)
    sorted_sets = [*column.table.indexes, *(one for one in column.table.constraints if isinstance(one, unique))]
    return any(column.name in one.columns for one in sorted_sets)


def _check_columns(collected: Collected, module: str, table_name: str, names: dict[str, Any]) -> Iterator[Problem]:
    tables = {str(model.__table__.name): model.__table__ for model in collected.models_of(module)}
    table = tables.get(table_name)
    if table is None:
        yield "table", unknown(table_name, tables)
        return
    for field, columns in names.items():
        for column in columns:
            if column not in table.columns:
                yield field, unknown(column, table.columns.keys())


def _check_search(collected: Collected, search: SearchText) -> Iterator[Problem]:
    kind = collected.kinds.get(search.kind)
    if kind is None or kind.module != search.module:
        own = [name for name, one in collected.kinds.items() if one.module == search.module]
        yield "kind", unknown(search.kind, own)
        return
    fields = {field.name: field for field in kind.fields}
    for name in search.fields:
        if name not in fields:
            yield "fields", unknown(name, fields)
        elif fields[name].type not in SEARCHED_TYPES:
            yield "fields", _("Only texts, codes, phones and e-mails are searched.")
