"""What happens when an inquiry comes to a stage: the step is kept, and the action of the stage is planned."""

from __future__ import annotations

from datetime import datetime

from kartoteka.api.db import Session, utc_now
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.steps import note_stage
from kartoteka_crm_inquiries.processes.models import Stage


def enter_stage(session: Session, inquiry: Inquiry, stage: Stage) -> Activity | None:
    """Keep the step of an inquiry that has come to a stage, and plan what the stage wants done (CORE-25).

    The performer is that of the stage, else the inquiry's manager, else the actor. Returns what was planned.
    """
    note_stage(session, inquiry)
    if stage.outcome or stage.next_kind_id is None or inquiry.closed_at is not None:
        return None
    performer_id = stage.performer_id or inquiry.manager_id
    starts_at = working_time(session, performer_id).next_moment(utc_now(), days=stage.next_in_days)
    return plan_activity(session, _wanted(inquiry, stage, starts_at, performer_id), assigned=True)


def _wanted(inquiry: Inquiry, stage: Stage, starts_at: datetime, performer_id: int | None) -> dict[str, object]:
    values: dict[str, object] = {
        "client_id": inquiry.client_id,
        "inquiry_id": inquiry.id,
        "project_id": inquiry.project_id,
        "person": inquiry.person,
        "kind_id": stage.next_kind_id,
        "starts_at": starts_at,
    }
    return values if performer_id is None else {**values, "performer_id": performer_id}
