"""Pages that change what the calendar shows: plan, move, finish."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, find, find_or_none, reading, utc_now
from kartoteka.api.errors import InvalidInput
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.web import asked_id, current_formats, render, require, toast, visitor
from kartoteka_crm_inquiries.activities.models import Activity, Resource
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.activities.rules import OPEN, minutes_between
from kartoteka_crm_inquiries.activities.service import finish_activity, plan_activity
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.calendar import service
from kartoteka_crm_inquiries.calendar.asking import read_ids, safe_back
from kartoteka_crm_inquiries.calendar.forms import DoneForm, MoveForm, PlanForm
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]
USUAL = timedelta(hours=1)
DROPPED = "dropped"
"""A form that was filled in by dragging: what is wrong with it is told on the calendar itself."""


@blueprint.route("/calendar/plan", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def plan_in_calendar() -> Answer:
    """Plan something at the time that the address names, for the person shown (IN-23, IN-39)."""
    with reading() as session:
        client, inquiry = _about(session)
        beginning = _start_values(session, inquiry)
    form = PlanForm()
    form.fill(beginning)
    back = safe_back(request.values.get("back"))
    if form.validate_on_submit():
        about = {"client_id": client.id if client else None, "inquiry_id": inquiry.id if inquiry else None}
        saved = save_form(
            form, _("Activity planned"), lambda session: plan_activity(session, {**_planned(form), **about})
        )
        if saved is not None:
            toast(_("“%(name)s” is planned.", name=saved.name))
            return redirect(back)
    if form.is_submitted() and request.form.get(DROPPED):
        return _tell(form, back)
    return _page("plan.html", form, back=back, client=client, inquiry=inquiry)


@blueprint.route("/calendar/activities/<int:record_id>/move", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def move_in_calendar(record_id: int) -> Answer:
    """Move something to another time or person: by the form, or where it was dropped."""
    with reading() as session:
        activity = find(session, Activity, record_id)
    back = safe_back(request.values.get("back"))
    form = MoveForm()
    form.fill(activity)
    if form.validate_on_submit():
        saved = save_form(form, _("Activity moved"), lambda session: _move(session, form, record_id), activity.version)
        if saved is not None:
            moment = current_formats().moment(saved.starts_at)
            toast(_("“%(name)s” is moved to %(moment)s.", name=saved.name, moment=moment))
            return redirect(back)
    if form.is_submitted() and request.form.get(DROPPED):
        return _tell(form, back)
    return _page("move.html", form, back=back, activity=activity)


@blueprint.route("/calendar/activities/<int:record_id>/done", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def finish_in_calendar(record_id: int) -> Answer:
    """Mark something done with the minutes it took, and plan what comes next (IN-41)."""
    with reading() as session:
        activity = find(session, Activity, record_id)
        needs_next = _needs_next(session, activity)
        is_car = _uses_car(session, activity)
        beginning = _done_values(session, activity, needs_next)
    back = safe_back(request.values.get("back"))
    if activity.status not in OPEN:
        toast(_("This is finished already."), kind="info")
        return redirect(back)
    form = DoneForm()
    form.fill(beginning)
    if not is_car:
        del form.kilometres
    if form.validate_on_submit():
        saved = save_form(form, _("Activity done"), lambda session: _finish(session, form, record_id))
        if saved is not None:
            toast(_("“%(name)s” is done.", name=saved.name))
            return redirect(back)
    return _page("done.html", form, back=back, activity=activity, needs_next=needs_next)


def _page(template: str, form: Any, **context: Any) -> Answer:
    page = render(f"crm_inquiries/calendar/{template}", form=form, **context)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422


def _tell(form: Any, back: str) -> Response:
    problems = [message for _field, message in form.all_errors()]
    if hasattr(form, "conflict"):
        problems = [_("Somebody has changed this meanwhile. Look at it again, then move it.")]
    toast(problems[0] if problems else _("This could not be moved."), kind="error")
    return redirect(back)


def _about(session: Session) -> tuple[Client | None, Inquiry | None]:
    inquiry_id, client_id = asked_id("inquiry"), asked_id("client")
    inquiry = find(session, Inquiry, inquiry_id) if inquiry_id is not None else None
    if inquiry is not None:
        client_id = inquiry.client_id
    client = find_or_none(session, Client, client_id) if client_id is not None else None
    return client, inquiry


def _start_values(session: Session, inquiry: Inquiry | None) -> dict[str, Any]:
    performer_id = next(iter(read_ids(request.args.getlist("user"))), visitor().id)
    starts = _moment(request.args.get("at", ""))
    if starts is None:
        starts = working_time(session, performer_id).next_moment(utc_now())
    ends = _moment(request.args.get("to", ""))
    return {
        "starts_at": starts,
        "ends_at": ends if ends is not None and ends >= starts else starts + USUAL,
        "all_day": bool(request.args.get("all_day")),
        "performer_id": performer_id,
        "importance": 2,
        "name": inquiry.subject if inquiry is not None else "",
        "resource_id": asked_id("resource"),
    }


def _moment(given: str) -> datetime | None:
    """Read a moment of the reader's clock as 2026-11-22T10:00."""
    try:
        read = datetime.fromisoformat(given)
    except ValueError:
        return None
    if not 1970 <= read.year <= 2100:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=current_formats().zone)).astimezone(UTC)


