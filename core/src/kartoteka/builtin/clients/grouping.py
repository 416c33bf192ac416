"""Client groups: a directory that the company names itself (CL-06); used ones are closed and never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select

from kartoteka.builtin.clients.fields import MANAGE_GROUPS
from kartoteka.builtin.clients.models import Client, ClientGroup
from kartoteka.builtin.modules.service import bump_state
from kartoteka.db.session import Session, demand, find
from kartoteka.db.settling import settle
from kartoteka.extension.declarations.data import Colour
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, fold

GROUP_KIND = "clients.group"
NAME_LENGTH = 100


def add_group(session: Session, values: Mapping[str, Any]) -> ClientGroup:
    """Add a group; raises InvalidInput for a name that is missing, too long or taken."""
    demand(session, MANAGE_GROUPS)
    group = ClientGroup(**_sound(session, values, None))
    session.add(group)
    session.flush()
    bump_state(session)
    return group


def change_group(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> ClientGroup:
    """Rename, recolour or close a group; raises as add_group does, and EditConflict."""
    demand(session, MANAGE_GROUPS)
    group = find(session, ClientGroup, id)
    for name, value in settle(session, group, GROUP_KIND, _sound(session, values, id), version).items():
        setattr(group, name, value)
    session.flush()
    bump_state(session)
    return group


def list_groups(session: Session) -> Sequence[Row[Any]]:
    """Return all groups by name, open ones first: id, name, colour, closed and the number of clients the user sees."""
    members = (
        select(func.count(Client.id)).where(Client.group_id == ClientGroup.id).correlate(ClientGroup).scalar_subquery()
    )
    return session.execute(
        select(ClientGroup.id, ClientGroup.name, ClientGroup.colour, ClientGroup.closed, members.label("members"))
        .select_from(ClientGroup)
        .order_by(ClientGroup.closed, ClientGroup.name, ClientGroup.id)
    ).all()


def _sound(session: Session, values: Mapping[str, Any], own_id: int | None) -> dict[str, Any]:
    sound = dict(values)
    if "name" in values:
        sound["name"] = _sound_name(session, values["name"], own_id)
    if "colour" in values:
        sound["colour"] = values["colour"] or ""
        if sound["colour"] not in {"", *Colour}:
            raise InvalidInput({"colour": _("Choose one of the values offered.")})
    return sound


def _sound_name(session: Session, typed: Any, own_id: int | None) -> str:
    name = clean_line(str(typed or ""))
    if not name:
        raise InvalidInput({"name": _("Fill this in.")})
    if len(name) > NAME_LENGTH:
        raise InvalidInput(
            {"name": _("This is too long: at most %(longest)s characters fit here.", longest=NAME_LENGTH)}
        )
    others = session.execute(select(ClientGroup.id, ClientGroup.name).where(ClientGroup.id != (own_id or 0)))
    if any(fold(row.name) == fold(name) for row in others):
        raise InvalidInput({"name": _("There is a group with this name already.")})
    return name
