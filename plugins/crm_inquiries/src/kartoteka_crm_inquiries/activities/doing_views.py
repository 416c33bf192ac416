"""What is done with one activity: passing it on, calling it off, opening it again, putting it away, adding a file."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, find, reading, transaction
from kartoteka.api.errors import InvalidInput, Problem
from kartoteka.api.forms import save_form
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.web import render, require, toast
from kartoteka.api.work import store_file
from kartoteka_crm_inquiries.activities import service
from kartoteka_crm_inquiries.activities.about import offer
from kartoteka_crm_inquiries.activities.forms import HandOverForm
from kartoteka_crm_inquiries.activities.handing import receiver_of, receivers
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import ACTIVITY, ASSIGN, EDIT_ACTIVITIES, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

SEE_FILES, ADD_FILES = "files.view", "files.add"
Answer = str | Response | tuple[str, int]


@blueprint.route("/activities/<int:record_id>/hand-over", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES, ASSIGN)
def hand_over_activity(record_id: int) -> Answer:
    """Pass an activity on to a colleague or a department, with a note (CORE-27)."""
    form = HandOverForm()
    with reading() as session:
        activity = find(session, Activity, record_id)
        offer(form.receiver, {one.value: one.title for one in receivers(session)})
    if form.validate_on_submit():
        saved = save_form(form, _("Work passed on"), lambda session: _hand_over(session, activity, form))
        if saved is not None:
            toast(_("%(number)s is passed on; your colleague is told.", number=saved.number))
            return redirect(url_for("crm_inquiries.list_my_tasks"))
    page = render("crm_inquiries/activities/hand_over.html", form=form, activity=activity)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/activities/<int:record_id>/cancel")
@require(EDIT_ACTIVITIES)
def cancel_activity(record_id: int) -> Answer:
    """Call an activity off; the last one of an open inquiry stays, with the reason."""
    return _do(record_id, _("Activity cancelled"), service.cancel_activity, _("%(number)s is cancelled."))


@blueprint.post("/activities/<int:record_id>/reopen")
@require(EDIT_ACTIVITIES)
def reopen_activity(record_id: int) -> Answer:
    """Take back that an activity is done or called off."""
    return _do(record_id, _("Activity opened again"), service.reopen_activity, _("%(number)s is to be done again."))


@blueprint.post("/activities/<int:record_id>/archive")
@require(EDIT_ACTIVITIES)
def archive_activity(record_id: int) -> Answer:
    """Put an activity away."""
    return _do(record_id, _("Activity archived"), service.archive_activity, _("%(number)s is archived."))


@blueprint.post("/activities/<int:record_id>/restore")
@require(EDIT_ACTIVITIES)
def restore_activity(record_id: int) -> Answer:
    """Take an activity out of the archive."""

    def restore(session: Session, id: int) -> Activity:
        return service.set_activity_state(session, id, RecordState.ACTIVE)

    return _do(record_id, _("Activity restored"), restore, _("%(number)s is back."))


@blueprint.post("/activities/<int:record_id>/file")
@require(VIEW_ACTIVITIES, SEE_FILES, ADD_FILES)
def add_activity_file(record_id: int) -> Answer:
    """Put a file of an activity into the register of documents."""
    with reading() as session:
        find(session, Activity, record_id)
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise InvalidInput({"file": _("Choose a file first.")})
        with transaction(_("File of an activity added")) as session:
            stored = store_file(session, upload.stream, upload.filename, about=RecordRef(ACTIVITY, record_id))
            name = stored.title
    except Problem as problem:
        toast(
            next(iter(problem.errors.values())) if isinstance(problem, InvalidInput) else problem.message, kind="error"
        )
    else:
        toast(_("“%(name)s” is in the register of documents.", name=name))
    return redirect(url_for("crm_inquiries.show_activity", record_id=record_id))


def _do(record_id: int, title: Any, act: Any, said: Any) -> Response:
    with reading() as session:
        find(session, Activity, record_id)
    try:
        with transaction(title) as session:
            number = act(session, record_id).number
    except Problem as problem:
        toast(problem.message, kind="error")
    else:
        toast(said.with_values(number=number))
    return redirect(url_for("crm_inquiries.show_activity", record_id=record_id))


def _hand_over(session: Session, activity: Activity, form: HandOverForm) -> Activity:
    user_id = receiver_of(session, str(form.receiver.data), [activity.performer_id])
    try:
        return service.hand_over_activity(session, activity.id, user_id, form.note.data or "")
    except InvalidInput as problem:
        raise InvalidInput({"receiver": next(iter(problem.errors.values()))}) from problem
