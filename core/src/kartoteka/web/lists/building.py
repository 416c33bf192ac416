"""Makes columns and filters out of fields and out of what modules declare."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, and_, cast, inspect, literal, or_, select
from sqlalchemy.orm import aliased

from kartoteka.db.actor import Actor
from kartoteka.db.session import Session, actor_of
from kartoteka.db.walking import Walked
from kartoteka.extension import dispatch
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.custom import BETWEEN, CustomField
from kartoteka.extension.declarations.data import Choice, Field, FieldType
from kartoteka.extension.declarations.ui import Column, Filter
from kartoteka.extension.guarding import without_values
from kartoteka.extension.scoping import CLIENT_TABLE
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.web.lists.conditions import Condition, any_of_many, condition_for, is_empty, one_of
from kartoteka.web.lists.definition import STATE_FILTER, ChosenUsers, ListColumn, ListFilter, ListOrder, RecordList
from kartoteka.web.lists.reading import FilterInput

Part = TypeVar("Part", ListColumn, ListFilter)
D = TypeVar("D", Column, Filter)
log = logging.getLogger("kartoteka.modules")

STATES = (Choice(RecordState.ACTIVE, _("In use")), Choice(RecordState.ARCHIVED, _("Archived")))
_NEVER_EMPTY = frozenset({FieldType.CHOICE, FieldType.USER, FieldType.YES_NO})
"""Choices and users are asked for as "not set"; yes and no are always one of the two."""

_UNFILTERED = frozenset({FieldType.RECORD})
_FILES = "core_file"
UserName = Callable[[Any], ColumnElement[Any]]


def columns_of(
    fields: Iterable[Field], model: type[Any], *, user_name: UserName | None = None, **expressions: ColumnElement[Any]
) -> tuple[ListColumn, ...]:
    """Return a column for each field.

    ``user_name(column)`` gives the expression with a user's name; ``expressions`` replace those of fields by name.
    """
    return tuple(_field_column(field, model, user_name, expressions.get(field.name)) for field in fields)


def filters_of(fields: Iterable[Field], model: type[Any], **conditions: Condition) -> tuple[ListFilter, ...]:
    """Return a filter for each field that can be filtered; ``conditions`` replace those of fields by name."""
    made = [
        _field_filter(field, model, conditions.get(field.name)) for field in fields if field.type not in _UNFILTERED
    ]
    return (*made, _state_filter(model)) if hasattr(model, "state") else tuple(made)


def orders_of(fields: Iterable[Field], model: type[Any]) -> tuple[ListOrder, ...]:
    """Return the orders of those fields that can be sorted by."""
    return tuple(
        ListOrder(name=field.name, column=getattr(model, field.sort), type=field.type, permission=field.read_permission)
        for field in fields
        if field.sort
    )


@dataclass(frozen=True)
class Offered:
    """The columns and filters of a list that somebody may use, by name, the list's own before those of modules."""

    columns: Mapping[str, ListColumn]
    filters: Mapping[str, ListFilter]
    unasked: Mapping[str, FilterInput]
    """The filters as they are while nothing is asked of them."""


def offered_parts(session: Session, definition: RecordList) -> Offered:
    """Return what the user may see of a list and filter it by; worked out once for his rights, and kept with them."""
    actor, place = actor_of(session), ("list", id(definition))
    if actor.is_system:
        return _offer(session, definition)  # the program itself works with any modules
    # The list is kept along, for its id must not become another one's.
    kept: tuple[RecordList, Offered] | None = actor.kept.get(place)
    if kept is None:
        kept = actor.kept[place] = definition, _offer(session, definition)
    return kept[1]


def _offer(session: Session, definition: RecordList) -> Offered:
    actor = actor_of(session)
    columns = [column for column in definition.columns if _may(actor, column)]
    columns += _declared(definition, dispatch.columns(session, definition.name), _declared_column)
    filters = [one for one in definition.filters if _may(actor, one)]
    filters += _declared(definition, dispatch.filters(session, definition.name), _declared_filter)
    by_name = _by_name(filters)
    return Offered(_by_name(columns), by_name, {name: FilterInput(one, {}) for name, one in by_name.items()})


