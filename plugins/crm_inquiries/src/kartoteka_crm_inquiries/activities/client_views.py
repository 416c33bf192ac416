"""Pages of a client's activities: the tab of its card, and a call that was made already (CL-52)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import CLIENT_KIND, Client, typed_client
from kartoteka.api.db import Session, find, reading, utc_now
from kartoteka.api.forms import save_form
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.web import asked_id, render, render_card, require, timeline_url, toast
from kartoteka_crm_inquiries.activities import queries, service
from kartoteka_crm_inquiries.activities.about import offer_inquiries, offer_people
from kartoteka_crm_inquiries.activities.forms import CallForm
from kartoteka_crm_inquiries.activities.models import Activity, inquiry_class
from kartoteka_crm_inquiries.activities.panels import TAB, open_of
from kartoteka_crm_inquiries.activities.rules import DONE, whole_minute
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

MOST_OPEN, MOST_DONE = 100, 20
A_CALL = 5
Answer = str | Response | tuple[str, int]


@blueprint.get("/clients/<int:record_id>/activities")
@require(VIEW_ACTIVITIES)
def show_client_activities(record_id: int) -> Answer:
    """Show what is to be done for a client, and what was done last."""
    ref = RecordRef(CLIENT_KIND, record_id)
    with reading() as session:
        find(session, Client, record_id)
        still = queries.activities_of(session, open_of(ref), Activity.due_at, Activity.id, limit=MOST_OPEN)
        past = (Activity.client_id == record_id) & (Activity.status == DONE) & (Activity.state == RecordState.ACTIVE)
        done = queries.activities_of(session, past, Activity.starts_at.desc(), Activity.id.desc(), limit=MOST_DONE)
    return render_card(
        "crm_inquiries/activities/client_tab.html",
        record_id,
        tab=TAB,
        still=still,
        done=done,
        now=utc_now(),
        history_url=timeline_url(ref),
    )


@blueprint.route("/calls/new", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def log_call() -> Answer:
    """Register a call that was made or taken; direction, time, person and duration are filled in."""
    with reading() as session:
        client, inquiry = _asked(session)
        form = CallForm()
        if client is not None:
            del form.client_number
        offer_inquiries(session, form.inquiry_id, client.id if client is not None else None, inquiry)
        offer_people(session, form.person, client.id if client is not None else None, None)
        kind = queries.kind_of_code(session, "call")
    first = form.person.choices[1].value if len(form.person.choices) > 1 else ""
    start = {"starts_at": whole_minute(utc_now()), "direction": "out", "actual": A_CALL, "person": first}
    form.fill({**start, "inquiry_id": inquiry.id if inquiry is not None else None})
    if form.validate_on_submit():
        kind_id = kind.id if kind is not None else None
        saved = save_form(form, _("Call registered"), lambda session: _log(session, form, client, kind_id))
        if saved is not None:
            toast(_("The call is registered: %(number)s.", number=saved.number))
            if saved.client_id is not None:
                return redirect(url_for("crm_inquiries.show_client_activities", record_id=saved.client_id))
            return redirect(url_for("crm_inquiries.show_activity", record_id=saved.id))
    back = url_for("crm_inquiries.list_my_tasks")
    if client is not None:
        back = url_for("crm_inquiries.show_client_activities", record_id=client.id)
    page = render("crm_inquiries/activities/call.html", form=form, client=client, back=back)
    return (page, 422) if form.is_submitted() else page


def _asked(session: Session) -> tuple[Client | None, Any]:
    inquiry_id, client_id = asked_id("inquiry"), asked_id("client")
    inquiry = find(session, inquiry_class(), inquiry_id) if inquiry_id is not None else None
    client_id = inquiry.client_id if inquiry is not None else client_id
    return (find(session, Client, client_id) if client_id is not None else None), inquiry


def _log(session: Session, form: CallForm, client: Client | None, kind_id: int | None) -> Activity:
    values = form.values()
    typed = values.pop("client_number", None)
    client_id = client.id if client is not None else typed_client(session, typed or "")
    minutes = values.get("actual") or 0
    name = values.pop("name", None) or ("" if kind_id is not None else str(_("Phone call")))
    ends = {"ends_at": values["starts_at"] + timedelta(minutes=minutes), "done_at": values["starts_at"]}
    about = {"client_id": client_id, "kind_id": kind_id, "name": name, "status": DONE}
    return service.plan_activity(session, {**values, **about, **ends})
