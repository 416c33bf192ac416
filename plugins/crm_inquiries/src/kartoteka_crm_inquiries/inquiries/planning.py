"""Plans what is done next about an inquiry."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.db import Session, utc_now
from kartoteka.api.directories import DirectoryEntry
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS

_ = Texts("crm_inquiries")

CALL = "call"


def plan_next(session: Session, inquiry: Inquiry, step: NextStep, first_number: str = "") -> Activity:
    """Plan the next action of an inquiry, for its manager unless the step names somebody.

    A ``first_number`` for the action says that the inquiry is new, and stored together with it. What is wrong with the
    step is named ``next_...``, as forms call it.
    """
    about = {"client_id": inquiry.client_id, "inquiry_id": inquiry.id, "project_id": inquiry.project_id}
    given = {name: value for name, value in step.as_values().items() if value is not None}
    if not given.get("name") and step.kind_id is None:
        given["name"] = inquiry.subject
    if inquiry.manager_id is not None:
        given.setdefault("performer_id", inquiry.manager_id)
    is_managers = given.get("performer_id") == inquiry.manager_id
    try:
        values = {**about, "person": inquiry.person, "number": first_number, **given}
        return plan_activity(session, values, assigned=is_managers, first_of=inquiry if first_number else None)
    except InvalidInput as wrong:
        raise InvalidInput({f"next_{name}": problem for name, problem in wrong.errors.items()}) from None


def usual_step(session: Session, performer_id: int | None = None) -> NextStep:
    """Return what is done next where nobody says otherwise: a phone call on the next working day at ten."""
    starts_at = working_time(session, performer_id).next_moment(utc_now())
    kind_id = session.scalar(
        select(DirectoryEntry.id).where(
            DirectoryEntry.directory == ACTIVITY_KINDS, DirectoryEntry.code == CALL, DirectoryEntry.closed.is_(False)
        )
    )
    name = "" if kind_id is not None else str(_("Phone call"))
    return NextStep(starts_at=starts_at, kind_id=kind_id, performer_id=performer_id, name=name)
