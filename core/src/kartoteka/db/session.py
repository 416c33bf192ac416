"""Sessions that know for whom they work, and the place (database and actor) that the running code works in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, inspect, select
from sqlalchemy import orm

from kartoteka.db.actor import Actor
from kartoteka.vocabulary.errors import NotFound

if TYPE_CHECKING:
    from kartoteka.db.engine import Database

T = TypeVar("T")
log = logging.getLogger("kartoteka.rights")


class Session(orm.Session):
    """A unit of work for one actor; made by ``Database.reading`` and ``Database.transaction`` only."""

    def __init__(self, database: Database, bind: Engine, actor: Actor, *, is_reading: bool) -> None:
        super().__init__(bind, expire_on_commit=False)
        self.database = database
        self.actor = actor
        self.is_reading = is_reading
        self.unguarded = 0


@dataclass(frozen=True)
class Workplace:
    """The database and the actor of the request, job or command that is running."""

    database: Database
    actor: Actor


workplace: ContextVar[Workplace] = ContextVar("workplace")


@contextmanager
def use_workplace(database: Database, actor: Actor) -> Iterator[Workplace]:
    """Let ``reading()`` and ``transaction()`` work in this database for this actor until the block ends."""
    token = workplace.set(Workplace(database, actor))
    try:
        yield workplace.get()
    finally:
        workplace.reset(token)


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that cannot write, for the actor of the running request, job or command."""
    place = workplace.get()
    with place.database.reading(place.actor) as session:
        yield session


@contextmanager
def transaction(title: object = None) -> Iterator[Session]:
    """Open a session that commits when the block ends, for the actor of the running request, job or command."""
    place = workplace.get()
    with place.database.transaction(place.actor, title) as session:
        yield session


def actor_of(session: orm.Session) -> Actor:
    """Return the actor a session works for; raises TypeError for a session that was made elsewhere."""
    if not isinstance(session, Session):
        raise TypeError("This session was not opened by a Database and has no actor.")
    return session.actor


@contextmanager
def as_system(session: orm.Session, *, reason: str) -> Iterator[orm.Session]:
    """Lift row rights until the block ends; logged with its reason, which must name no person."""
    actor_of(session)
    log.info("as system: %s", reason)
    session.unguarded += 1
    try:
        yield session
    finally:
        session.unguarded -= 1


def find(session: orm.Session, model: type[T], id: int) -> T:
    """Return the record with this id if the actor may see it; raises NotFound otherwise."""
    record = find_or_none(session, model, id)
    if record is None:
        raise NotFound
    return record


def find_or_none(session: orm.Session, model: type[T], id: int) -> T | None:
    """Return the record with this id if the actor may see it, or None."""
    key = inspect(model).primary_key[0]
    return session.scalars(select(model).where(key == id)).one_or_none()
