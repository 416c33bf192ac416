"""Pages of activities that repeat: let one repeat, change or delete this, following or all, look at a series."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, find, reading, transaction, utc_now
from kartoteka.api.errors import NotFound, Problem
from kartoteka.api.forms import save_form
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.web import render, require, toast
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.clocks import actor_zone
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.series import queries, rules, service
from kartoteka_crm_inquiries.series.forms import KeptRuleForm, OccurrenceForm, RepetitionForm, shown_values
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.wording import in_words

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]


@blueprint.route("/activities/<int:record_id>/repeat", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def repeat_activity(record_id: int) -> Answer:
    """Let an activity repeat, or change one of a series, those that follow, or all (IN-33)."""
    with reading() as session:
        activity = _living(session, record_id)
        series = queries.series_of(session, activity)
        zone = str(actor_zone(session))
    if series is not None and series.state == RecordState.ACTIVE:
        return _change(activity, series)
    return _begin(activity, zone)


def _begin(activity: Activity, zone: str) -> Answer:
    form = RepetitionForm()
    form.fill({"frequency": rules.WEEKLY, "interval": 1, "monthly": rules.BY_DAY, "ends": rules.NEVER})
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Activity repeats"),
            lambda session: service.repeat_activity(session, activity.id, form.rule(activity.starts_at, zone), zone),
        )
        if saved is not None:
            toast(_("“%(name)s” repeats from now on.", name=activity.name))
            return redirect(url_for("crm_inquiries.show_series", record_id=saved.id))
    return _page("repeat.html", form, activity=activity)


def _change(activity: Activity, series: Series) -> Answer:
    shown = shown_values(series.rule, series.timezone)
    form = OccurrenceForm() if shown else KeptRuleForm()
    form.fill({**shown, "scope": service.THIS, "name": activity.name, "starts_at": activity.starts_at})
    if form.validate_on_submit():
        saved = save_form(form, _("Repeating activity changed"), lambda session: _save(session, form, activity, series))
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("crm_inquiries.show_activity", record_id=activity.id))
    words = in_words(series.rule, series.starts_at, series.timezone)
    return _page("change.html", form, activity=activity, series=series, words=words)


def _save(session: Session, form: Any, activity: Activity, series: Series) -> Any:
    scope = form.scope.data
    values = {"name": form.name.data, "starts_at": form.starts_at.data}
    rule = None
    if scope != service.THIS and isinstance(form, OccurrenceForm):
        rule = form.rule(form.starts_at.data, series.timezone)
        if (
            scope == service.FOLLOWING
            and form.count.data == (rules.read_rule(series.rule, series.timezone) or form).count
        ):
            rule = None if _same_but_count(rule, series.rule) else rule
    return service.change_occurrence(session, activity.id, values, scope, rule=rule)


def _same_but_count(one: str, other: str) -> bool:
    """Tell whether only the number of times could differ: of those that follow there are fewer left."""
    parts = [{name: value for name, value in rules.parts_of(rule).items() if name != "COUNT"} for rule in (one, other)]
    return parts[0] == parts[1]


@blueprint.post("/activities/<int:record_id>/repeat/delete")
@require(EDIT_ACTIVITIES)
def delete_occurrence(record_id: int) -> Answer:
    """Delete this one, those that follow, or all that are still to be done (IN-33)."""
    with reading() as session:
        activity = _living(session, record_id)
    scope = request.form.get("scope", service.THIS)
    try:
        with transaction(_("Repeating activity deleted")) as session:
            service.delete_occurrence(session, record_id, scope)
    except Problem as problem:
        toast(problem.message, kind="error")
        return redirect(url_for("crm_inquiries.repeat_activity", record_id=record_id))
    toast(_("Deleted."))
    if activity.series_id is not None and scope != service.ALL:
        return redirect(url_for("crm_inquiries.show_series", record_id=activity.series_id))
    return redirect(url_for("crm_inquiries.list_my_tasks"))


@blueprint.get("/series/<int:record_id>")
@require(VIEW_ACTIVITIES)
def show_series(record_id: int) -> Answer:
    """Show a series with its occurrences to come, a page at a time."""
    with reading() as session:
        series = find(session, Series, record_id)
        since = utc_now()
        later = request.args.get("after", "")
        last = find(session, Activity, int(later)) if later.isascii() and later.isdigit() and len(later) < 10 else None
        rows = list(queries.occurrences_of(session, series.id, last.starts_at if last else since, queries.PAGE + 1))
    return render(
        "crm_inquiries/series/series.html",
        series=series,
        words=in_words(series.rule, series.starts_at, series.timezone),
        rows=rows[: queries.PAGE],
        next_id=rows[-1].id if len(rows) > queries.PAGE else None,
    )


def _living(session: Session, record_id: int) -> Activity:
    activity = find(session, Activity, record_id)
    if activity.state != RecordState.ACTIVE:
        raise NotFound
    return activity


def _page(template: str, form: Any, **context: Any) -> Answer:
    page = render(f"crm_inquiries/series/{template}", form=form, **context)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422
