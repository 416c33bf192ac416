"""Tells people of inquiries that are passed on to them (CORE-27)."""

from __future__ import annotations

from kartoteka.api.db import Session
from kartoteka.api.declare import NotificationType
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import INQUIRY, VIEW
from kartoteka_crm_inquiries.passing_on import tell_passed_on

_ = Texts("crm_inquiries")

HANDED_OVER = "crm_inquiries.inquiry_handed_over"
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
    tell_passed_on(session, HANDED_OVER, RecordRef(INQUIRY, inquiry.id), inquiry.number, user_id, note)
