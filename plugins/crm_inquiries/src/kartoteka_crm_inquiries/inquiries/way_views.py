"""Pages of an inquiry's way: to another stage, to its end."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import client_people
from kartoteka.api.db import find, reading
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.web import render, require, toast
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries import service
from kartoteka_crm_inquiries.inquiries.forms import ChangeForm, CloseForm
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import EDIT
from kartoteka_crm_inquiries.processes.models import Stage

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]


@blueprint.route("/inquiries/<int:record_id>/stage/<int:stage_id>", methods=["GET", "POST"])
@require(EDIT)
def move_inquiry(record_id: int, stage_id: int) -> Answer:
    """Move an inquiry to a stage; what the stage requires and nobody filled is asked first (IN-46, CORE-25)."""
    with reading() as session:
        inquiry = find(session, Inquiry, record_id)
        stage = find(session, Stage, stage_id)
    if stage.outcome:
        return redirect(url_for("crm_inquiries.close_one", record_id=record_id, outcome=stage.outcome))
    form = _stage_form(inquiry, stage)
    if request.method == "POST" and (not form.data_fields or form.validate()):
        values = {name: value for name, value in form.values().items() if name in request.form}
        saved = save_form(
            form, _("Stage changed"), lambda session: service.move_to_stage(session, record_id, stage_id, values)
        )
        if saved is not None:
            toast(_("%(number)s is at the stage “%(stage)s”.", number=saved.number, stage=stage.name))
            return redirect(url_for("crm_inquiries.show_inquiry", record_id=record_id))
    page = render("crm_inquiries/inquiries/stage.html", form=form, inquiry=inquiry, stage=stage)
    return (page, 422) if request.method == "POST" else page


def _stage_form(inquiry: Inquiry, stage: Stage) -> Any:
    """Return the form with the fields that the stage requires, those that are filled already too."""
    form = ChangeForm()
    with reading() as session:
        form.offer_people(client_people(session, inquiry.client_id))
    for field in list(form.data_fields):
        if field.short_name not in stage.required:
            del form[field.short_name]
    form.fill(inquiry)
    return form


@blueprint.route("/inquiries/<int:record_id>/close", methods=["GET", "POST"])
@require(EDIT)
def close_one(record_id: int) -> Answer:
    """Say how an inquiry ended: won or lost, and why (IN-47)."""
    with reading() as session:
        inquiry = find(session, Inquiry, record_id)
    form = CloseForm()
    form.fill({"outcome": request.args.get("outcome", "won"), "value": inquiry.value})
    if form.validate_on_submit():
        given = form.values()
        values = {"value": given["value"]} if given["value"] is not None else {}
        saved = save_form(
            form,
            _("Inquiry closed"),
            lambda session: service.close_inquiry(
                session,
                record_id,
                given["outcome"],
                given["reason_id"],
                given["reason_text"] or "",
                values,
                keep_activities=bool(given["keep_activities"]),
            ),
        )
        if saved is not None:
            toast(_("%(number)s is closed.", number=saved.number))
            return redirect(url_for("crm_inquiries.show_inquiry", record_id=record_id))
    page = render("crm_inquiries/inquiries/close.html", form=form, inquiry=inquiry)
    return (page, 422) if form.is_submitted() else page
