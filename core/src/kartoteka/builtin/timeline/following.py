"""Pinning entries of a stream and following records, for those who may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.timeline.models import Follower, Pin
from kartoteka.builtin.timeline.rights import WRITE
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system, demand
from kartoteka.extension.seeing import demand_seen
from kartoteka.vocabulary.record import RecordRef


def pin_entry(session: Session, record: RecordRef, source: str, entry_id: int) -> None:
    """Keep an entry at the top of a record's stream; the caller has found that the actor may see it."""
    demand(session, WRITE)
    demand_seen(session, record)
    values = {"about_kind": record.kind, "about_id": record.id, "source": source, "entry_id": entry_id}
    _insert_once(session, Pin, {**values, "user_id": actor_of(session).user_id, "at": utc_now()})


def unpin_entry(session: Session, record: RecordRef, source: str, entry_id: int) -> None:
    """Let an entry go back to where it stands in a record's stream."""
    demand(session, WRITE)
    demand_seen(session, record)
    wanted = (Pin.about_kind == record.kind, Pin.about_id == record.id, Pin.source == source, Pin.entry_id == entry_id)  # type: ignore[attr-defined]
    with as_system(session, reason="unpin an entry"):
        session.execute(delete(Pin).where(*wanted))


def follow(session: Session, record: RecordRef) -> None:
    """Let the actor follow a record that he may see."""
    demand_seen(session, record)
    add_followers(session, record, [actor_of(session).user_id])


def unfollow(session: Session, record: RecordRef) -> None:
    """Let the actor follow a record no more."""
    mine = (Follower.about_kind == record.kind, Follower.about_id == record.id)  # type: ignore[attr-defined]
    with as_system(session, reason="unfollow a record"):
        session.execute(delete(Follower).where(*mine, Follower.user_id == actor_of(session).user_id))


def add_followers(session: Session, record: RecordRef, user_ids: list[int | None]) -> None:
    """Let users follow a record; they are told of it only as long as they may see it."""
    for user_id in user_ids:
        if user_id is not None:
            values = {"about_kind": record.kind, "about_id": record.id, "user_id": user_id, "at": utc_now()}
            _insert_once(session, Follower, values)


def _insert_once(session: Session, model: type[Any], values: Mapping[str, Any]) -> None:
    insert = sqlite.insert if session.database.is_sqlite else postgresql.insert
    with as_system(session, reason="once only"):
        session.execute(insert(model.__table__).values(dict(values)).on_conflict_do_nothing())


def followers_of(session: Session, record: RecordRef) -> list[int]:
    """Return who follows a record, whether or not he still may see it."""
    wanted = (Follower.about_kind == record.kind, Follower.about_id == record.id)  # type: ignore[attr-defined]
    with as_system(session, reason="followers of a record"):
        return list(session.scalars(select(Follower.user_id).where(*wanted).order_by(Follower.id)))
