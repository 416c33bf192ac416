"""The deadline of a tender is an activity of its own, of which its performer is reminded (IN-03). Never commits."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.db import Session, utc_now
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import NAME_LENGTH, Activity
from kartoteka_crm_inquiries.activities.rules import HIGH, OPEN
from kartoteka_crm_inquiries.activities.service import cancel_activity, change_activity, plan_activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.rules import TENDER_SORT

_ = Texts("crm_inquiries")

DAY_BEFORE = 24 * 60


def deadline_uid(inquiry_id: int) -> str:
    """Return what the activity of a tender's deadline is recognised by."""
    return f"deadline-{inquiry_id}@kartoteka"


def remind_of_deadline(session: Session, inquiry: Inquiry) -> Activity | None:
    """Let the activity of a tender's deadline be where the deadline is: planned, moved or called off."""
    if inquiry.sort != TENDER_SORT or inquiry.closed_at is not None:
        return None
    known = session.scalar(
        select(Activity).where(Activity.uid == deadline_uid(inquiry.id), Activity.status.in_(OPEN)).limit(1)
    )
    if inquiry.deadline is None:
        return None if known is None else cancel_activity(session, known.id)
    if known is not None:
        if known.due_at == inquiry.deadline:
            return known
        moments = dict.fromkeys(("starts_at", "ends_at", "due_at"), inquiry.deadline)
        return change_activity(session, known.id, moments)
    if inquiry.deadline <= utc_now():
        return None
    values = {
        "client_id": inquiry.client_id,
        "inquiry_id": inquiry.id,
        "name": str(_("Deadline of %(number)s: %(subject)s", number=inquiry.number, subject=inquiry.subject))[
            :NAME_LENGTH
        ],
        "starts_at": inquiry.deadline,
        "importance": HIGH,
        "remind": DAY_BEFORE,
        "uid": deadline_uid(inquiry.id),
    }
    if inquiry.manager_id is not None:
        values["performer_id"] = inquiry.manager_id
    return plan_activity(session, values, assigned=True)
