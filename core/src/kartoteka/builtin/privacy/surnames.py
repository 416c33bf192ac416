"""Surnames that betray a person alone: long ones that nobody else bears."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, or_, select

from kartoteka.builtin.privacy.texts import holds_any
from kartoteka.db.base import Model
from kartoteka.vocabulary.text import fold

_LEAST = 6
"""Letters: shorter ones are words too often."""
_PEOPLE = ("core_client", "core_user")


def rare_surnames(
    connection: Connection,
    people: Iterable[tuple[str, str]],
    tables: Mapping[str, Table],
    own: Mapping[str, Collection[int]],
) -> tuple[str, ...]:
    """Return the surnames of these people that no other client, contact or user bears, nor a part of its name.

    ``tables`` are those of people besides clients and users, ``own`` the ids of the rows of these people by table.
    """
    where = {**{name: Model.metadata.tables[name] for name in _PEOPLE}, **tables}
    surnames = sorted({last for _first, last in people if len(last) >= _LEAST})
    return tuple(one for one in surnames if not any(_is_borne(connection, one, each, own) for each in where.values()))


def _is_borne(connection: Connection, surname: str, table: Table, own: Mapping[str, Collection[int]]) -> bool:
    names: list[Any] = [table.c[name] for name in ("name_sort", "surname") if name in table.c]
    borne = or_(*(holds_any(name, [fold(surname), surname]) for name in names))
    others = select(func.count()).select_from(table).where(borne)
    if own.get(table.name):
        others = others.where(table.c.id.not_in(own[table.name]))
    return bool(connection.scalar(others))
