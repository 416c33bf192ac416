"""Reminders that users set for themselves on a record: a slot of the composer, and entries only they see (CORE-11)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from kartoteka.builtin.notifications.service import forget_reminders, own_reminders, remind
from kartoteka.builtin.timeline.forms import ReminderForm
from kartoteka.builtin.timeline.rights import VIEW
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.timeline import Composer, StreamPart, TimelineEntry, TimelineSource
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.vocabulary.errors import InvalidInput, NotFound
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import clean_line

TYPE = "timeline.reminder"


def save_reminder(session: Session, record: RecordRef, values: dict[str, Any]) -> Message:
    """Remind the actor of a record at a moment. Raises InvalidInput for a moment that has passed."""
    user_id, moment = actor_of(session).user_id, values["at"]
    if user_id is None:
        raise NotFound
    if moment <= utc_now():
        raise InvalidInput({"at": _("Choose a time in the future.")})
    words = Message("%(text)s", {"text": clean_line(values["text"])})
    remind(session, [user_id], TYPE, words, moment, key=f"{TYPE}:{secrets.token_hex(12)}", ref=record)
    return _("You will be reminded.")


def read_reminders(session: Session, part: StreamPart) -> Sequence[TimelineEntry]:
    """Return the actor's own reminders of the record."""
    now = utc_now()
    return [
        TimelineEntry(
            id=one.id,
            at=one.due_at,
            title=_("Reminder") if one.told_at is None else _("Reminded"),
            who=actor_of(session).name,
            text=one.text,
            values={"is_waiting": one.told_at is None and one.due_at > now},
        )
        for one in own_reminders(session, part.record, part.newest)
    ]


def forget_reminder(session: Session, reminder_id: int) -> RecordRef:
    """Take one of the actor's reminders back and return what it is about; raises NotFound."""
    found = next((one for one in own_reminders(session, None, None) if one.id == reminder_id), None)
    if found is None or found.about is None:
        raise NotFound
    forget_reminders(session, found.key)
    return found.about


REMINDERS = TimelineSource(
    name="reminders",
    title=_("My reminders"),
    icon="clock",
    permission=VIEW,
    read=read_reminders,
    template="timeline/reminder.html",
    composer=Composer(title=_("Reminder"), icon="clock", permission=VIEW, form=ReminderForm, save=save_reminder),
    weight=800,
)
REMINDER_TYPE = NotificationType(
    name="reminder",
    title=_("Reminders that you set"),
    description=_("At the time you chose on a timeline."),
    icon="clock",
    permission=VIEW,
    channels=("notifications.email", "notifications.push"),
    urgent=True,
)
