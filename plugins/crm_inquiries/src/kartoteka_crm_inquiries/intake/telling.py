"""Tells people of what visitors of the website have sent or booked."""

from __future__ import annotations

from kartoteka.api.db import Session
from kartoteka.api.declare import NotificationType
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.work import notify
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import ACTIVITY, INQUIRY, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

TYPE = "crm_inquiries.from_website"
NOTIFICATION_TYPES = [
    NotificationType(
        name="from_website",
        title=_("From the website"),
        description=_("When somebody sends you an inquiry by a web form, books time with you, or calls it off."),
        icon="world",
        permission=VIEW_ACTIVITIES,
    )
]


def tell_inquiry(session: Session, inquiry: Inquiry) -> None:
    """Tell who answers for an inquiry that it came."""
    if inquiry.manager_id is not None:
        message = _("New inquiry from the website: %(number)s", number=inquiry.number)
        notify(session, [inquiry.manager_id], TYPE, message, RecordRef(INQUIRY, inquiry.id))


def tell_booking(session: Session, activity: Activity, *, called_off: bool = False) -> None:
    """Tell somebody that his time was booked, or is free again."""
    if activity.performer_id is None:
        return
    message = _("A visitor booked your time: %(number)s", number=activity.number)
    if called_off:
        message = _("A visitor called it off: %(number)s", number=activity.number)
    notify(session, [activity.performer_id], TYPE, message, RecordRef(ACTIVITY, activity.id))
