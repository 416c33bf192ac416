"""Reads of notifications and of what users want to hear of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, table
from sqlalchemy import column as named
from sqlalchemy.sql.elements import Label

from kartoteka.builtin.notifications.channels.quiet import Quiet, quiet_in
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.channels import Channel
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.extension.dispatch import visible
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.record import RecordRef, is_id
from kartoteka.vocabulary.stored import Shown, from_plain

PREFERENCE = "notifications"
MOST_COUNTED = 99

_switch = table("core_module", named("name"), named("enabled"))


def _of_module_that_is_on() -> ColumnElement[bool]:
    # Built-in features have no switch; a module that sends something has one.
    off = select(_switch.c.name).where(_switch.c.name == Notification.module, ~_switch.c.enabled)
    return ~off.exists()


def unread_of(user_id: Any) -> Label[int]:
    """Return the number of unread notifications as a column ``unread`` of the statement that reads the user."""
    counted = (
        select(func.count())
        .select_from(Notification)
        .where(Notification.user_id == user_id, Notification.read_at.is_(None), _of_module_that_is_on())
    )
    return counted.scalar_subquery().label("unread")


@dataclass(frozen=True)
class Told:
    """A notification as its reader gets it."""

    id: int
    type: str
    message: Translatable
    about: RecordRef | None
    created_at: datetime
    is_read: bool


def newest(
    session: Session, shown: Shown, *, before: int | None = None, unread: bool = False, limit: int = 50
) -> list[Told]:
    """Return the actor's own notifications, the newest first; ``before`` continues below one already shown."""
    statement = (
        select(Notification)
        .where(Notification.user_id == actor_of(session).user_id, _of_module_that_is_on())
        .order_by(Notification.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(Notification.id < before)
    if unread:
        statement = statement.where(Notification.read_at.is_(None))
    return [_told(one, shown) for one in session.scalars(statement)]


def find_told(session: Session, notification_id: int, shown: Shown) -> Told | None:
    """Return one of the actor's own notifications, None when there is none."""
    if not is_id(notification_id):
        return None
    mine = select(Notification).where(Notification.id == notification_id)
    found = session.scalar(mine.where(Notification.user_id == actor_of(session).user_id, _of_module_that_is_on()))
    return None if found is None else _told(found, shown)


def _told(one: Notification, shown: Shown) -> Told:
    return Told(one.id, one.type, from_plain(one.message, shown), one.about, one.created_at, one.read_at is not None)


# --- What users want -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wishes:
    """What a user wants to hear of: types he switched off, how many days ahead, by which channels, and when not."""

    off: frozenset[str] = frozenset()
    days: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    quiet: Quiet = field(default_factory=Quiet)

    def wants(self, type: str) -> bool:
        """Tell whether the user wants this type."""
        return type not in self.off

    def days_ahead(self, type: str) -> int:
        """Return how many days ahead the user wants to be reminded; 0 for on the day only."""
        return self.days.get(type, 0)

    def ways(self, type: NotificationType) -> frozenset[str]:
        """Return the channels that a type goes by, beside the page: those chosen, else those it goes by itself."""
        return self.channels.get(type.key, frozenset(type.channels))


def wishes_in(preferences: Mapping[str, Any]) -> Wishes:
    """Read the wishes out of a user's preferences; whatever makes no sense there counts for nothing."""
    kept = preferences.get(PREFERENCE)
    if not isinstance(kept, Mapping):
        return Wishes()
    off, days, channels = kept.get("off"), kept.get("days"), kept.get("channels")
    return Wishes(
        frozenset(str(one) for one in off) if isinstance(off, list) else frozenset(),
        {str(key): value for key, value in days.items() if type(value) is int} if isinstance(days, Mapping) else {},
        {str(key): frozenset(map(str, ways)) for key, ways in channels.items() if isinstance(ways, list)}
        if isinstance(channels, Mapping)
        else {},
        quiet_in(kept.get("quiet")),
    )


def wishes_of(session: Session, user_ids: Iterable[int]) -> dict[int, Wishes]:
    """Return the wishes of those of these users who can sign in, in one statement."""
    with as_system(session, reason="notifications"):
        rows = session.execute(
            select(User.id, User.preferences).where(User.id.in_(sorted(set(user_ids))), User.active)
        ).all()
    return {row.id: wishes_in(row.preferences or {}) for row in rows}


def days_ahead(session: Session, type: str, user_ids: Iterable[int]) -> dict[int, int]:
    """Return how many days ahead each of these users wants to be reminded, for those who want the type at all."""
    found = wishes_of(session, user_ids).items()
    return {user_id: wishes.days_ahead(type) for user_id, wishes in found if wishes.wants(type)}


def offered_types(session: Session) -> list[NotificationType]:
    """Return the types that the actor can get."""
    return visible(session, extension_of(session).registry.notification_types)


def offered_channels(session: Session) -> list[Channel]:
    """Return the channels that the actor can choose, beside the page."""
    return visible(session, extension_of(session).registry.channels)
