"""A resource as one actor sees it: its kind, its model, and the fields he may read and write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import String, inspect
from sqlalchemy.orm import Mapper

from kartoteka.db.actor import Actor
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.dispatch import api_resources

CLIENT = "client"
"""The property with the id of the client that a record belongs to."""


@dataclass(frozen=True)
class Seen:
    """A resource as an actor sees it; ``is_searched`` says that quick search finds its records."""

    resource: ApiResource
    kind: RecordKind
    actor: Actor
    is_searched: bool = False

    @property
    def model(self) -> type[Any]:
        """The mapped class."""
        return self.kind.model

    @cached_property
    def columns(self) -> Mapping[str, Any]:
        """The mapped columns by attribute."""
        mapper: Mapper[Any] = inspect(self.kind.model)
        return {attribute.key: attribute.columns[0] for attribute in mapper.column_attrs}

    @cached_property
    def readable(self) -> tuple[Field, ...]:
        """The fields that the actor may read."""
        return tuple(field for field in self._offered() if _may(self.actor, field.read_permission))

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """The fields that the actor may write."""
        fixed = self.resource.fixed
        return tuple(
            field for field in self.readable if field.name not in fixed and _may(self.actor, field.write_permission)
        )

    @property
    def has_client(self) -> bool:
        """Whether records belong to a client, whose id is shown beside their fields."""
        return self.kind.client_column not in (None, "id") and CLIENT not in {one.name for one in self.readable}

    @property
    def needs_client(self) -> bool:
        """Whether no record is without a client, and whoever adds one has to name it."""
        return not self.resource.finds_client and not self.columns[str(self.kind.client_column)].nullable

    @property
    def has_state(self) -> bool:
        """Whether records can be archived."""
        return "state" in self.columns

    def _offered(self) -> Iterator[Field]:
        chosen = self.resource.fields
        for field in self.kind.fields:
            if (field.attribute in self.columns or isinstance(field, CustomField)) and (
                not chosen or field.name in chosen
            ):
                yield field

    def is_number(self, field: Field) -> bool:
        """Tell whether a choice or a reference is kept as a number."""
        if isinstance(field, CustomField):
            return field.type in (FieldType.INTEGER, FieldType.RECORD, FieldType.FILE)
        return self.columns[field.attribute].type.python_type is int

    def may_be_null(self, field: Field) -> bool:
        """Tell whether a field may hold nothing at all."""
        return isinstance(field, CustomField) or bool(self.columns[field.attribute].nullable)

    def longest(self, field: Field) -> int | None:
        """Return how many characters a field holds, None where there is no limit."""
        if isinstance(field, CustomField):
            return field.longest
        kind = self.columns[field.attribute].type
        kind = getattr(kind, "impl_instance", kind)
        return kind.length if isinstance(kind, String) else None


def fixed_choices(field: Field) -> tuple[Choice, ...]:
    """Return the choices that are always the same; those in the database are none of them."""
    has_choices = field.type in (FieldType.CHOICE, FieldType.CHOICES)
    return field.choices if isinstance(field.choices, tuple) and has_choices else ()


def seen_resources(session: Session) -> list[Seen]:
    """Return the resources whose records the session's actor may see."""
    registry, actor = extension_of(session).registry, actor_of(session)
    searched = {one.kind for one in registry.search_texts if actor.can(one.permission)}
    return [Seen(one, registry.kind(one.kind), actor, one.kind in searched) for one in api_resources(session)]


def find_resource(session: Session, key: str) -> Seen | None:
    """Return the resource ``module.name``, None when the actor sees no such one."""
    return next((one for one in seen_resources(session) if one.resource.key == key), None)


def _may(actor: Actor, permission: str | None) -> bool:
    return permission is None or actor.can(permission)
