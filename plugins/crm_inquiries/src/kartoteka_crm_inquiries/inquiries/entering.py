"""What happens when an inquiry comes to a stage: the step is kept, and the action of the stage is planned."""

from __future__ import annotations

from datetime import datetime

from kartoteka.api.company import company_place
from kartoteka.api.db import Session, utc_now
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.calendar.working_time import next_working_moment
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.steps import note_stage
from kartoteka_crm_inquiries.processes.models import Stage

HOUR = 10


def enter_stage(session: Session, inquiry: Inquiry, stage: Stage) -> Activity | None:
    """Keep the step of an inquiry that has come to a stage, and plan what the stage wants done (CORE-25).

    The performer is that of the stage, else the inquiry's manager, else the actor. Returns what was planned.
    """
    note_stage(session, inquiry)
    if stage.outcome or stage.next_kind_id is None or inquiry.closed_at is not None:
        return None
    return plan_activity(session, _wanted(inquiry, stage, _due(session, stage)), assigned=True)


def _wanted(inquiry: Inquiry, stage: Stage, starts_at: datetime) -> dict[str, object]:
    values: dict[str, object] = {
        "client_id": inquiry.client_id,
        "inquiry_id": inquiry.id,
        "project_id": inquiry.project_id,
        "person": inquiry.person,
        "kind_id": stage.next_kind_id,
        "starts_at": starts_at,
    }
    performer = stage.performer_id or inquiry.manager_id
    return values if performer is None else {**values, "performer_id": performer}


def _due(session: Session, stage: Stage) -> datetime:
    country, zone = company_place(session)
    return next_working_moment(utc_now(), country, zone, days=stage.next_in_days, hour=HOUR)
