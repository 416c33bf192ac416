"""Pages of one activity: its stream, and the form that plans and changes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client, find_clients, typed_client
from kartoteka.api.db import Session, find, find_or_none, reading, utc_now
from kartoteka.api.errors import NotFound
from kartoteka.api.forms import save_form
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.web import (
    asked_id,
    describe_all,
    render,
    render_part,
    require,
    stream_page,
    toast,
    visitor,
)
from kartoteka.api.work import files_of_record
from kartoteka_crm_inquiries.activities import queries, service
from kartoteka_crm_inquiries.activities.about import offer_inquiries, offer_people, offer_projects, what_it_is_about
from kartoteka_crm_inquiries.activities.forms import SHORT, ActivityForm, plain
from kartoteka_crm_inquiries.activities.models import Activity, inquiry_class
from kartoteka_crm_inquiries.activities.next_action import inquiry_of
from kartoteka_crm_inquiries.activities.rules import whole_minute
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import ACTIVITY, EDIT_ACTIVITIES, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

SEE_FILES = "files.view"
Answer = str | Response | tuple[str, int]


@blueprint.get("/activities/clients")
@require(EDIT_ACTIVITIES)
def offer_clients() -> str:
    """Offer clients that fit what is typed."""
    with reading() as session:
        found = find_clients(session, request.args.get("client_number", "")[:200])
    return str(render_part("files/client_options.html", found=found))


@blueprint.route("/activities/new", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def new_activity() -> Answer:
    """Plan an activity; ``client`` or ``inquiry`` in the address say for whom, performer and start are filled in."""
    with reading() as session:
        client, inquiry = _asked_about(session)
        form = _form(session, client, inquiry)
        kind = queries.kind_of_code(session, request.args["kind"]) if "kind" in request.args else None
    start = {"starts_at": whole_minute(utc_now()), "performer_id": visitor().id, "importance": 2}
    start |= {"inquiry_id": inquiry.id} if inquiry is not None else {}
    start |= {"kind_id": kind.id} if kind is not None else {}
    start |= {"project_id": asked_id("project") or getattr(inquiry, "project_id", None)}
    form.fill({**start, "name": request.args.get("name", "")[:200]})
    if form.validate_on_submit():
        saved = save_form(form, _("Activity planned"), lambda session: _plan(session, form, client))
        if saved is not None:
            toast(_("%(number)s is planned.", number=saved.number))
            return redirect(_back_to(saved))
    return _show_form(form, None, client)


@blueprint.route("/activities/<int:record_id>", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES)
def show_activity(record_id: int) -> Answer:
    """Show an activity with what it is about, its files and what happened to it (IN-20)."""
    ref = RecordRef(ACTIVITY, record_id)
    with reading() as session:
        shown = queries.shown_activity(session, record_id)
        if shown is None:
            raise NotFound
        activity = shown.activity
        about = what_it_is_about(activity)
        known = describe_all(session, [one for _title, one in about])
        files = files_of_record(session, ref) if visitor().can(SEE_FILES) else []
    return stream_page(
        ref,
        lambda stream: render(
            "crm_inquiries/activities/activity.html",
            shown=shown,
            activity=activity,
            about=[(title, known[one]) for title, one in about if one in known],
            files=files,
            stream=stream,
            now=utc_now(),
        ),
    )


@blueprint.route("/activities/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def edit_activity(record_id: int) -> Answer:
    """Change an activity; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    with reading() as session:
        activity = find(session, Activity, record_id)
        client = None if activity.client_id is None else find_or_none(session, Client, activity.client_id)
        inquiry = None if activity.inquiry_id is None else inquiry_of(session, activity.inquiry_id)
        form = _form(session, client, inquiry, activity)
    form.fill(_values_of(activity))
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Activity changed"),
            lambda session: service.change_activity(session, record_id, _typed(session, form), form.version_number),
            activity.version,
        )
        if saved is not None:
            toast(_("%(number)s is saved.", number=saved.number))
            return redirect(url_for("crm_inquiries.show_activity", record_id=record_id))
    return _show_form(form, activity, client)


def _asked_about(session: Session) -> tuple[Client | None, Any]:
    """Return the client and the inquiry that the address names; raises NotFound for what the visitor does not see."""
    inquiry_id, client_id = asked_id("inquiry"), asked_id("client")
    inquiry = find(session, inquiry_class(), inquiry_id) if inquiry_id is not None else None
    client_id = inquiry.client_id if inquiry is not None else client_id
    return (find(session, Client, client_id) if client_id is not None else None), inquiry


def _form(session: Session, client: Client | None, inquiry: Any, activity: Activity | None = None) -> ActivityForm:
    form = ActivityForm()
    client_id = client.id if client is not None else None
    if activity is not None or client is not None:
        del form.client_number
    offer_inquiries(session, form.inquiry_id, client_id, inquiry)
    offer_projects(session, form, client_id, activity.project_id if activity is not None else None)
    offer_people(session, form.person, client_id, activity.person if activity is not None else None)
    return form


def _plan(session: Session, form: ActivityForm, client: Client | None) -> Activity:
    values = _typed(session, form)
    client_id = client.id if client is not None else typed_client(session, form.values().get("client_number") or "")
    return service.plan_activity(session, {**values, "client_id": client_id})


def _typed(session: Session, form: ActivityForm) -> dict[str, Any]:
    values = plain(form)
    for name in ("performer_id", "due_at", "percent"):
        if values.get(name) is None:
            values.pop(name, None)
    starts, minutes = values.get("starts_at"), values.get("estimate")
    if starts is not None and minutes is not None:
        values["ends_at"] = starts + timedelta(minutes=minutes)
    return values


def _values_of(activity: Activity) -> dict[str, Any]:
    names = [name for name in ActivityForm()._fields if hasattr(activity, name)]
    return {**{name: getattr(activity, name) for name in names}, "person": str(activity.person or "")}


def _back_to(activity: Activity) -> str:
    back = request.args.get("back", "")
    if back == "client" and activity.client_id is not None:
        return url_for("crm_inquiries.show_client_activities", record_id=activity.client_id)
    return url_for("crm_inquiries.show_activity", record_id=activity.id)


def _show_form(form: ActivityForm, activity: Activity | None, client: Client | None) -> Answer:
    short = [one for one in form.data_fields if one.short_name in SHORT]
    rest = [one for one in form.data_fields if one.short_name not in SHORT]
    page = render(
        "crm_inquiries/activities/form.html",
        form=form,
        activity=activity,
        client=client,
        short=short,
        rest=rest,
        is_wide=activity is not None or any(one.errors for one in rest),
    )
    return page if not form.is_submitted() else (page, 409 if hasattr(form, "conflict") else 422)
