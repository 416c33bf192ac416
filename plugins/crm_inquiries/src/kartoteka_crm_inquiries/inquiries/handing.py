"""Passes inquiries on to a colleague, with a note (CORE-27). Never commits."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.clients import apply_changes, record_to_write
from kartoteka.api.db import Session, actor_of, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts, clean_block
from kartoteka.api.values import read_values
from kartoteka.api.work import write_note
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.activities.service import on_its_own
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.reading import user_of
from kartoteka_crm_inquiries.inquiries.registering import demand_assigning
from kartoteka_crm_inquiries.inquiries.telling import tell_handed_over
from kartoteka_crm_inquiries.naming import ACTIVITY, EDIT, INQUIRY
from kartoteka_crm_inquiries.series.queries import series_of_inquiry
from kartoteka_crm_inquiries.series.service import change_series

_ = Texts("crm_inquiries")

WRITES_NOTES = "timeline.write"


def hand_over_inquiry(session: Session, id: int, user_id: int, note: str = "") -> Inquiry:
    """Pass an inquiry on: what its performer had planned for it goes along, and the colleague is told, with the note.

    So do the series about it; an occurrence of another one is on its own from then on.
    Raises Forbidden without the right to give work to others, InvalidInput naming the field, Refused when it is closed.
    """
    inquiry: Inquiry = record_to_write(session, Inquiry, id, EDIT)
    if inquiry.closed_at is not None:
        raise Refused(_("This is closed. Open it again first."))
    wanted = read_values({"user_id": user_id}, {"user_id": user_of(session, None)})["user_id"]
    if wanted is None:
        raise InvalidInput({"user_id": _("Choose somebody who works here.")})
    demand_assigning(session, wanted)
    if wanted == inquiry.manager_id:
        raise InvalidInput({"user_id": _("This colleague has it already.")})
    before = inquiry.manager_id
    apply_changes(session, inquiry, INQUIRY, {"manager_id": wanted, "moved_at": utc_now()})
    _hand_over_work(session, inquiry.id, before, wanted)
    said = clean_block(note)
    if said and actor_of(session).can(WRITES_NOTES):
        write_note(session, RecordRef(INQUIRY, inquiry.id), said)
    tell_handed_over(session, inquiry, wanted, said)
    return inquiry


def _hand_over_work(session: Session, inquiry_id: int, before: int | None, wanted: int) -> None:
    for series in series_of_inquiry(session, inquiry_id):
        if before is not None and series.values.get("performer_id") == before:
            change_series(session, series, {"performer_id": wanted})
    planned = select(Activity).where(
        Activity.inquiry_id == inquiry_id, Activity.status.in_(OPEN), Activity.performer_id == before
    )
    changes = {"performer_id": wanted}
    for activity in list(session.scalars(planned)):
        apply_changes(session, activity, ACTIVITY, {**changes, **on_its_own(activity, changes)})
