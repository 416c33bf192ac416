"""Moves the rows of clients to another client, by table and column, whatever the state of the module they belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, orm, select
from sqlalchemy.exc import IntegrityError

from kartoteka.builtin.clients.merging.places import CLIENTS, Owner, Place, find_places, find_told_places, kind_titles
from kartoteka.builtin.clients.models import DistinctClients
from kartoteka.db.journal import delete_rows, update_rows
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _

Key = tuple[Any, ...]
_UNTOLD = frozenset({CLIENTS, str(DistinctClients.__table__.name)})
"""Tables whose rows move without a word: signposts, and what was said about pairs."""


@dataclass(frozen=True)
class Moved:
    """How many rows of one name go to the kept client, in the words of a page; ``note`` says if a module is off."""

    title: Translatable
    count: int
    note: Message | None = None


def add_up(counted: Iterable[Moved]) -> list[Moved]:
    """Join what a page would call the same: tables without a name of their own bear that of their module."""
    found: dict[tuple[str, str], Moved] = {}
    for one in counted:
        name = str(one.title), str(one.note or "")
        found[name] = Moved(one.title, one.count + (found[name].count if name in found else 0), one.note)
    return list(found.values())


@dataclass(frozen=True)
class _Rows:
    """Rows of one place: those that get the kept client, and those that it has already."""

    moved: Sequence[int]
    doubled: Sequence[int]


def count_rows(session: Session, client_ids: Collection[int]) -> list[Moved]:
    """Return what belongs to clients, by kind of record; one statement for each column that points to clients.

    Rows are counted whether or not the actor sees them: what is said of them is their number alone. The caller has
    found the clients by a restricted SELECT.
    """
    counted: dict[str, tuple[int, Owner]] = {}
    for place in find_told_places(session):
        if place.table.name in _UNTOLD:
            continue
        count = select(func.count()).select_from(place.table).where(*place.of_clients(client_ids))
        number = orm.Session.connection(session).execute(count).scalar_one()
        before = counted.get(place.table.name, (0, place.owner))[0]
        counted[place.table.name] = before + number, place.owner
    titles = kind_titles(extension_of(session).registry)
    return add_up(_moved(table, number, owner, titles) for table, (number, owner) in counted.items() if number)


def move_rows(session: Session, kept_id: int, merged_ids: Sequence[int]) -> int:
    """Let everything that points to the merged clients point to the kept one; return how many rows changed.

    Rows that may be there once only, and that the kept client has already, are deleted (the journal keeps them). Raises
    Refused with the module's name when its code is needed and is not there, or when the database refuses its rows.
    """
    changed = 0
    for place in find_places(session):
        rows = _rows(session, place, kept_id, merged_ids)
        if not rows.moved and not rows.doubled:
            continue
        _refuse_without_code(place)
        changed += _write(session, place, rows, kept_id)
    return changed


def _write(session: Session, place: Place, rows: _Rows, kept_id: int) -> int:
    name = str(place.table.name)
    try:
        delete_rows(session, name, rows.doubled, always=True)
        change = {place.column: kept_id}
        return len(update_rows(session, name, dict.fromkeys(rows.moved, change), always=True)) + len(rows.doubled)
    except IntegrityError as error:
        problem = _("%(module)s: its data can't be moved to another client. Ask whoever maintains the module.")
        raise Refused(problem.with_values(module=place.owner.title)) from error


def _rows(session: Session, place: Place, kept_id: int, merged_ids: Sequence[int]) -> _Rows:
    """Return the rows to move; rows that would become equal are told apart."""
    table = place.table
    connection = orm.Session.connection(session)
    if "id" not in table.c:
        return _nothing_or_refuse(session, place, merged_ids)
    if not place.unique:
        wanted = select(table.c.id).where(*place.of_clients(merged_ids)).order_by(table.c.id)
        return _Rows(connection.execute(wanted).scalars().all(), ())
    columns = sorted({name for names in place.unique for name in names})
    named = select(table.c.id, table.c[place.column].label("_client"), *(table.c[name] for name in columns))
    rows = connection.execute(named.where(*place.of_clients([kept_id, *merged_ids]))).mappings().all()
    order = {client: number for number, client in enumerate([kept_id, *merged_ids])}
    return _tell_apart(sorted(rows, key=lambda row: (order[row["_client"]], row["id"])), place, kept_id)


def _tell_apart(rows: Iterable[Any], place: Place, kept_id: int) -> _Rows:
    moved, doubled = [], []
    seen: set[tuple[tuple[str, ...], Key]] = set()
    for row in rows:
        keys = {(names, tuple(row[name] for name in names)) for names in place.unique}
        # NULL equals nothing, in unique constraints too.
        keys = {(names, key) for names, key in keys if None not in key}
        is_kept = row["_client"] == kept_id
        if not is_kept:
            (doubled if keys & seen else moved).append(row["id"])
        if is_kept or not keys & seen:
            seen |= keys
    return _Rows(moved, doubled)


def _nothing_or_refuse(session: Session, place: Place, merged_ids: Sequence[int]) -> _Rows:
    found = select(place.table.c[place.column]).where(*place.of_clients(merged_ids)).limit(1)
    if orm.Session.connection(session).execute(found).first() is not None:
        problem = _("%(module)s: its data can't be moved to another client. Ask whoever maintains the module.")
        raise Refused(problem.with_values(module=place.owner.title))
    return _Rows((), ())


def _refuse_without_code(place: Place) -> None:
    owner = place.owner
    if place.needs_code and (owner.is_broken or not owner.is_installed):
        problem = _("These clients have data of “%(module)s”, which only that module can merge: %(state)s.")
        raise Refused(problem.with_values(module=owner.title, state=owner.told or ""))


def _moved(table: str, number: int, owner: Owner, titles: dict[str, Message]) -> Moved:
    if table in titles:
        return Moved(titles[table], number, owner.told)
    return Moved(owner.title, number, owner.told)
