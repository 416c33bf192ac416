"""Reminders at a moment: set, moved and forgotten by whoever knows the task; told once, if late (CORE-11)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.notifications.channels.models import Reminder
from kartoteka.builtin.notifications.channels.planning import plan_job
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.stored import from_plain, to_plain

KEY_LENGTH = 160
LimitTo = Callable[[Any, Any, Any], Any]


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


def forget_reminders_of(session: Session, client_ids: Collection[int]) -> None:
    """Forget all reminders of clients, told or not: their data is being erased."""
    about = (Reminder.about_kind == "clients.client", Reminder.about_id.in_(client_ids))  # type: ignore[attr-defined]
    with as_system(session, reason="reminders of a client that is erased"):
        session.execute(delete(Reminder).where(*about))


def forget_told(session: Session, before: datetime) -> None:
    """Forget reminders that were told before a moment."""
    with as_system(session, reason="old reminders"):
        session.execute(delete(Reminder).where(Reminder.told_at < before))


@dataclass(frozen=True)
class OwnReminder:
    """A reminder of the actor's own."""

    id: int
    key: str
    text: Translatable
    about: RecordRef | None
    due_at: datetime
    told_at: datetime | None


def own_reminders(session: Session, record: RecordRef | None, limit_to: LimitTo | None) -> list[OwnReminder]:
    """Return the actor's own reminders, of one record or of all; ``limit_to(statement, at, id)`` limits and orders."""
    mine = select(Reminder).where(Reminder.user_id == actor_of(session).user_id)
    if record is not None:
        mine = mine.where(Reminder.about_kind == record.kind, Reminder.about_id == record.id)  # type: ignore[attr-defined]
    if limit_to is not None:
        mine = limit_to(mine, Reminder.due_at, Reminder.id)
    with as_system(session, reason="own reminders"):
        found = session.scalars(mine).all()
    return [OwnReminder(one.id, one.key, from_plain(one.message), one.about, one.due_at, one.told_at) for one in found]


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
