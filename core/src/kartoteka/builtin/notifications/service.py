"""Telling users something, marking it read, and forgetting what is old."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.access.queries import users_who_may
from kartoteka.builtin.notifications.channels.models import Reminder
from kartoteka.builtin.notifications.channels.planning import plan_deliveries
from kartoteka.builtin.notifications.channels.quiet import Quiet
from kartoteka.builtin.notifications.channels.reminding import forget_reminders as forget_reminders
from kartoteka.builtin.notifications.channels.reminding import own_reminders as own_reminders
from kartoteka.builtin.notifications.channels.reminding import remind as remind
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.notifications.queries import PREFERENCE, Wishes, offered_channels, offered_types, wishes_of
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.stored import from_plain, to_plain

KEPT_READ = timedelta(days=30)
KEPT = timedelta(days=180)
AT_ONCE = 500


def notify(
    session: Session,
    user_ids: Iterable[int],
    type: str,
    message: Message,
    ref: RecordRef | None = None,
    *,
    dedup: str | None = None,
) -> int:
    """Tell users something; return how many of them are told.

    It also goes by the channels that each user chose, outside his quiet hours, as soon as a worker comes to it.
    ``type`` is the key (``module.name``) of a declared NotificationType. Each reader gets ``message`` in his own
    language, with dates and amounts written his way, and a link to ``ref`` as long as he may see the record: names of
    people belong into the record and not into the message. ``dedup`` (at most 200 characters) names the event: a
    user is told of it once, also when two processes tell him. Left out are those who switched the type off,
    lack its right or can't sign in. Raises LookupError for a type that is not declared or whose module is off.
    """
    declared = _declared(session, type)
    told = _who_gets(session, declared, {one for one in user_ids if one is not None})
    rows = [
        {
            "user_id": user_id,
            "module": declared.module,
            "type": declared.key,
            "message": to_plain(message),
            "about_kind": ref.kind if ref else None,
            "about_id": ref.id if ref else None,
            "dedup": dedup[:200] if dedup else None,
            "created_at": utc_now(),
        }
        for user_id in sorted(told)
    ]
    written = _write(session, rows)
    plan_deliveries(session, declared, written)
    return len(written)


def notify_number(
    session: Session,
    user_id: int,
    type: str,
    words: Callable[[int], Message],
    number: int,
    *,
    dedup: str,
    ref: RecordRef | None = None,
) -> None:
    """Tell a user how many there are of something; later calls with the same ``dedup`` add up in one notification.

    ``words`` makes the message, a plural, from the number. ``ref`` is what it is about as long as there is one only.
    """
    with as_system(session, reason="notification"):
        earlier = session.scalar(
            select(Notification).where(Notification.user_id == user_id, Notification.dedup == dedup).with_for_update()
        )
        if earlier is not None:
            told = from_plain(earlier.message)
            before = told.count if isinstance(told, Message) and told.count is not None else 1
            earlier.message, earlier.about, earlier.read_at = to_plain(words(before + number)), None, None
            session.flush()
            return
    notify(session, [user_id], type, words(number), ref, dedup=dedup)


def mark_read(session: Session, notification_id: int) -> Notification:
    """Mark one of the actor's notifications as read; raises NotFound when it isn't his."""
    found = session.scalar(
        select(Notification).where(
            Notification.id == notification_id, Notification.user_id == actor_of(session).user_id
        )
    )
    if found is None:
        raise NotFound
    if found.read_at is None:
        found.read_at = utc_now()
    return found


def mark_all_read(session: Session, *, up_to: int | None = None) -> int:
    """Mark the actor's notifications as read, those up to the newest one he has seen; return how many."""
    with as_system(session, reason="own notifications read"):
        statement = update(Notification).where(
            Notification.user_id == actor_of(session).user_id, Notification.read_at.is_(None)
        )
        if up_to is not None:
            statement = statement.where(Notification.id <= up_to)
        return int(session.execute(statement.values(read_at=utc_now())).rowcount)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a user chose of how he is told; None leaves it as it was.

    ``channels`` holds for each type the keys of its channels.
    """

    channels: Mapping[str, Collection[str]] | None = None
    quiet: Quiet | None = None


def choose_types(
    session: Session, wanted: Iterable[str], days: Mapping[str, int], choice: Choice | None = None
) -> None:
    """Remember which of the offered types the actor wants, how many days ahead and how; others stay as they were."""
    user_id = actor_of(session).user_id
    if user_id is None:
        raise NotFound
    offered = {one.key: one for one in offered_types(session)}
    kept = wishes_of(session, [user_id])[user_id]
    off = {one for one in kept.off if one not in offered} | (offered.keys() - set(wanted))
    ahead = dict(kept.days)
    for key, number in days.items():
        if key in offered and number in (0, *offered[key].days_ahead):
            ahead[key] = number
    chosen = {
        "off": sorted(off),
        "days": {key: number for key, number in sorted(ahead.items()) if number},
        **_ways(session, kept, offered, choice or Choice()),
    }
    set_preference(session, user_id, PREFERENCE, chosen if any(chosen.values()) else None)


def _ways(session: Session, kept: Wishes, offered: Mapping[str, NotificationType], choice: Choice) -> dict[str, Any]:
    ways = {key: sorted(found) for key, found in kept.channels.items()}
    if choice.channels is not None:
        known = {one.key for one in offered_channels(session)}
        ways |= {key: sorted(known & {*choice.channels.get(key, ())}) for key in offered}
        ways = {key: found for key, found in ways.items() if key not in offered or {*found} != {*offered[key].channels}}
    quiet = (kept.quiet if choice.quiet is None else choice.quiet).as_plain()
    return {name: value for name, value in (("channels", ways), ("quiet", quiet)) if value}


def forget_old(session: Session) -> int:
    """Delete notifications read more than 30 days ago and all older than 180 days; return how many, at most 500."""
    now = utc_now()
    with as_system(session, reason="old notifications"):
        old = (
            select(Notification.id)
            .where((Notification.created_at < now - KEPT) | (Notification.read_at < now - KEPT_READ))
            .order_by(Notification.id)
            .limit(AT_ONCE)
        )
        ids = list(session.scalars(old))
        if ids:
            session.execute(delete(Notification).where(Notification.id.in_(ids)))
    return len(ids)


def _declared(session: Session, type: str) -> NotificationType:
    found = extension_of(session).registry.find_notification_type(type)
    if found is None or found.module not in active_set(session):
        raise LookupError(f"No active module declares the notification type {type}.")
    return found


def forget_about(session: Session, kinds: Collection[str], record_ids: Collection[int]) -> None:
    """Forget what users were told, and are to be reminded of, about records: a person in them is being erased."""
    with as_system(session, reason="a person is erased"):
        for told in (Notification, Reminder):
            about: Any = told.__table__.c
            session.execute(delete(told).where(about.about_kind.in_(kinds), about.about_id.in_(record_ids)))


def _who_gets(session: Session, type: NotificationType, user_ids: set[int]) -> set[int]:
    wanting = {one for one, wishes in wishes_of(session, user_ids).items() if wishes.wants(type.key)}
    if type.permission is None or not wanting:
        return wanting
    active = active_set(session)
    requires = {
        one.name: one.also_requires for one in extension_of(session).registry.permissions if one.module in active
    }
    return users_who_may(session, type.permission, wanting, requires)


def _write(session: Session, rows: list[dict[str, Any]]) -> dict[int, int]:
    """Return the ids of the notifications that were written, by user; the others had been told before."""
    if not rows:
        return {}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    with as_system(session, reason="notification"):
        fresh = insert(Notification).values(rows).on_conflict_do_nothing()
        rows_written = session.execute(fresh.returning(Notification.user_id, Notification.id)).all()
    return {row.user_id: row.id for row in rows_written}
