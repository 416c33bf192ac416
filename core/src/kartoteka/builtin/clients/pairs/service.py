"""Saying that two clients are no duplicates, and taking that back (CL-42). Services never commit."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_, select

from kartoteka.builtin.clients.fields import MERGE
from kartoteka.builtin.clients.models import Client, DistinctClients
from kartoteka.db.session import Session, demand, find
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import text as _


def keep_apart(session: Session, first_id: int, second_id: int) -> DistinctClients:
    """Say that two clients are no duplicates: they are no pair any more. Raises NotFound for clients out of sight."""
    actor = demand(session, MERGE)
    one, other = sorted((find(session, Client, first_id).id, find(session, Client, second_id).id))
    if one == other:
        raise Refused(_("Choose two clients."))
    known = session.scalars(select(DistinctClients).where(_is_pair(one, other))).first()
    if known is not None:
        return known
    apart = DistinctClients(first_id=one, second_id=other, decided_by=actor.user_id)
    session.add(apart)
    session.flush()
    return apart


def keep_all_apart(session: Session, pairs: Iterable[tuple[int, int]]) -> int:
    """Say of several pairs that they are no duplicates; return of how many."""
    return len({keep_apart(session, first, second).id for first, second in pairs})


def bring_together(session: Session, distinct_id: int) -> None:
    """Take back that two clients are no duplicates."""
    demand(session, MERGE)
    apart = find(session, DistinctClients, distinct_id)
    for client_id in (apart.first_id, apart.second_id):
        find(session, Client, client_id)
    session.delete(apart)
    session.flush()


def _is_pair(one: int, other: int) -> ColumnElement[bool]:
    # A merge moves pairs without a look at their order.
    ahead = and_(DistinctClients.first_id == one, DistinctClients.second_id == other)
    behind = and_(DistinctClients.first_id == other, DistinctClients.second_id == one)
    return or_(ahead, behind)
