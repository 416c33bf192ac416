"""What activities for clients cost: the report (IN-22) and the tab of the client card (CL-53)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kartoteka.api.clients import CLIENT_KIND, Client
from kartoteka.api.db import Session, find, reading
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn, Tab
from kartoteka.api.texts import Texts
from kartoteka.api.web import render_card, require
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import ACTIVITY, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.reports import queries
from kartoteka_crm_inquiries.reports.forms import WorkForm
from kartoteka_crm_inquiries.reports.reading import asked_work

_ = Texts("crm_inquiries")

TAB = "crm_inquiries.costs"


def list_costs(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what the finished activities of the period cost by client and currency: resources, services, all of it."""
    for row in queries.costs_by_client(session, asked_work(params)):
        yield dict(row._mapping)


@blueprint.get("/clients/<int:record_id>/costs")
@require(VIEW_ACTIVITIES)
def show_costs(record_id: int) -> str:
    """Show what the activities for a client cost (CL-53)."""
    with reading() as session:
        find(session, Client, record_id)
        sums, latest = queries.costs_of(session, record_id)
    return render_card("crm_inquiries/costs/costs.html", record_id, tab=TAB, sums=sums, latest=latest)


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/crm_inquiries/clients/{row['client_id']}/costs"


TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name="costs",
        title=_("Costs"),
        permission=VIEW_ACTIVITIES,
        endpoint="crm_inquiries.show_costs",
        weight=39,
    )
]
REPORTS = [
    Report(
        name="client_costs",
        title=_("Costs by client"),
        description=_("Kilometres, time of resources and services bought for the activities of a period, by client."),
        permission=VIEW_ACTIVITIES,
        params=WorkForm,
        columns=(
            ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("number", _("Activities"), FieldType.INTEGER),
            ReportColumn("kilometres", _("Kilometres"), FieldType.DECIMAL),
            ReportColumn("minutes", _("Took, min"), FieldType.INTEGER),
            ReportColumn("resources", _("Resources"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("services", _("Services bought"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("total", _("Cost"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("currency", _("Currency"), FieldType.LINE),
        ),
        rows=list_costs,
        chart=ReportChart("bar", "client", "total"),
        kinds=(ACTIVITY,),
    )
]