def _planned(form: PlanForm) -> dict[str, Any]:
    values = form.values()
    if values["all_day"]:
        values["starts_at"], values["ends_at"] = _whole_days(values["starts_at"], values["ends_at"])
    if values["ends_at"] < values["starts_at"]:
        raise InvalidInput({"ends_at": _("This is before it starts.")})
    if not values["all_day"]:
        values["estimate"] = minutes_between(values["starts_at"], values["ends_at"])
    return values


def _whole_days(starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    zone = current_formats().zone
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    begins = first.replace(hour=0, minute=0)
    closes = max(last.replace(hour=0, minute=0), begins)
    if last > closes or closes == begins:
        closes += timedelta(days=1)
    return begins.astimezone(UTC), closes.astimezone(UTC)


def _move(session: Session, form: MoveForm, record_id: int) -> Activity:
    values = form.values()
    if values["ends_at"] < values["starts_at"]:
        raise InvalidInput({"ends_at": _("This is before it starts.")})
    return service.move_activity(
        session,
        record_id,
        values["starts_at"],
        values["ends_at"],
        performer_id=values["performer_id"],
        version=form.version_number,
    )


def _needs_next(session: Session, activity: Activity) -> bool:
    if activity.inquiry_id is None:
        return False
    inquiry = find_or_none(session, Inquiry, activity.inquiry_id)
    return inquiry is not None and inquiry.closed_at is None


def _uses_car(session: Session, activity: Activity) -> bool:
    resource = find_or_none(session, Resource, activity.resource_id) if activity.resource_id else None
    return resource is not None and resource.sort == "car"


def _done_values(session: Session, activity: Activity, needs_next: bool) -> dict[str, Any]:
    minutes = activity.estimate or minutes_between(activity.starts_at, activity.ends_at)
    values: dict[str, Any] = {"actual": minutes, "kilometres": activity.kilometres}
    if needs_next:
        values["next_starts_at"] = working_time(session, activity.performer_id).next_moment(utc_now())
        values["next_name"] = activity.name
    return values


def _finish(session: Session, form: DoneForm, record_id: int) -> Activity:
    values = form.values()
    name, starts_at = values.pop("next_name"), values.pop("next_starts_at")
    step = NextStep(starts_at=starts_at, name=name or "") if starts_at is not None else None
    if step is None and name:
        raise InvalidInput({"next_starts_at": _("Say when.")})
    return finish_activity(session, record_id, values, step)
