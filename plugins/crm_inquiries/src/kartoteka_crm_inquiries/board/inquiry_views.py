"""Small things done on an inquiry's page: say that it was answered, and choose its project."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import find, reading, transaction, utc_now
from kartoteka.api.errors import Problem
from kartoteka.api.texts import Texts
from kartoteka.api.web import require, toast
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import change_inquiry
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.naming import EDIT, VIEW

_ = Texts("crm_inquiries")


@blueprint.post("/inquiries/<int:record_id>/answered")
@require(VIEW, EDIT)
def note_answer(record_id: int) -> Response:
    """Say that the client was answered just now: the clock stops."""
    with reading() as session:
        find(session, Inquiry, record_id)
    with transaction(_("Client answered")) as session:
        change_inquiry(session, record_id, {"answered_at": utc_now()})
    toast(_("The answer is noted."))
    return redirect(url_for("crm_inquiries.show_inquiry", record_id=record_id))


@blueprint.post("/inquiries/<int:record_id>/project")
@require(VIEW, EDIT)
def choose_project(record_id: int) -> Response:
    """Put an inquiry into a project of its client, or take it out (IN-49)."""
    with reading() as session:
        find(session, Inquiry, record_id)
    try:
        with transaction(_("Project of an inquiry changed")) as session:
            change_inquiry(session, record_id, {"project_id": request.form.get("project_id", "")})
    except Problem as problem:
        errors = getattr(problem, "errors", None)
        toast(next(iter(errors.values())) if errors else problem.message, kind="error")
    else:
        toast(_("Saved."))
    return redirect(url_for("crm_inquiries.show_inquiry", record_id=record_id))


@blueprint.get("/steps/<int:record_id>")
@require(VIEW)
def show_step(record_id: int) -> Response:
    """Lead to the inquiry of a step."""
    with reading() as session:
        step = find(session, StageStep, record_id)
    return redirect(url_for("crm_inquiries.show_inquiry", record_id=step.inquiry_id))
