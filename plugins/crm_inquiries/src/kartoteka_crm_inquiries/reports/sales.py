"""Reports of sales: by month and manager, by client, and how many inquiries became orders (CORE-10, CORE-24).

A sale is an order that was not lost, on the day on which it was received, for the value that it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.records import Period
from kartoteka.api.texts import Texts
from kartoteka.api.web import current_formats
from kartoteka_crm_inquiries.inquiries.listing import PATH
from kartoteka_crm_inquiries.inquiries.rules import INQUIRY_SORT, ORDER_SORT, TENDER_SORT
from kartoteka_crm_inquiries.naming import INQUIRY, VIEW
from kartoteka_crm_inquiries.reports import inquiry_queries as queries
from kartoteka_crm_inquiries.reports.forms import ManagerForm
from kartoteka_crm_inquiries.reports.queries import Names
from kartoteka_crm_inquiries.reports.reading import UNSET, asked_inquiries, period_limits

_ = Texts("crm_inquiries")

HUNDRED = Decimal(100)
_SALES = {"kind": ORDER_SORT, "status": ("open", "won")}
_ASKED = {"kind": (INQUIRY_SORT, TENDER_SORT)}


def list_sales(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield number and value of sales by month, manager and currency; two statements."""
    sought = asked_inquiries(params)
    added: dict[tuple[date, int | None, str], dict[str, Any]] = {}
    for row in queries.sales(session, sought):
        month = row.received_at.astimezone(sought.zone).date().replace(day=1)
        sums = added.setdefault((month, row.manager_id, row.currency), {"orders": 0, "value": Decimal(0)})
        sums["orders"] += 1
        sums["value"] += row.value or 0
    names = Names(session, [manager for _month, manager, _currency in added])
    ordered = sorted(
        added.items(), key=lambda one: (one[0][0], str(names.person(one[0][1])), one[0][1] or 0, one[0][2])
    )
    for (month, manager, currency), sums in ordered:
        yield {
            "month": current_formats().month(month),
            "manager": names.person(manager),
            **sums,
            "currency": currency,
            "manager_id": manager,
            "days": _days(month, sought.period),
        }


def _days(month: date, asked: Period | None) -> Period:
    """Return those days of a month that were asked for."""
    whole = Period.month(month.year, month.month)
    return whole if asked is None else Period(max(whole.first, asked.first), min(whole.last, asked.last))


def list_clients(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield number and value of sales by client and currency, the largest first; one statement.

    Clients of the same name are told apart by their number: they are not added up in the chart.
    """
    rows = queries.sales_by_client(session, asked_inquiries(params))
    bearers = Counter(name for name, _number in {(row.name, row.number) for row in rows})
    for row in rows:
        yield {
            "client": row.name if bearers[row.name] == 1 else f"{row.name} ({row.number})",
            "orders": row.orders,
            "value": Decimal(row.total),
            "currency": row.currency,
            "client_id": row.id,
            "client_number": row.number,
        }


def sales_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the list of the orders that a figure adds up."""
    period = {"period": common.get("days") or params.get("period")}
    limits = {**_SALES, **period_limits(period, "received_at"), **_of_manager(params, common)}
    if common.get("client_number"):
        limits["client"] = common["client_number"]
    if common.get("currency"):
        limits["currency"] = common["currency"]
    return _address(limits)


def list_conversion(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield by manager how many inquiries and tenders of the period became orders, were lost, or are undecided."""
    rows = queries.outcomes_by_manager(session, asked_inquiries(params))
    names = Names(session, [row.manager_id for row in rows])
    for row in sorted(rows, key=lambda one: (str(names.person(one.manager_id)), one.manager_id or 0)):
        yield {
            "manager": names.person(row.manager_id),
            "number": row.number,
            "ordered": row.ordered,
            "share": round(HUNDRED * row.ordered / row.number, 1),
            "lost": row.lost,
            "undecided": row.number - row.ordered - row.lost,
            "manager_id": row.manager_id,
            "asked": params,
        }


def inquiries_behind(params: Mapping[str, Any], common: Mapping[str, Any], **more: Any) -> str:
    """Return the address of the list of the inquiries and tenders that a figure counts."""
    return _address({**_ASKED, **period_limits(params, "received_at"), **_of_manager(params, common), **more})


def _ordered_url(row: Mapping[str, Any]) -> str:
    return inquiries_behind(row["asked"], row, ordered="yes")


def _lost_url(row: Mapping[str, Any]) -> str:
    return inquiries_behind(row["asked"], row, ordered="no", status="lost")


def _of_manager(params: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    manager = common.get("manager_id", params.get("manager_id"))
    if manager:
        return {"manager_id": manager}
    return {"manager_id": UNSET} if "manager_id" in common else {}


def _address(limits: Mapping[str, Any]) -> str:
    return f"{PATH}?{urlencode(limits, doseq=True)}"


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/clients/{row['client_id']}"


_FIGURES = (
    ReportColumn("orders", _("Orders"), FieldType.INTEGER),
    ReportColumn("value", _("Sum"), FieldType.DECIMAL, unit="currency"),
    ReportColumn("currency", _("Currency"), FieldType.LINE),
)
REPORTS = [
    Report(
        name="sales",
        title=_("Sales by month and manager"),
        description=_("Orders of a period that were not lost, and what they are worth."),
        permission=VIEW,
        params=ManagerForm,
        columns=(
            ReportColumn("month", _("Month"), FieldType.LINE),
            ReportColumn("manager", _("Manager"), FieldType.USER),
            *_FIGURES,
        ),
        rows=list_sales,
        chart=ReportChart("bar", "month", "value", series="manager"),
        group="month",
        behind=sales_behind,
        kinds=(INQUIRY,),
    ),
    Report(
        name="sales_by_client",
        title=_("Sales by client"),
        description=_("Clients by the value of their orders, the largest first; the chart shows the ten largest."),
        permission=VIEW,
        params=ManagerForm,
        columns=(ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url), *_FIGURES),
        rows=list_clients,
        chart=ReportChart("bar", "client", "value", most=10),
        behind=sales_behind,
        kinds=(INQUIRY,),
    ),
    Report(
        name="conversion",
        title=_("From inquiry to order"),
        description=_("How many inquiries and tenders of a period became orders, by manager."),
        permission=VIEW,
        params=ManagerForm,
        columns=(
            ReportColumn("manager", _("Manager"), FieldType.USER),
            ReportColumn("number", _("Inquiries and tenders"), FieldType.INTEGER),
            ReportColumn("ordered", _("Became an order"), FieldType.INTEGER, link=_ordered_url),
            ReportColumn("share", _("Share, %"), FieldType.DECIMAL, total=False),
            ReportColumn("lost", _("Lost"), FieldType.INTEGER, link=_lost_url),
            ReportColumn("undecided", _("Undecided"), FieldType.INTEGER),
        ),
        rows=list_conversion,
        chart=ReportChart("bar", "manager", "ordered"),
        behind=inquiries_behind,
        kinds=(INQUIRY,),
    ),
]
