"""Values of fields that a company adds: members of one JSON column, treated like columns of their own.

A table that may have such fields has the column ``custom_values``. Its members are named ``x_...``; they are set, kept
in the journal, merged between two editors and undone one by one, so that nobody who handles values by name has to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.types import JsonDict

MEMBERS = "custom_values"
"""The name of the JSON column."""

PREFIX = "x_"
"""What the names of members begin with, and no column."""


class Extensible:
    """Mixin for tables whose records may have fields that a company adds; their values are attributes like others.

    What an attribute holds is the stored form: a text, a number of a record, True or False, or None.
    """

    custom_values: Mapped[dict[str, Any]] = mapped_column(
        JsonDict, default=dict, server_default=text("'{}'"), sort_order=890
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**{name: value for name, value in values.items() if not is_member(name)})
        for name, value in values.items():
            if is_member(name):
                setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        return _member_of(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith(PREFIX):
            # A new mapping each time: the journal compares it with the one before.
            super().__setattr__(MEMBERS, merged(self.custom_values, {name: value}))
        else:
            super().__setattr__(name, value)


class ReadRecord:
    """A record as its columns were read, with the fields that a company adds: for showing it, not for changing it.

    It has the attributes of the mapped class, without what an object needs that could be changed.
    """

    custom_values: Mapping[str, Any] = {}

    def __init__(self, columns: Iterable[tuple[str, Any]]) -> None:
        self.__dict__.update(columns)

    def __getattr__(self, name: str) -> Any:
        return _member_of(self, name)


def _member_of(record: Any, name: str) -> Any:
    if name.startswith(PREFIX):
        return (record.custom_values or {}).get(name)
    raise AttributeError(f"{type(record).__name__!r} object has no attribute {name!r}")


def is_member(name: str) -> bool:
    """Tell whether a name is that of a member and not of a column."""
    return name.startswith(PREFIX)


def has_members(table: Table) -> bool:
    """Tell whether records of a table may have members; also of one whose code is gone."""
    return MEMBERS in table.c


def merged(stored: Mapping[str, Any] | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members after these changes; empty ones are left out."""
    return {name: value for name, value in {**(stored or {}), **changes}.items() if value is not None and value != ""}


def folded(table: Table, values: Mapping[str, Any], row: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return values by column: members among them become one value of their column, beside those of ``row``."""
    if not has_members(table) or not any(map(is_member, values)):
        return dict(values)
    plain = {name: value for name, value in values.items() if not is_member(name)}
    members = {name: value for name, value in values.items() if is_member(name)}
    base = plain[MEMBERS] if MEMBERS in plain else (row or {}).get(MEMBERS)
    return {**plain, MEMBERS: merged(base, members)}


def spread(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values with its members beside the columns, as `folded` takes them."""
    members = values.get(MEMBERS) or {}
    return {**{name: value for name, value in values.items() if name != MEMBERS}, **members}


def spread_pairs(pairs: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    """Return old and new values by name, members one by one; those that stay the same are left out."""
    found = {name: list(pair) for name, pair in pairs.items() if name != MEMBERS}
    if MEMBERS in pairs:
        old, new = (dict(side or {}) for side in pairs[MEMBERS])
        for name in dict.fromkeys([*old, *new]):
            if old.get(name) != new.get(name):
                found[name] = [old.get(name), new.get(name)]
    return found


def value_in(row: Mapping[str, Any], name: str) -> Any:
    """Return the value of a column or a member in a row."""
    return (row.get(MEMBERS) or {}).get(name) if is_member(name) else row[name]
