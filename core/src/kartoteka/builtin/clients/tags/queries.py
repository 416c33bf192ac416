"""Reads of tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, func, or_, select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.tags.models import Tag, Tagging
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice, keep_choices

NO_TAG = "none"


def list_tags(session: Session) -> list[Any]:
    """Return all tags by name, each with how many of the clients that the actor sees have it."""
    counted = select(Tagging.tag_id, func.count().label("clients")).group_by(Tagging.tag_id).subquery()
    statement = select(Tag.id, Tag.name, Tag.colour, Tag.version, func.coalesce(counted.c.clients, 0).label("clients"))
    return list(session.execute(statement.outerjoin(counted, counted.c.tag_id == Tag.id).order_by(Tag.name_sort)))


# Made once: making it costs more than its answer, and every card asks. The client is among the columns, so that row
# rights reach the statement.
_TAGS_OF = (
    select(Tagging.client_id, Tag.id, Tag.name, Tag.colour)
    .join(Tag, Tag.id == Tagging.tag_id)
    .where(Tagging.client_id == bindparam("client_id"))
    .order_by(Tag.name_sort)
)


def tags_of(session: Session, client_id: int) -> list[Any]:
    """Return the tags of a client by name."""
    return list(session.execute(_TAGS_OF, {"client_id": client_id}))


def tag_names(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """Return the tags of clients in words; one statement."""
    statement = select(Tagging.client_id, Tag.name).join(Tag, Tag.id == Tagging.tag_id)
    found: dict[int, list[str]] = {}
    for row in session.execute(statement.where(Tagging.client_id.in_(ids)).order_by(Tag.name_sort)):
        found.setdefault(row.client_id, []).append(row.name)
    return {client: ", ".join(names) for client, names in found.items()}


@keep_choices
def tag_choices(session: Session) -> Sequence[Choice]:
    """Return all tags as choices, by name."""
    rows = session.execute(select(Tag.id, Tag.name, Tag.colour).order_by(Tag.name_sort))
    return [Choice(str(row.id), row.name, row.colour or None) for row in rows]


def has_tags(values: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a client has one of the tags; ``none`` stands for no tag at all."""
    ids = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10]
    parts: list[ColumnElement[bool]] = []
    if ids:
        parts.append(Client.id.in_(select(Tagging.client_id).where(Tagging.tag_id.in_(ids))))
    if NO_TAG in values:
        parts.append(Client.id.not_in(select(Tagging.client_id)))
    return or_(*parts) if parts else false()