def _field_column(
    field: Field, model: type[Any], user_name: UserName | None, expression: ColumnElement[Any] | None
) -> ListColumn:
    if expression is None:
        expression = _expression(field, model)
        if field.type == FieldType.USER and user_name is not None:
            expression = user_name(expression)
    return ListColumn(
        name=field.name,
        title=field.title,
        type=field.type,
        expression=expression,
        sort=field.name if field.sort else None,
        choices=field.choices,
        permission=field.read_permission,
    )


def _field_filter(field: Field, model: type[Any], condition: Condition | None) -> ListFilter:
    if isinstance(field, CustomField):
        return _own_filter(field, model)
    column = getattr(model, field.attribute)
    return ListFilter(
        name=field.name,
        title=field.title,
        type=field.type,
        condition=condition or condition_for(field.type, column),
        choices=field.choices,
        permission=field.read_permission,
        optional=not field.required,
        is_empty=None if field.required or field.type in _NEVER_EMPTY else is_empty(column),
    )


def _expression(field: Field, model: type[Any]) -> Any:
    return field.expression(model) if isinstance(field, CustomField) else getattr(model, field.attribute)


def _own_filter(field: CustomField, model: type[Any]) -> ListFilter:
    """Return the filter of a field that the company has added."""
    column = field.expression(model)
    shown_type = _FILTERED_AS.get(field.type, field.type)
    return ListFilter(
        name=field.name,
        title=field.title,
        type=shown_type,
        condition=_own_condition(field, _file_name(field, model) if field.type is FieldType.FILE else column),
        choices=field.choices,
        permission=field.read_permission,
        optional=True,
        is_empty=None if field.type in _NEVER_EMPTY or field.is_many else _has_nothing(column),
    )


_FILTERED_AS = {FieldType.CHOICES: FieldType.CHOICE, FieldType.FILE: FieldType.LINE}


def _own_condition(field: CustomField, column: Any) -> Condition:
    if field.is_many:
        return partial(any_of_many, column)
    if field.type is FieldType.CHOICE:
        walked = Walked(column)
        walked.nullable = False  # one without a value is an empty text
        return partial(one_of, walked)
    return condition_for(field.type, column)


def _has_nothing(column: Any) -> ColumnElement[bool]:
    empty: ColumnElement[bool] = column == "" if isinstance(column.type, String) else column.is_(None)
    return empty


def with_company_fields(definition: RecordList) -> RecordList:
    """Return the list with columns, filters and orders of the fields that the company has added to its records."""
    fields = fields_here(definition.kind) if definition.is_extended else ()
    if not fields:
        return definition
    # By identity, and kept with the fields: equal ones stay the same objects.
    known: Any = definition.declared.get(id(fields))
    if known is None:
        known = definition.declared[id(fields)] = (fields, _extended(definition, fields))
    return known[1]  # type: ignore[no-any-return]


def _extended(definition: RecordList, fields: tuple[CustomField, ...]) -> RecordList:
    model = definition.model
    linked = {field.name: _linked(field, model) for field in fields if field.type is FieldType.RECORD}
    kept = {field.name: _file(field, model) for field in fields if field.type is FieldType.FILE}
    columns = [_field_column(field, model, None, (linked | kept).get(field.name)) for field in fields]
    columns = [
        replace(
            one,
            sort=one.name if field.is_sorted else None,
            type=FieldType.LINE if one.name in linked else one.type,
            choices=field.known_choices or field.choices,
        )
        for one, field in zip(columns, fields, strict=True)
    ]
    filters = [_field_filter(field, model, None) for field in fields if field.type not in _UNFILTERED]
    orders = [
        ListOrder(
            name=field.name,
            column=field.sort_expression(model),
            type=FieldType.BLOCK,
            permission=field.read_permission,
        )
        for field in fields
        if field.is_sorted
    ]
    return replace(
        definition,
        columns=(*definition.columns, *columns),
        filters=(*definition.filters, *filters),
        orders=(*definition.orders, *orders),
    )


