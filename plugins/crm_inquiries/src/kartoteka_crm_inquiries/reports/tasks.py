"""Reports of tasks: finished in a period (IN-13), unfinished on a day (IN-14), planned and actual time (IN-41)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.records import day_begins
from kartoteka.api.texts import Texts
from kartoteka.api.web import current_formats, today
from kartoteka_crm_inquiries.activities.lists import PATH
from kartoteka_crm_inquiries.naming import ACTIVITY, ACTIVITY_KINDS, OUTCOMES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.reports import queries
from kartoteka_crm_inquiries.reports.forms import DayForm, WorkForm
from kartoteka_crm_inquiries.reports.queries import Names
from kartoteka_crm_inquiries.reports.reading import activities_behind, asked_work
from kartoteka_crm_inquiries.reports.unfinished import unfinished_tasks

_ = Texts("crm_inquiries")


def list_finished(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the activities that were finished in the period, by employee and moment."""
    work = asked_work(params)
    rows = queries.finished_tasks(session, work)
    names = Names(session, [row.performer_id for row in rows])
    for row in rows:
        yield {
            "employee": names.person(row.performer_id),
            "done_on": row.done_at.astimezone(work.zone).date(),
            "name": row.name,
            "kind": names.entry(ACTIVITY_KINDS, row.kind_id),
            "client": row.client or "",
            "inquiry": row.inquiry or "",
            "estimate": row.estimate,
            "actual": row.actual,
            "difference": _difference(row.estimate, row.actual),
            "result": names.entry(OUTCOMES, row.outcome_id) if row.outcome_id else row.outcome[:200],
            "performer_id": row.performer_id,
            "id": row.id,
        }


def _difference(estimate: int | None, actual: int | None) -> int | None:
    return None if estimate is None or actual is None else actual - estimate


def _activity_url(row: Mapping[str, Any]) -> str:
    return f"{PATH}{row['id']}"


def list_unfinished(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what was not finished at the end of the day, the longest due first within each employee."""
    day, zone = params.get("day") or today(), current_formats().zone
    rows = unfinished_tasks(session, day_begins(day + timedelta(days=1), zone), params.get("performer_id"))
    names = Names(session, [row["performer_id"] for row in rows])
    for row in rows:
        due = row["due_at"].astimezone(zone).date()
        yield {
            "employee": names.person(row["performer_id"]),
            "name": row["name"],
            "client": row["client"],
            "inquiry": row["inquiry"],
            "due_on": due,
            "late": max(0, (day - due).days),
            "percent": row["percent"],
            "performer_id": row["performer_id"],
            "id": row["id"],
        }


def _client_url(row: Mapping[str, Any]) -> str | None:
    return f"/clients/{row['client_id']}" if row["client_id"] else None


def unfinished_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str | None:
    """Return the list behind a figure; of a day that is past no list is kept."""
    if params.get("day") not in (None, today()):
        return None
    performer = common.get("performer_id", params.get("performer_id"))
    return f"{PATH}?{urlencode({'view': 'open', **({'performer_id': performer} if performer else {})})}"


def list_plan(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield planned and actual minutes by client, kind and employee: of what starts in the period (IN-41)."""
    rows = queries.planned_and_actual(session, asked_work(params))
    names = Names(session, [row.performer_id for row in rows])
    for row in rows:
        yield {
            "client": row.client or _("Internal work"),
            "kind": names.entry(ACTIVITY_KINDS, row.kind_id),
            "employee": names.person(row.performer_id),
            "number": row.number,
            "done": row.done,
            "planned": row.planned,
            "actual": row.actual,
            "difference": row.actual - row.planned,
            "client_id": row.client_id,
            "kind_id": row.kind_id,
            "performer_id": row.performer_id,
        }


_TIMES = (
    ReportColumn("estimate", _("Estimated, min"), FieldType.INTEGER),
    ReportColumn("actual", _("Took, min"), FieldType.INTEGER),
    ReportColumn("difference", _("Difference, min"), FieldType.INTEGER),
)
REPORTS = [
    Report(
        name="finished",
        title=_("Finished tasks"),
        description=_("What was finished in a period: by whom, for whom, how long it took and what came of it."),
        permission=VIEW_ACTIVITIES,
        params=WorkForm,
        columns=(
            ReportColumn("employee", _("Employee"), FieldType.USER),
            ReportColumn("done_on", _("Done on"), FieldType.DATE),
            ReportColumn("name", _("Task"), FieldType.LINE, link=_activity_url),
            ReportColumn("kind", _("Kind"), FieldType.CHOICE),
            ReportColumn("client", _("Client"), FieldType.LINE),
            ReportColumn("inquiry", _("Inquiry"), FieldType.CODE),
            *_TIMES,
            ReportColumn("result", _("Result"), FieldType.LINE),
        ),
        rows=list_finished,
        chart=ReportChart("bar", "employee"),
        group="employee",
        behind=activities_behind,
        kinds=(ACTIVITY,),
    ),
    Report(
        name="unfinished",
        title=_("Unfinished tasks"),
        description=_("What was not finished at the end of a day, how late it is and how much of it is done."),
        permission=VIEW_ACTIVITIES,
        params=DayForm,
        columns=(
            ReportColumn("employee", _("Employee"), FieldType.USER),
            ReportColumn("name", _("Task"), FieldType.LINE, link=_activity_url),
            ReportColumn("client", _("Client"), FieldType.LINE),
            ReportColumn("inquiry", _("Inquiry"), FieldType.CODE),
            ReportColumn("due_on", _("Due"), FieldType.DATE),
            ReportColumn("late", _("Days late"), FieldType.INTEGER, total=False),
            ReportColumn("percent", _("Done, %"), FieldType.INTEGER, total=False),
        ),
        rows=list_unfinished,
        chart=ReportChart("bar", "employee"),
        group="employee",
        behind=unfinished_behind,
        kinds=(ACTIVITY,),
    ),
    Report(
        name="plan_and_actual",
        title=_("Planned and actual time"),
        description=_("Minutes planned and spent on what starts in a period: by client, kind and employee."),
        permission=VIEW_ACTIVITIES,
        params=WorkForm,
        columns=(
            ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("kind", _("Kind"), FieldType.CHOICE),
            ReportColumn("employee", _("Employee"), FieldType.USER),
            ReportColumn("number", _("Activities"), FieldType.INTEGER),
            ReportColumn("done", _("Finished"), FieldType.INTEGER),
            ReportColumn("planned", _("Estimated, min"), FieldType.INTEGER),
            ReportColumn("actual", _("Took, min"), FieldType.INTEGER),
            ReportColumn("difference", _("Difference, min"), FieldType.INTEGER),
        ),
        rows=list_plan,
        chart=ReportChart("bar", "employee", "actual"),
        group="client",
        kinds=(ACTIVITY,),
    ),
]
