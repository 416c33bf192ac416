"""Reads of calendars for other programs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kartoteka.builtin.dav.models import CalendarFeed
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.dav import DavCollection
from kartoteka.extension.dispatch import visible


def collections_of(session: Session) -> list[DavCollection]:
    """Return the collections of active modules that the actor may see."""
    return visible(session, extension_of(session).registry.dav_collections)


def find_collection(session: Session, key: str) -> DavCollection | None:
    """Return a collection by its key, None when the actor has none of that name."""
    return next((one for one in collections_of(session) if one.key == key), None)


def own_address(session: Session) -> tuple[str, str]:
    """Return the name and the e-mail address of whoever asks, the latter empty when there is none."""
    actor = actor_of(session)
    with as_system(session, reason="address of a calendar's owner"):
        email = session.scalar(select(User.email).where(User.id == actor.user_id))
    return actor.name, email or ""


def open_feeds(session: Session) -> Sequence[CalendarFeed]:
    """Return the actor's addresses to subscribe to, the newest first."""
    return session.scalars(
        select(CalendarFeed).where(CalendarFeed.ended_at.is_(None)).order_by(CalendarFeed.id.desc())
    ).all()
