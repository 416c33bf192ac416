"""Reminders at a moment: set, moved and forgotten by whoever knows the task; told once, if late (CORE-11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.notifications.channels.models import Reminder
from kartoteka.builtin.notifications.channels.planning import plan_job
from kartoteka.builtin.notifications.service import notify
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.stored import from_plain, to_plain

AT_ONCE = 100
KEY_LENGTH = 160


def remind(
    session: Session,
    user_ids: Iterable[int],
    type: str,
    message: Message | str,
    at: datetime,
    *,
    key: str,
    ref: RecordRef | None = None,
) -> None:
    """Tell users something at a moment (aware), with all browsers closed too, by the channels that they chose.

    ``key`` (at most 160 characters) names what it is about: the same key moves a reminder that was not told yet, and
    one that was told is told again only at another moment. ``type``, ``message`` and ``ref`` are those of `notify`.
    Raises LookupError for a type that nobody declares, ValueError for a key that is too long or a naive moment.
    """
    if extension_of(session).registry.find_notification_type(type) is None:
        raise LookupError(f"No installed module declares the notification type {type}.")
    if not key or len(key) > KEY_LENGTH or at.tzinfo is None:
        raise ValueError("A reminder needs a key of at most 160 characters and a moment with a time zone.")
    for user_id in sorted(set(user_ids)):
        values = {
            "user_id": user_id,
            "key": key,
            "type": type,
            "message": to_plain(message),
            "about_kind": ref.kind if ref else None,
            "about_id": ref.id if ref else None,
            "due_at": at,
            "told_at": None,
            "created_at": utc_now(),
        }
        _put(session, values)
    plan_job(session, at)


def forget_reminders(session: Session, key: str) -> None:
    """Forget the reminders with this key that were not told yet: the task is done, or gone."""
    with as_system(session, reason="reminders of a task that is done"):
        session.execute(delete(Reminder).where(Reminder.key == key, Reminder.told_at.is_(None)))


def tell_due(session: Session) -> int:
    """Tell the reminders that are due, some of them, and return how many were looked at."""
    now = utc_now()
    with as_system(session, reason="reminders that are due"):
        due = select(Reminder).where(Reminder.told_at.is_(None), Reminder.due_at <= now)
        found = session.scalars(due.order_by(Reminder.due_at, Reminder.id).limit(AT_ONCE).with_for_update()).all()
    for one in found:
        _tell(session, one)
        with as_system(session, reason="a reminder was told"):
            session.execute(update(Reminder).where(Reminder.id == one.id).values(told_at=now))
    return len(found)


def _tell(session: Session, one: Reminder) -> None:
    message: Translatable = from_plain(one.message)
    told = message if isinstance(message, Message) else Message("%(text)s", {"text": message})
    event = f"{one.key}@{one.due_at:%Y%m%dT%H%M%S}"
    try:
        notify(session, [one.user_id], one.type, told, one.about, dedup=event)
    except LookupError:
        return  # its module is off: what it would remind of is not there either


def _put(session: Session, values: dict[str, Any]) -> None:
    insert = sqlite.insert if session.database.is_sqlite else postgresql.insert
    made = insert(Reminder.__table__).values(values)
    moved = made.on_conflict_do_update(
        index_elements=["user_id", "key"],
        set_={name: value for name, value in values.items() if name not in ("user_id", "key", "created_at")},
        where=(Reminder.__table__.c.due_at != values["due_at"]) | Reminder.__table__.c.told_at.is_(None),
    )
    with as_system(session, reason="reminder"):
        session.execute(moved)
