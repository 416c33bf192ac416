"""The rooms of the inquiries module in the furnished company: one record of each kind."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.service import plan_activity
from kartoteka_crm_inquiries.activities.using import add_used
from kartoteka_crm_inquiries.assignment.service import add_assignment
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.intake.models import BookingLink, WebForm
from kartoteka_crm_inquiries.letters.models import SharedLetter
from kartoteka_crm_inquiries.needs.service import add_appeal, add_need
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.projects.service import start_project
from kartoteka_crm_inquiries.promises.service import add_promise
from kartoteka_crm_inquiries.series.service import repeat_activity
from kartoteka_crm_inquiries.sync.models import Attendee
from tests.hostile.inquiries import TOKEN


def furnish(session: Session, ids: dict[str, int], said: dict[str, str], admin: int) -> None:
    """Keep an inquiry with its activity and stage, a need, an appeal, a project, a promise and what work uses."""
    tomorrow = utc_now() + timedelta(days=1)
    given = {"client_id": ids["client"], "subject": said["city"], "lines": [{"text": said["city"]}]}
    ids["inquiry"] = register_inquiry(session, given, NextStep(starts_at=tomorrow, name=said["city"])).id
    ids["activity"] = session.scalars(select(Activity.id).where(Activity.inquiry_id == ids["inquiry"])).one()
    for name, model in (("process", Process), ("inquiry_stage", Stage), ("stage_step", StageStep)):
        ids[name] = session.scalars(select(model.id).order_by(model.id).limit(1)).one()
    ids["need"] = add_need(session, ids["client"], {"text": said["contact"]}).id
    ids["appeal"] = add_appeal(session, ids["client"], {"text": said["contact"]}).id
    ids["project"] = start_project(session, ids["client"], {"name": said["city"]}).id
    ids["promise"] = add_promise(session, ids["client"], {"text": said["contact"], "due_on": tomorrow.date()}).id
    ids["assignment"] = add_assignment(session, {"name": said["city"], "users": [admin]}).id
    ids["resource"] = add_used(session, Resource, {"name": said["city"]}).id
    ids["extra_service"] = add_used(session, ExtraService, {"name": said["city"]}).id
    other = plan_activity(session, {"name": said["city"], "starts_at": tomorrow, "client_id": ids["client"]})
    ids["series"] = repeat_activity(session, other.id, "FREQ=WEEKLY;COUNT=3", "Europe/Vilnius").id
    guest = Attendee(activity_id=ids["activity"], client_id=ids["client"], address="guest@example.com")
    link = BookingLink(user_id=admin, title=said["city"], token=TOKEN)
    form = WebForm(title=said["city"], fields=["name", "email"], required=["email"], token=TOKEN)
    letter = SharedLetter(mail_id=ids["incoming"], subject=said["city"], received_at=utc_now())
    session.add_all([letter, guest, link, form])
    session.flush()
    ids["letter"], ids["attendee"] = letter.id, guest.id
    ids["web_form"], ids["booking_link"] = form.id, link.id
