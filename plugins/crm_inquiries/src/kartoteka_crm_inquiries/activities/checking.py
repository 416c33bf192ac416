"""What ``kartoteka check`` finds of next actions: open inquiries without one, and moments that are not theirs."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Message, Texts
from kartoteka_crm_inquiries.activities.models import inquiry_class
from kartoteka_crm_inquiries.activities.next_action import differs_from_earliest, earliest_action

_ = Texts("crm_inquiries")

MOST = 100


def find_faults(session: Session) -> list[Message]:
    """Return a sentence for each inquiry whose next action is missing or stale, a hundred at most."""
    model = inquiry_class()
    wanted = select(model.number, model.client_id, model.closed_at, model.state, earliest_action().label("earliest"))
    rows = session.execute(wanted.where(differs_from_earliest()).order_by(model.id).limit(MOST))
    return [_fault(row) for row in rows]


def _fault(row: object) -> Message:
    number = getattr(row, "number", "")
    is_open = getattr(row, "closed_at", None) is None and getattr(row, "state", "") == RecordState.ACTIVE
    if is_open and getattr(row, "earliest", None) is None:
        return _("%(number)s is open and has no next action.", number=number)
    return _("%(number)s names another moment for its next action than its activities do.", number=number)
