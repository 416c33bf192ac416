"""Reports of contacts: by employee (IN-17), by month, by client (IN-15), and the history of talks (IN-18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.texts import Texts
from kartoteka.api.web import current_formats, describe_all
from kartoteka_crm_inquiries.naming import ACTIVITY, ACTIVITY_KINDS, OUTCOMES, SUPERVISE, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.reports import queries
from kartoteka_crm_inquiries.reports.forms import WorkForm
from kartoteka_crm_inquiries.reports.queries import Names
from kartoteka_crm_inquiries.reports.reading import activities_behind, asked_work

_ = Texts("crm_inquiries")


def list_by_employee(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield contacts with clients by employee, kind and result: how many, how long, with how many clients."""
    rows = queries.contacts_by_employee(session, asked_work(params))
    names = Names(session, [row.performer_id for row in rows])
    for row in sorted(
        rows, key=lambda row: (str(names.person(row.performer_id)), row.kind_id or 0, row.outcome_id or 0)
    ):
        yield {
            "employee": names.person(row.performer_id),
            "kind": names.entry(ACTIVITY_KINDS, row.kind_id),
            "result": names.entry(OUTCOMES, row.outcome_id),
            "number": row.number,
            "minutes": row.minutes,
            "clients": row.clients,
            "performer_id": row.performer_id,
            "kind_id": row.kind_id,
            "outcome_id": row.outcome_id,
        }


def list_by_month(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the number of finished activities and their minutes by month and employee."""
    rows = queries.work_by_month(session, asked_work(params))
    names = Names(session, [row.performer_id for _month, row in rows])
    for month, row in rows:
        yield {
            "month": current_formats().month(month.first),
            "employee": names.person(row.performer_id),
            "number": row.number,
            "minutes": row.minutes,
            "performer_id": row.performer_id,
            "since": month.first.isoformat(),
            "until": month.last.isoformat(),
        }


def list_by_client(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what each employee did for each client in the period (IN-15)."""
    work = asked_work(params)
    rows = queries.work_with_clients(session, work)
    names = Names(session, [row.performer_id for row in rows])
    for row in rows:
        yield {
            "employee": names.person(row.performer_id),
            "client": row.client,
            "number": row.number,
            "minutes": row.minutes,
            "last": row.last.astimezone(work.zone).date(),
            "performer_id": row.performer_id,
            "client_id": row.client_id,
        }


def list_talks(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what was talked over with clients in the period, the newest first (IN-18)."""
    work = asked_work(params)
    rows = queries.talks(session, work)
    names = Names(session, [row.Activity.performer_id for row in rows])
    people = describe_all(session, sorted({row.Activity.person for row in rows if row.Activity.person}, key=str))
    for row in rows:
        done = row.Activity
        person = people.get(done.person) if done.person else None
        yield {
            "day": done.done_at.astimezone(work.zone).date(),
            "client": row.client,
            "person": person.title if person else "",
            "employee": names.person(done.performer_id),
            "kind": names.entry(ACTIVITY_KINDS, done.kind_id),
            "topic": done.name,
            "result": done.outcome or (names.entry(OUTCOMES, done.outcome_id) if done.outcome_id else ""),
            "next_step": done.next_step,
            "inquiry": row.inquiry or "",
            "client_id": done.client_id,
            "id": done.id,
            "performer_id": done.performer_id,
            "kind_id": done.kind_id,
        }


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/clients/{row['client_id']}"


def _activity_url(row: Mapping[str, Any]) -> str:
    return f"/crm_inquiries/activities/{row['id']}"


REPORTS = [
    Report(
        name="contacts_by_employee",
        title=_("Contacts by employee"),
        description=_("Contacts with clients in a period by employee, kind and result, and the time they took."),
        permission=VIEW_ACTIVITIES,
        params=WorkForm,
        columns=(
            ReportColumn("employee", _("Employee"), FieldType.USER),
            ReportColumn("kind", _("Kind"), FieldType.CHOICE),
            ReportColumn("result", _("Result"), FieldType.CHOICE),
            ReportColumn("number", _("Contacts"), FieldType.INTEGER),
            ReportColumn("minutes", _("Took, min"), FieldType.INTEGER),
            ReportColumn("clients", _("Different clients"), FieldType.INTEGER, total=False),
        ),
        rows=list_by_employee,
        chart=ReportChart("bar", "employee", "number"),
        group="employee",
        behind=activities_behind,
        kinds=(ACTIVITY,),
    ),
    Report(
        name="work_by_month",
        title=_("Work by month"),
        description=_("Finished activities and their time by month and employee."),
        permission=VIEW_ACTIVITIES,
        params=WorkForm,
        columns=(
            ReportColumn("month", _("Month"), FieldType.LINE),
            ReportColumn("employee", _("Employee"), FieldType.USER),
            ReportColumn("number", _("Finished"), FieldType.INTEGER),
            ReportColumn("minutes", _("Took, min"), FieldType.INTEGER),
        ),
        rows=list_by_month,
        chart=ReportChart("bar", "month", "number"),
        group="month",
        behind=activities_behind,
        kinds=(ACTIVITY,),
    ),
    Report(
        name="work_with_clients",
        title=_("Work with clients"),
        description=_("What each employee did for which client in a period."),
        permission=SUPERVISE,
        params=WorkForm,
        columns=(
            ReportColumn("employee", _("Employee"), FieldType.USER),
            ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("number", _("Finished"), FieldType.INTEGER),
            ReportColumn("minutes", _("Took, min"), FieldType.INTEGER),
            ReportColumn("last", _("Last on"), FieldType.DATE),
        ),
        rows=list_by_client,
        chart=ReportChart("bar", "employee", "number"),
        group="employee",
        behind=activities_behind,
        kinds=(ACTIVITY,),
    ),
    Report(
        name="talks",
        title=_("History of talks"),
        description=_("What was talked over with clients, what came of it and what was agreed for the next time."),
        permission=VIEW_ACTIVITIES,
        params=WorkForm,
        columns=(
            ReportColumn("day", _("Day"), FieldType.DATE),
            ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("person", _("Contact person"), FieldType.LINE),
            ReportColumn("employee", _("Employee"), FieldType.USER),
            ReportColumn("kind", _("Kind"), FieldType.CHOICE),
            ReportColumn("topic", _("Topic"), FieldType.LINE, link=_activity_url),
            ReportColumn("result", _("What came of it"), FieldType.LINE),
            ReportColumn("next_step", _("Next step"), FieldType.LINE),
            ReportColumn("inquiry", _("Inquiry"), FieldType.CODE),
        ),
        rows=list_talks,
        chart=ReportChart("line", "day"),
        behind=activities_behind,
        kinds=(ACTIVITY,),
    ),
]
