"""Pages of activities: the list, one activity with its stream, the form, and what is done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client, find_clients, typed_client
from kartoteka.api.db import Session, find, find_or_none, reading, transaction, utc_now
from kartoteka.api.errors import InvalidInput, NotFound, Problem
from kartoteka.api.forms import save_form
from kartoteka.api.lists import choose_columns, export_list, show_filters, show_list
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import set_preference
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
from kartoteka.api.work import files_of_record, store_file
from kartoteka_crm_inquiries.activities import queries, service
from kartoteka_crm_inquiries.activities.about import offer, offer_inquiries, offer_people
from kartoteka_crm_inquiries.activities.forms import SHORT, ActivityForm, HandOverForm, plain
from kartoteka_crm_inquiries.activities.handing import receiver_of, receivers
from kartoteka_crm_inquiries.activities.lists import ACTIVITY_LIST, CONTACTS, GIVEN, MINE, OVERDUE, PATH
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import inquiry_class, inquiry_of
from kartoteka_crm_inquiries.activities.rules import whole_minute
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import ACTIVITY, ASSIGN, EDIT_ACTIVITIES, INQUIRY, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

SEE_FILES, ADD_FILES = "files.view", "files.add"
Answer = str | Response | tuple[str, int]


@blueprint.get("/activities/")
@require(VIEW_ACTIVITIES)
def list_activities() -> Answer:
    """List activities as the address asks (IN-16, IN-52)."""
    return show_list(ACTIVITY_LIST)


@blueprint.get("/tasks")
@require(VIEW_ACTIVITIES)
def list_my_tasks() -> Answer:
    """Go to one's own open tasks."""
    return redirect(f"{request.script_root}{PATH}?show={MINE}")


@blueprint.get("/tasks/given")
@require(VIEW_ACTIVITIES)
def list_given_tasks() -> Answer:
    """Go to the tasks that one gave to others (IN-29)."""
    return redirect(f"{request.script_root}{PATH}?show={GIVEN}")


@blueprint.get("/tasks/overdue")
@require(VIEW_ACTIVITIES)
def list_overdue() -> Answer:
    """Go to what is overdue (IN-16)."""
    return redirect(f"{request.script_root}{PATH}?show={OVERDUE}")


@blueprint.get("/tasks/contacts")
@require(VIEW_ACTIVITIES)
def list_contacts() -> Answer:
    """Go to the contacts with clients that are due these days (IN-16)."""
    return redirect(f"{request.script_root}{PATH}?show={CONTACTS}")


@blueprint.get("/activities/filters")
@require(VIEW_ACTIVITIES)
def filter_activities() -> Answer:
    """Ask for all filters at once."""
    return show_filters(ACTIVITY_LIST)


@blueprint.route("/activities/columns", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES)
def choose_activity_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(ACTIVITY_LIST, set_preference)


@blueprint.route("/activities/export", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES)
def export_activities() -> Answer:
    """Give the list out as a file."""
    return export_list(ACTIVITY_LIST)


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
    return _do(record_id, _("Activity called off"), service.cancel_activity, _("%(number)s is called off."))


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


def what_it_is_about(activity: Activity) -> list[tuple[Any, RecordRef]]:
    """Return what an activity is about beside its client, each with what it is called."""
    found = [(_("Inquiry"), RecordRef(INQUIRY, activity.inquiry_id))] if activity.inquiry_id else []
    found += [(_("With whom"), activity.person)] if activity.person else []
    return found


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


def _hand_over(session: Session, activity: Activity, form: HandOverForm) -> Activity:
    user_id = receiver_of(session, str(form.receiver.data), [activity.performer_id])
    try:
        return service.hand_over_activity(session, activity.id, user_id, form.note.data or "")
    except InvalidInput as problem:
        raise InvalidInput({"receiver": next(iter(problem.errors.values()))}) from problem


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
