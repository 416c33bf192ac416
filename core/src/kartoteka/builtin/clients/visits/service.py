"""Remembers visits to cards, and counts what others have changed since the one before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, orm, select
from sqlalchemy.exc import IntegrityError

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.visits.models import ClientVisit
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import JournalEntry, Operation
from kartoteka.db.session import Session, actor_of, find

ONE_VISIT = timedelta(hours=1)
MOST = 99
"""Changes counted; beyond that there are "many"."""

_visits: Any = ClientVisit.__table__
_entries: Any = JournalEntry.__table__
_operations: Any = Operation.__table__


@dataclass(frozen=True)
class Missed:
    """What others have changed since the reader's last visit: when that was, and how many changes (at most 100)."""

    since: datetime
    count: int

    @property
    def is_many(self) -> bool:
        """Whether there are more than are counted."""
        return self.count > MOST


def note_visit(session: Session, client_id: int) -> None:
    """Remember that the session's user looks at a card that he sees; raises NotFound otherwise."""
    user_id = actor_of(session).user_id
    find(session, Client, client_id)
    if user_id is None:
        return
    now = utc_now()
    visit = session.scalars(select(ClientVisit).where(ClientVisit.client_id == client_id)).one_or_none()
    if visit is not None:
        if now - visit.seen_at > ONE_VISIT:
            visit.before_at = visit.seen_at
        visit.seen_at = now
        return
    try:
        with session.begin_nested():
            session.add(ClientVisit(user_id=user_id, client_id=client_id, seen_at=now))
    except IntegrityError:
        return  # opened in two windows at once: the other one has said so


def _changes_missed() -> Select[Any]:
    """Return the select of a visit and the number of changes since; made once, for making it costs more than that."""
    since = case((_visits.c.seen_at < bindparam("visit_begins"), _visits.c.seen_at), else_=_visits.c.before_at)
    newer = (
        select(_entries.c.id)
        .join(_operations, _operations.c.id == _entries.c.operation_id)
        .where(
            _entries.c.client_id == bindparam("client_id"),
            _entries.c.kind.in_(bindparam("kinds", expanding=True)),
            _entries.c.at > since,
            _operations.c.user_id.is_distinct_from(bindparam("user_id")),
        )
        .limit(MOST + 1)
        .correlate(_visits)
        .subquery()
    )
    counted = select(func.count()).select_from(newer).correlate(_visits).scalar_subquery()
    mine = and_(_visits.c.user_id == bindparam("user_id"), _visits.c.client_id == bindparam("client_id"))
    return select(since.label("since"), counted.label("count")).where(mine)


_MISSED = _changes_missed()


def missed_by_reader(session: Session, client_id: int, kinds: Collection[str]) -> Missed | None:
    """Return what others have changed of a client since the reader's last visit; None for nothing, or a first visit.

    ``kinds`` are those that the reader may see. The caller has found the client by a restricted SELECT. One statement.
    """
    user_id = actor_of(session).user_id
    if user_id is None:
        return None
    asked = {"client_id": client_id, "user_id": user_id, "kinds": sorted(kinds)}
    # Past row rights: a visit is the reader's own by its condition, and of changes only their number is told.
    connection = orm.Session.connection(session)
    return _told(connection.execute(_MISSED, {**asked, "visit_begins": utc_now() - ONE_VISIT}).one_or_none())


def _told(row: Any) -> Missed | None:
    return Missed(row.since, row.count) if row is not None and row.since is not None and row.count else None
