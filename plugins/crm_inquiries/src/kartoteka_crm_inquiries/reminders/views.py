"""Pages of reminders: one's own lead time, and when an inquiry stands still."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import reading, transaction
from kartoteka.api.errors import Forbidden
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.users import set_preference
from kartoteka.api.web import render, require, toast, visitor
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.leads import NO_LEAD, PREFERENCE, lead_in
from kartoteka_crm_inquiries.naming import MANAGE_PROCESSES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.reminders import queries, service
from kartoteka_crm_inquiries.reminders.forms import LeadForm, StillForm

_ = Texts("crm_inquiries")
Answer = str | Response | tuple[str, int]
PAGE = "crm_inquiries.choose_reminders"


@blueprint.route("/reminders", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES)
def choose_reminders() -> Answer:
    """Choose how long ahead one is reminded; channels and quiet hours are those of all notifications."""
    form = LeadForm()
    kept = lead_in(visitor().preferences.get(PREFERENCE))
    form.fill({"lead": NO_LEAD if kept is None else kept})
    if form.validate_on_submit():
        user_id = visitor().id
        if user_id is None:
            raise Forbidden(permission=VIEW_ACTIVITIES)
        with transaction(_("Lead time of reminders changed")) as session:
            set_preference(session, user_id, PREFERENCE, form.lead.data)
        toast(_("Saved."))
        return redirect(url_for(PAGE))
    page = _page(form, None)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/reminders/still")
@require(VIEW_ACTIVITIES, MANAGE_PROCESSES)
def choose_still_days() -> Answer:
    """Choose after how many days without movement somebody is reminded of an inquiry."""
    form = StillForm()
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Reminders of inquiries changed"),
            lambda session: service.set_still_days(session, form.days.data or 0),
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for(PAGE))
    own = LeadForm()
    kept = lead_in(visitor().preferences.get(PREFERENCE))
    own.lead.data = NO_LEAD if kept is None else kept
    return _page(own, form), 422


def _page(form: LeadForm, still: StillForm | None) -> str:
    if still is None and visitor().can(MANAGE_PROCESSES):
        still = StillForm(formdata=None)
        with reading() as session:
            still.days.data = queries.still_days(session)
    return render("crm_inquiries/reminders/choose.html", form=form, still=still)
