"""What somebody may read of a client's records: the company keeps some of their fields confidential (CORE-05)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import inspect

from kartoteka.api.db import Session, who_works
from kartoteka.api.declare import Field
from kartoteka.api.errors import Forbidden
from kartoteka_crm_clients.fields import ADDRESS_FIELDS, CONTACT_FIELDS
from kartoteka_crm_clients.models import Address, Contact

R = TypeVar("R")
_FIELDS: Mapping[type[Any], tuple[Field, ...]] = {Contact: CONTACT_FIELDS, Address: ADDRESS_FIELDS}


def read_names(model: type[Any], session: Session | None = None) -> frozenset[str]:
    """Return the fields of contacts or addresses that whoever works here, or in the session, may read."""
    can = who_works(session).can
    return frozenset(field.name for field in _FIELDS[model] if field.is_readable(can))


def written_names(model: type[Any]) -> frozenset[str]:
    """Return the fields that whoever works here may write."""
    can = who_works().can
    return frozenset(field.name for field in _FIELDS[model] if field.is_writable(can))


def readable(session: Session, records: Iterable[R]) -> Sequence[R]:
    """Return the records as the session's user may see them: of those with something to hide, copies without it.

    A copy belongs to no session, so nothing that is left out of it is ever saved.
    """
    found = list(records)
    return readable_of(session, _FIELDS[type(found[0])], found) if found else found


def readable_of(session: Session, fields: Iterable[Field], records: Sequence[R]) -> Sequence[R]:
    """Return likewise records that are made of these fields."""
    can = who_works(session).can
    hidden = {field.attribute for field in fields if not field.is_readable(can)}
    return [_without(one, hidden) for one in records] if hidden else records


def blank(values: Mapping[str, Any], hidden: Iterable[str]) -> dict[str, Any]:
    """Return the values without those that are hidden: texts are empty then, everything else is None."""
    emptied = {name: "" if isinstance(values[name], str) else None for name in hidden if name in values}
    return {**values, **emptied}


def refuse_unwritable(session: Session, model: type[Any], values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raise Forbidden when a value would change that the session's user may not write."""
    can = who_works(session).can
    for field in _FIELDS[model]:
        touched = field.name in values and (values[field.name] or None) != (known.get(field.name) or None)
        if touched and not field.is_writable(can):
            raise Forbidden(permission=field.write_permission)


def _without(record: R, hidden: Iterable[str]) -> R:
    model: Any = type(record)
    values = blank({column.key: getattr(record, column.key) for column in inspect(model).column_attrs}, hidden)
    if "custom_values" in values:
        own = values["custom_values"] or {}
        values["custom_values"] = {name: value for name, value in own.items() if name not in hidden}
    return model(**{**values, **model.derive(values)})  # type: ignore[no-any-return]
