"""What belongs to a user, kind by kind, also of modules that are off or gone, and how much of it is within reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, column, func, inspect, select, table

from kartoteka.db.actor import Reach
from kartoteka.db.references import known_owners
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.owning import OwnedColumn, owned_columns
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _

CLIENT_TABLE = "core_client"


@dataclass(frozen=True)
class Part:
    """Records of one kind that belong to a user by one column.

    ``number`` of them the actor may hand over, ``hidden`` are out of the actor's reach for the reason ``why``.
    ``owned`` is None for a table whose module is not installed any more.
    """

    key: str
    title: Translatable
    table: str
    column: str
    number: int
    hidden: int = 0
    why: Message | None = None
    note: Message | None = None
    owned: OwnedColumn | None = None


def find_parts(session: Session, user_id: int) -> list[Part]:
    """Return all that belongs to a user; kinds of which nothing does are left out."""
    registry = extension_of(session).registry
    parts = [_part(session, one, user_id) for one in owned_columns(registry)]
    known = {(part.table, part.column) for part in parts}
    parts += [
        _lost_part(session, one, user_id)
        for one in known_owners(session)
        if (one.table_name, one.column_name) not in known
    ]
    return [part for part in parts if part.number or part.hidden]


def next_ids(session: Session, part: Part, user_id: int, after: int, limit: int) -> list[int]:
    """Return the next ids of records that the actor may hand over, ascending."""
    if part.owned is None:
        rows = table(part.table, column("id"), column(part.column))
        mine = select(rows.c.id).where(rows.c[part.column] == user_id, rows.c.id > after)
        with as_system(session, reason="work in tables whose module is gone"):
            return list(session.scalars(mine.order_by(rows.c.id).limit(limit)))
    model = part.owned.kind.model
    owner = getattr(model, part.owned.attribute)
    return list(
        session.scalars(select(model.id).where(owner == user_id, model.id > after).order_by(model.id).limit(limit))
    )


def taken_ids(session: Session, part: Part, ids: Sequence[int], successor_id: int) -> list[int]:
    """Return those of the records that the successor has already, where a record may be had only once."""
    rest = part.owned.unique_with if part.owned is not None else ()
    if not rest or part.owned is None:
        return []
    rows: Table = part.owned.kind.model.__table__
    columns = [rows.c[name] for name in rest]
    with as_system(session, reason="what the successor has already"):
        found = session.execute(select(rows.c.id, *columns).where(rows.c.id.in_(ids)))
        mine = {row.id: tuple(row)[1:] for row in found}
        first = columns[0].in_({values[0] for values in mine.values()})
        his = select(*columns).where(rows.c[part.column] == successor_id, first)
        taken = {tuple(row) for row in session.execute(his)}
    return [record_id for record_id, values in mine.items() if values in taken]


def _part(session: Session, owned: OwnedColumn, user_id: int) -> Part:
    model, actor = owned.kind.model, actor_of(session)
    owner = getattr(model, owned.attribute)
    counted = select(func.count()).select_from(model).where(owner == user_id)
    with as_system(session, reason="how much work a user has"):
        total = session.scalar(counted) or 0
    is_on = owned.module in active_set(session)
    may_see = not is_on or actor.can(owned.kind.permission)
    number = (session.scalar(select(func.count(model.id)).where(owner == user_id)) or 0) if total and may_see else 0
    why = _("you may not see them") if may_see else _("you lack the right to see these records")
    return Part(
        key=owned.key,
        title=owned.title,
        table=owned.table,
        column=owned.column,
        number=number,
        hidden=total - number,
        why=why if total > number else None,
        note=None if is_on else _("module switched off"),
        owned=owned,
    )


def _lost_part(session: Session, known: Any, user_id: int) -> Part:
    """Return the part of a table whose module is not installed; it is only for those who see everything."""
    rows = table(known.table_name, column(known.column_name))
    total = 0
    with as_system(session, reason="work in tables whose module is gone"):
        if _is_there(session, known.table_name):
            counted = select(func.count()).select_from(rows).where(rows.c[known.column_name] == user_id)
            total = session.scalar(counted) or 0
    actor = actor_of(session)
    within_reach = actor.is_system or actor.reach is Reach.ALL
    return Part(
        key=f"{known.table_name}.{known.column_name}",
        title=known.title,
        table=known.table_name,
        column=known.column_name,
        number=total if within_reach else 0,
        hidden=0 if within_reach else total,
        why=None if within_reach else _("their module is not installed, and you do not see all records"),
        note=_("module not installed"),
    )


def _is_there(session: Session, name: str) -> bool:
    return inspect(session.connection()).has_table(name)
