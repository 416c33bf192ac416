"""Pages of the work desk: the next item, and finishing one with its result and the next step in one go (M-09)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, find, reading, transaction, utc_now
from kartoteka.api.errors import Problem, Refused
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.users import set_preference
from kartoteka.api.web import describe_all, render, require, toast, visitor
from kartoteka_crm_inquiries.activities import service
from kartoteka_crm_inquiries.activities.about import offer, what_it_is_about
from kartoteka_crm_inquiries.activities.days import day_of
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import inquiry_of
from kartoteka_crm_inquiries.activities.queries import shown_activity
from kartoteka_crm_inquiries.activities.rules import OPEN, minutes_between
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.naming import ASSIGN, EDIT, EDIT_ACTIVITIES
from kartoteka_crm_inquiries.work import queries
from kartoteka_crm_inquiries.work.forms import CLOSING, NEXT, NOTHING, RESULT, STEP, THEN, USED, FinishForm

_ = Texts("crm_inquiries")

SKIPS = "crm_inquiries.skipped"
MOST_SKIPS = 300
Answer = str | Response | tuple[str, int]


@blueprint.get("/work")
@require(EDIT_ACTIVITIES)
def show_work() -> Answer:
    """Deal the most urgent thing to do; when nothing is left for today, say what was done."""
    now = utc_now()
    begins, ends = day_of(now)
    user_id = visitor().id or 0
    with reading() as session:
        queue = queries.queue_of(session, user_id, now, ends, _skips(begins))
        shown = shown_activity(session, queue.ids[0]) if queue.ids else None
        about = what_it_is_about(shown.activity) if shown is not None else []
        known = describe_all(session, [one for _title, one in about]) if about else {}
        done = queries.done_between(session, user_id, begins, ends)
    return render(
        "crm_inquiries/work/work.html",
        shown=shown,
        about=[(title, known[one]) for title, one in about if one in known],
        left=len(queue.ids),
        skipped=len(queue.skipped),
        done=done,
        number_done=sum(one.number for one in done),
        minutes_done=sum(one.minutes for one in done),
        now=now,
    )


@blueprint.post("/activities/<int:record_id>/skip")
@require(EDIT_ACTIVITIES)
def skip_work(record_id: int) -> Answer:
    """Leave something for later today."""
    begins, _ends = day_of(utc_now())
    with reading() as session:
        find(session, Activity, record_id)
    kept = [one for one in _skips(begins) if one != record_id][-MOST_SKIPS:]
    with transaction(_("Work put off")) as session:
        _keep_skips(session, begins, [*kept, record_id])
    return redirect(url_for("crm_inquiries.show_work"))


@blueprint.post("/skipped-work")
@require(EDIT_ACTIVITIES)
def take_skipped() -> Answer:
    """Deal what was skipped once more."""
    with transaction(_("Work put off")) as session:
        _keep_skips(session, day_of(utc_now())[0], [])
    return redirect(url_for("crm_inquiries.show_work"))


@blueprint.post("/activities/<int:record_id>/postpone")
@require(EDIT_ACTIVITIES)
def postpone_work(record_id: int) -> Answer:
    """Move something to the next working day, or by a week."""
    days = 5 if request.form.get("by") == "week" else 1
    with reading() as session:
        find(session, Activity, record_id)
    try:
        with transaction(_("Activity postponed")) as session:
            activity = find(session, Activity, record_id)
            starts = _morning(session, days)
            length = activity.ends_at - activity.starts_at
            moved = {"starts_at": starts, "ends_at": starts + length, "due_at": starts + max(length, timedelta(0))}
            number = service.change_activity(session, record_id, moved).number
    except Problem as problem:
        toast(problem.message, kind="error")
    else:
        toast(_("%(number)s is postponed.", number=number))
    return redirect(url_for("crm_inquiries.show_work"))


@blueprint.route("/activities/<int:record_id>/finish", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def finish_activity(record_id: int) -> Answer:
    """Finish an activity: its result, and what comes next, in one form (IN-10)."""
    with reading() as session:
        shown = shown_activity(session, record_id)
        activity = find(session, Activity, record_id)
        inquiry = None if activity.inquiry_id is None else inquiry_of(session, activity.inquiry_id)
        morning = _morning(session, 1)
    form = _form(activity, inquiry)
    form.fill(_beginning(activity, inquiry, morning))
    if activity.status not in OPEN and not form.is_submitted():
        toast(_("%(number)s is finished already.", number=activity.number))
        return redirect(url_for("crm_inquiries.show_activity", record_id=record_id))
    if form.validate_on_submit():
        saved = save_form(form, _("Activity done"), lambda session: _finish(session, record_id, form))
        if saved is not None:
            toast(_("%(number)s is done.", number=saved.number))
            return redirect(_back(activity))
    parts = {"result": RESULT, "used": USED, "next": NEXT, "closing": CLOSING}
    page = render(
        "crm_inquiries/work/finish.html",
        form=form,
        activity=activity,
        shown=shown,
        inquiry=inquiry,
        back=_back(activity),
        **{title: [form[name] for name in names if name in form] for title, names in parts.items()},
    )
    return (page, 422) if form.is_submitted() else page


def _form(activity: Activity, inquiry: Any) -> FinishForm:
    form = FinishForm()
    is_open = inquiry is not None and inquiry.closed_at is None
    offered = {one.value: one.title for one in THEN}
    if not is_open or not visitor().can(EDIT):
        offered = {name: title for name, title in offered.items() if name in (STEP, NOTHING)}
        for name in CLOSING:
            del form[name]
    offer(form.then, offered, empty=None)
    if not visitor().can(ASSIGN):
        del form.next_performer_id
    return form


def _beginning(activity: Activity, inquiry: Any, morning: datetime) -> dict[str, Any]:
    """Return what the form begins with: an open inquiry goes on with the same kind on the next working morning."""
    is_open = inquiry is not None and inquiry.closed_at is None
    used = {name: getattr(activity, name) for name in USED}
    took = activity.actual or activity.estimate or minutes_between(activity.starts_at, activity.ends_at) or None
    return {
        **used,
        "outcome": activity.outcome,
        "outcome_id": activity.outcome_id,
        "actual": took,
        "then": STEP if is_open else NOTHING,
        "next_kind_id": activity.kind_id,
        "next_starts_at": morning,
        "next_name": activity.next_step,
    }


def _finish(session: Session, record_id: int, form: FinishForm) -> Activity:
    return service.finish_activity(session, record_id, form.result(), form.next_step(), form.closing())


def _back(activity: Activity) -> str:
    back = request.args.get("back", "")
    if back == "work":
        return url_for("crm_inquiries.show_work")
    if back == "client" and activity.client_id is not None:
        return url_for("crm_inquiries.show_client_activities", record_id=activity.client_id)
    return url_for("crm_inquiries.show_activity", record_id=activity.id)


def _morning(session: Session, days: int) -> datetime:
    return working_time(session, visitor().id).next_moment(utc_now(), days=days)


def _skips(begins: datetime) -> list[int]:
    """Return what the visitor skipped today."""
    kept = visitor().preferences.get(SKIPS)
    if not isinstance(kept, dict) or kept.get("day") != begins.isoformat():
        return []
    return [one for one in kept.get("ids", ()) if isinstance(one, int)]


def _keep_skips(session: Session, begins: datetime, ids: list[int]) -> None:
    user_id = visitor().id
    if user_id is None:
        raise Refused(_("Sign in first."))
    set_preference(session, user_id, SKIPS, {"day": begins.isoformat(), "ids": ids} if ids else None)
