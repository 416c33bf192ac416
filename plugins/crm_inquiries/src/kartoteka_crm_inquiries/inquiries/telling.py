"""Tells people of inquiries that are passed on to them (CORE-27)."""

from __future__ import annotations

from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import NotificationType
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.work import notify
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import INQUIRY, VIEW

_ = Texts("crm_inquiries")

HANDED_OVER = "crm_inquiries.inquiry_handed_over"
LONGEST_NOTE = 300
NOTIFICATION_TYPES = [
    NotificationType(
        name="inquiry_handed_over",
        title=_("Inquiries passed on to you"),
        description=_("When a colleague passes an inquiry, an order or a tender on to you."),
        icon="user-check",
        permission=VIEW,
    )
]


def tell_handed_over(session: Session, inquiry: Inquiry, user_id: int, note: str) -> None:
    """Tell somebody that an inquiry was passed on to him, with the note of whoever did it."""
    actor, said = actor_of(session), " ".join(note.split())[:LONGEST_NOTE]
    if user_id == actor.user_id:
        return
    facts = {"who": actor.name, "number": inquiry.number}
    message = _("%(who)s passed %(number)s on to you: %(note)s", **facts, note=said)
    if not said:
        message = _("%(who)s passed %(number)s on to you", **facts)
    notify(session, [user_id], HANDED_OVER, message, RecordRef(INQUIRY, inquiry.id))
