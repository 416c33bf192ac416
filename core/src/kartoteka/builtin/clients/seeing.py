"""Whose clients a user sees: the own, the department's or all, and those shared with the user (CORE-04)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, column, or_, select, table

from kartoteka.builtin.clients.models import Client, ClientShare
from kartoteka.db.actor import Actor, Reach
from kartoteka.db.clock import utc_now
from kartoteka.db.walking import IdsIn, Walked

# Plain tables: a mapped class in its own criterion would be given that criterion again, without end.
_shares = ClientShare.__table__.alias("seen_share")
_users = table("core_user", column("id"), column("department_id")).alias("seen_user")


def seen_by(actor: Actor) -> ColumnElement[bool] | None:
    """Return the condition that limits clients to those the actor sees; None means all of them.

    Written so that a page of the own clients is read along the list's order; see ``kartoteka.db.walking``.
    """
    if actor.is_system or actor.reach == Reach.ALL:
        return None
    managed = Walked(Client.manager_id) == actor.user_id
    if actor.reach == Reach.DEPARTMENT and actor.department_id is not None:
        colleagues = select(_users.c.id).where(_users.c.department_id == actor.department_id)
        managed = or_(IdsIn(Walked(Client.manager_id), colleagues), managed)
    return or_(managed, IdsIn(Walked(Client.id), _shared_with(actor, utc_now().date())))


def _shared_with(actor: Actor, today: date) -> Select[Any]:
    running = or_(_shares.c.until.is_(None), _shares.c.until >= today)
    return select(_shares.c.client_id).where(_shares.c.user_id == actor.user_id, running)