def _linked(field: CustomField, model: type[Any]) -> ColumnElement[Any]:
    """Return the name of the linked record, nothing for one that the reader does not see."""
    # Links are to clients, whatever the list is of.
    other = _class_of(model, CLIENT_TABLE)
    found = select(other.name).where(other.id == field.expression(model))
    return found.correlate(model).scalar_subquery()


def _file(field: CustomField, model: type[Any]) -> ColumnElement[Any]:
    """Return the id and the name of a document, see `file_in`; nothing for one that the reader does not see."""
    files = _class_of(model, _FILES)
    found = select(cast(files.id, String) + literal(BETWEEN) + files.filename)
    return found.where(files.id == field.expression(model)).correlate(model).scalar_subquery()


def _file_name(field: CustomField, model: type[Any]) -> ColumnElement[Any]:
    files = _class_of(model, _FILES)
    return select(files.filename).where(files.id == field.expression(model)).correlate(model).scalar_subquery()


def _class_of(model: type[Any], table: str) -> Any:
    return aliased(next(one.class_ for one in model.registry.mappers if one.local_table.name == table))


def _state_filter(model: type[Any]) -> ListFilter:
    return ListFilter(
        name=STATE_FILTER,
        title=_("In use or archived"),
        type=FieldType.CHOICE,
        condition=condition_for(FieldType.CHOICE, model.state),
        choices=STATES,
    )


def _may(actor: Actor, part: ListColumn | ListFilter) -> bool:
    return part.permission is None or actor.can(part.permission)


def _by_name(parts: Iterable[Part]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for part in parts:
        found.setdefault(part.name, part)
    return found


def _declared(definition: RecordList, declarations: Iterable[D], make: Callable[..., Part]) -> list[Part]:
    """Return what declarations become; each is made once, and left out when its module's function fails."""
    parts: list[Part] = []
    for declaration in declarations:
        # By identity, and kept with the declaration: texts inside it cannot be hashed.
        known = definition.declared.get(id(declaration))
        if known is None:
            part = _made(declaration, getattr(definition.model, inspect(definition.model).primary_key[0].key), make)
            known = definition.declared[id(declaration)] = (declaration, part)
        if known[1] is not None:
            parts.append(known[1])
    return parts


def _made(declaration: D, record_id: Any, make: Callable[..., Part]) -> Part | None:
    try:
        return make(declaration, record_id)
    except Exception as error:  # noqa: BLE001 - whatever a module raises, the list stays
        log.error("%s of module %s failed: %s", declaration.key, declaration.module, without_values(error))
        return None


def _declared_column(column: Column, record_id: ColumnElement[int]) -> ListColumn:
    return ListColumn(
        name=column.key,
        title=column.title,
        type=column.type,
        expression=None if column.expression is None else column.expression(record_id),
        value=column.value,
        sort=column.sort,
        choices=column.choices,
        module=column.module,
    )


def _declared_filter(declared: Filter, record_id: ColumnElement[int]) -> ListFilter:
    combine = _COMBINE.get(declared.type)
    condition = partial(declared.condition, record_id)
    return ListFilter(
        name=declared.key,
        title=declared.title,
        type=declared.type,
        condition=condition if combine is None else partial(combine, condition),
        choices=declared.choices,
        module=declared.module,
        single=True,
    )


def _any_choice(condition: Condition, values: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(condition(value) for value in values))


def _any_user(condition: Condition, chosen: ChosenUsers) -> ColumnElement[bool]:
    parts = [condition(user_id) for user_id in chosen.ids]
    if chosen.others_than is not None:
        parts.append(~condition(chosen.others_than))
    return or_(*parts)


def _one_number(condition: Condition, ends: tuple[Any, Any]) -> ColumnElement[bool]:
    return and_(condition(ends[0]))


_COMBINE: dict[FieldType, Callable[[Condition, Any], ColumnElement[bool]]] = {
    FieldType.CHOICE: _any_choice,
    FieldType.USER: _any_user,
    FieldType.INTEGER: _one_number,
    FieldType.DECIMAL: _one_number,
}
"""How a module's condition on one value answers for several."""
