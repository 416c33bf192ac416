"""Tells people of the work they are given, and of what became of the work they gave (CORE-27, IN-29)."""

from __future__ import annotations

from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import NotificationType
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.work import notify
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.naming import ACTIVITY, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.passing_on import tell_passed_on

_ = Texts("crm_inquiries")

GIVEN, DONE = "crm_inquiries.given", "crm_inquiries.done"
NOTIFICATION_TYPES = [
    NotificationType(
        name="given",
        title=_("Work assigned to you"),
        description=_("When a colleague gives you a task or passes one on to you."),
        icon="user-check",
        permission=VIEW_ACTIVITIES,
    ),
    NotificationType(
        name="done",
        title=_("Work you assigned"),
        description=_("When somebody finishes a task that you gave."),
        icon="checkbox",
        permission=VIEW_ACTIVITIES,
    ),
]


def tell_given(session: Session, activity: Activity) -> None:
    """Tell a performer that somebody else planned something for him."""
    actor = actor_of(session)
    if activity.performer_id is None or activity.performer_id == actor.user_id or actor.is_system:
        return
    message = _("%(who)s gave you %(number)s", who=actor.name, number=activity.number)
    _tell(session, activity, activity.performer_id, GIVEN, message)


def tell_handed_over(session: Session, activity: Activity, user_id: int, note: str) -> None:
    """Tell somebody that work was passed on to him, with the note of whoever did it."""
    tell_passed_on(session, GIVEN, RecordRef(ACTIVITY, activity.id), activity.number, user_id, note)


def tell_done(session: Session, activity: Activity) -> None:
    """Tell whoever gave the work that it is done."""
    actor = actor_of(session)
    if activity.creator_id is None or activity.creator_id in (actor.user_id, activity.performer_id):
        return
    message = _("%(who)s finished %(number)s, which you gave", who=actor.name, number=activity.number)
    _tell(session, activity, activity.creator_id, DONE, message)


def _tell(session: Session, activity: Activity, user_id: int, type: str, message: object) -> None:
    notify(session, [user_id], type, message, RecordRef(ACTIVITY, activity.id))  # type: ignore[arg-type]
