"""Who may see a record: asked before people are offered it, told of it, or told why they are not (X-13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Integer, exists, literal, select, union_all

from kartoteka.builtin.access.actors import make_actor
from kartoteka.builtin.access.queries import UserRights, rights_of_users
from kartoteka.builtin.users.queries import User
from kartoteka.db.actor import Actor
from kartoteka.db.chunks import chunks
from kartoteka.db.session import Session, as_system
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.record import RecordRef, is_id

_AT_ONCE = 40


def actors_of(session: Session, user_ids: Iterable[int]) -> dict[int, Actor]:
    """Return the actors of those of these users who can sign in, with the rights they have now; four statements."""
    wanted = sorted(set(user_ids))
    active = active_set(session)
    requires = {
        one.name: one.also_requires for one in extension_of(session).registry.permissions if one.module in active
    }
    with as_system(session, reason="actors of users"):
        columns = (User.id, User.name, User.department_id)
        rows = session.execute(select(*columns).where(User.id.in_(wanted), User.active)).all()
    rights = rights_of_users(session, [row.id for row in rows])
    return {
        row.id: make_actor(
            rights.get(row.id, UserRights()),
            user_id=row.id,
            name=row.name,
            department_id=row.department_id,
            requires=requires,
            modules=active,
        )
        for row in rows
    }


def readers_of(
    session: Session, record: RecordRef, user_ids: Iterable[int], *, permission: str | None = None
) -> set[int]:
    """Return those of these users who may see a record, and who have ``permission`` if one is named.

    Nobody sees a record that isn't there, or whose module is off.
    """
    kind = extension_of(session).registry.find_kind(record.kind)
    if kind is None or kind.module not in active_set(session) or not is_id(record.id):
        return set()
    actors = actors_of(session, user_ids).values()
    able = [one for one in actors if one.can(kind.permission) and (permission is None or one.can(permission))]
    seen: set[int] = set()
    for some in chunks(able, _AT_ONCE):
        seen.update(_who_sees(session, kind.model, record.id, list(some)))
    return seen


def _who_sees(session: Session, model: type[Any], record_id: int, actors: list[Actor]) -> list[int]:
    """Ask the row rights of all these actors in one statement."""
    parts = []
    for actor in actors:
        condition = session.database.rights.condition(model, actor)
        found = exists().where(model.id == record_id)
        found = found if condition is None else found.where(condition)
        parts.append(select(literal(actor.user_id, Integer)).where(found))
    if not parts:
        return []
    with as_system(session, reason="who may see a record"):
        return list(session.scalars(union_all(*parts)))
