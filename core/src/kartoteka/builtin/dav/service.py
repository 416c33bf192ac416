"""Use cases of calendars for other programs: what they have seen, and addresses to subscribe to."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from kartoteka.builtin.dav.models import NAME_LENGTH, CalendarFeed, DavSnapshot
from kartoteka.builtin.users.queries import User
from kartoteka.builtin.users.service import enders
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system, find
from kartoteka.extension.declarations.dav import DavItem
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import clean_line

KEPT_SNAPSHOTS = 6
KEPT_FOR = timedelta(days=60)
MOST_FEEDS = 20
_SCHEME = "urn:kartoteka:sync:"


def token_of(items: Sequence[DavItem]) -> str:
    """Return the mark of what lies in a collection: the same for the same names and etags."""
    lines = sorted(f"{item.name}\n{item.etag}" for item in items)
    return sha256("\n\n".join(lines).encode("utf-8", "replace")).hexdigest()


def sync_token(items: Sequence[DavItem]) -> str:
    """Return the sync-token (RFC 6578) of what lies in a collection."""
    return _SCHEME + token_of(items)


def seen_with(session: Session, collection: str, token: str) -> Mapping[str, str] | None:
    """Return what a program saw when it was given this sync-token; None for one that is unknown or has expired."""
    if not token.startswith(_SCHEME):
        return None
    wanted = select(DavSnapshot.items).where(
        DavSnapshot.collection == collection,
        DavSnapshot.token == token.removeprefix(_SCHEME)[:64],
        DavSnapshot.made_at > utc_now() - KEPT_FOR,
    )
    return session.scalar(wanted)


def is_remembered(session: Session, collection: str, items: Sequence[DavItem]) -> bool:
    """Tell whether it is noted already what lies in a collection."""
    return seen_with(session, collection, sync_token(items)) is not None


def remember(session: Session, user_id: int, collection: str, items: Sequence[DavItem]) -> None:
    """Note what lies in a collection, so that a program that has seen it can be told what changed since."""
    known = (
        select(DavSnapshot)
        .where(DavSnapshot.collection == collection)
        .order_by(DavSnapshot.made_at.desc(), DavSnapshot.id.desc())
    )
    snapshots = session.scalars(known).all()
    token = token_of(items)
    same = next((one for one in snapshots if one.token == token), None)
    if same is not None:
        same.made_at = utc_now()
        return
    for old in snapshots[KEPT_SNAPSHOTS - 1 :]:
        session.delete(old)
    try:
        with session.begin_nested():
            session.add(
                DavSnapshot(
                    user_id=user_id,
                    collection=collection,
                    token=token,
                    items={item.name: item.etag for item in items},
                    made_at=utc_now(),
                )
            )
    except IntegrityError:
        return  # another program of the same user was quicker with the same


def forget_old(session: Session) -> int:
    """Forget what programs saw long ago; return how much that was."""
    statement = delete(DavSnapshot).where(DavSnapshot.made_at < utc_now() - KEPT_FOR)
    with as_system(session, reason="old marks of calendars"):
        return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def add_feed(
    session: Session, user_id: int, name: str, *, collection: str = "", titles: bool = True, alarms: bool = True
) -> tuple[CalendarFeed, str]:
    """Make an address to subscribe to; return it with its secret part, which is never shown again.

    ``collection`` is the key of the only collection in it, empty for all. Raises InvalidInput without a name, and
    Refused when there are absurdly many.
    """
    name = clean_line(name)[:NAME_LENGTH]
    if not name:
        raise InvalidInput({"name": _("Say where the calendar will be shown.")})
    count = select(func.count(CalendarFeed.id)).where(CalendarFeed.user_id == user_id, CalendarFeed.ended_at.is_(None))
    if (session.scalar(count) or 0) >= MOST_FEEDS:
        raise Refused(_("There are too many addresses. Revoke those no longer used."))
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        user_id=user_id,
        name=name,
        collection=collection,
        titles=titles,
        alarms=alarms,
        token_hash=_digest(token),
        created_at=utc_now(),
    )
    session.add(feed)
    session.flush()
    audit(session, "calendar_feed.added", ref=RecordRef("users.user", user_id), subject=name)
    return feed, token


def end_feed(session: Session, feed_id: int) -> None:
    """Make an address useless; raises NotFound for another user's."""
    _end(session, find(session, CalendarFeed, feed_id))


def end_feeds_of(session: Session, user_id: int) -> None:
    """Make all addresses of a user useless."""
    with as_system(session, reason="end what lets programs in as a user"):
        for feed in session.scalars(select(CalendarFeed).where(CalendarFeed.user_id == user_id)).all():
            _end(session, feed)


def _end(session: Session, feed: CalendarFeed) -> None:
    if feed.ended_at is None:
        feed.ended_at = utc_now()
        audit(session, "calendar_feed.ended", ref=RecordRef("users.user", feed.user_id), subject=feed.name)


def find_feed(session: Session, token: str) -> CalendarFeed | None:
    """Return the open feed of an active user with this secret part, or None."""
    with as_system(session, reason="calendar address"):
        return session.scalar(
            select(CalendarFeed)
            .join(User, User.id == CalendarFeed.user_id)
            .where(CalendarFeed.token_hash == _digest(token), CalendarFeed.ended_at.is_(None), User.active)
        )


def _digest(token: str) -> str:
    return sha256(f"calendar feed {token[:200]}".encode("utf-8", "replace")).hexdigest()


enders.append(end_feeds_of)
