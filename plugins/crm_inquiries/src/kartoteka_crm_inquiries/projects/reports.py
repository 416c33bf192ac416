"""Report of sales projects by their status (CORE-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.directories import EntryTitle
from kartoteka.api.forms import Form, UserField
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka_crm_inquiries.naming import PROJECT, VIEW
from kartoteka_crm_inquiries.projects import queries
from kartoteka_crm_inquiries.projects.lists import PATH

_ = Texts("crm_inquiries")


class ProjectsForm(Form):
    """Projects of one manager or of all."""

    manager_id = UserField(_("Manager"), users=active_users, empty=_("Everybody"))


def list_statuses(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield number and value of the projects in use by status and currency, in the order of statuses."""
    for row in queries.sums_by_status(session, params.get("manager_id") or None):
        yield {
            "status": EntryTitle(row.name, dict(row.titles)) if row.id else _("Not set"),
            "number": row.number,
            "value": row.total or Decimal(0),
            "currency": row.currency,
            "status_id": row.id,
        }


def projects_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the list of the projects that a figure counts."""
    limits: dict[str, Any] = {}
    if params.get("manager_id"):
        limits["manager_id"] = params["manager_id"]
    if "status_id" in common:
        limits["status_id"] = common["status_id"] or "none"
    if common.get("currency"):
        limits["currency"] = common["currency"]
    return f"{PATH}?{urlencode(limits)}"


REPORTS = [
    Report(
        name="projects_by_status",
        title=_("Sales projects by status"),
        description=_("How many sales projects are at each status now, and what they are worth."),
        permission=VIEW,
        params=ProjectsForm,
        columns=(
            ReportColumn("status", _("Status"), FieldType.CHOICE),
            ReportColumn("number", _("Projects"), FieldType.INTEGER),
            ReportColumn("value", _("Value"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("currency", _("Currency"), FieldType.LINE),
        ),
        rows=list_statuses,
        chart=ReportChart("bar", "status", "number"),
        behind=projects_behind,
        kinds=(PROJECT,),
    )
]
