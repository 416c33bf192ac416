"""Reports of inquiries: register with plan (IN-12), ad sources (IN-48), time to answer and to execute (CORE-32)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.forms import PeriodForm
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.funnel.queries import Sought
from kartoteka_crm_inquiries.inquiries.listing import PATH
from kartoteka_crm_inquiries.naming import ACTIVITY, INQUIRY, SOURCES, VIEW
from kartoteka_crm_inquiries.reports import inquiry_queries as queries
from kartoteka_crm_inquiries.reports.forms import ManagerForm
from kartoteka_crm_inquiries.reports.queries import NOT_SET, Names
from kartoteka_crm_inquiries.reports.reading import UNSET, asked_inquiries, period_limits

_ = Texts("crm_inquiries")

HOUR = 3600


def inquiries_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the list of the inquiries that a figure counts."""
    limits = period_limits(params, "received_at")
    for name, asked in (("manager_id", "manager_id"), ("source_id", "source_id"), ("sort", "kind")):
        value = common.get(name, params.get(name))
        if value:
            limits[asked] = value
        elif name in common:
            limits[asked] = UNSET
    return f"{PATH}?{urlencode(limits)}"


def list_register(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the inquiries of the period with what is planned for each; three statements."""
    sought = asked_inquiries(params)
    rows, plans = queries.registered(session, sought), queries.plans_of(session, sought)
    people = [row.Inquiry.manager_id for row in rows] + [one.performer_id for found in plans.values() for one in found]
    names = Names(session, people)
    for row in rows:
        inquiry = row.Inquiry
        for place, step in enumerate(plans.get(inquiry.id) or [None]):
            yield {
                "number": inquiry.number,
                "received": inquiry.received_at.astimezone(sought.zone).date(),
                "client": row.client,
                "subject": inquiry.subject,
                "manager": names.person(inquiry.manager_id),
                "stage": row.stage,
                "value": inquiry.value if place == 0 else None,
                "currency": inquiry.currency,
                "action": step.name if step else "",
                "due": step.due_at.astimezone(sought.zone).date() if step else None,
                "performer": names.person(step.performer_id) if step else "",
                "id": inquiry.id,
                "manager_id": inquiry.manager_id,
            }


def list_sources(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield for each ad source its appeals, inquiries, orders and their value in the period (IN-48)."""
    found = _by_source(session, asked_inquiries(params))
    names = Names(session, [])
    for (source, currency), row in sorted(found.items(), key=_place_of_source):
        title = names.entry(SOURCES, source) if source else NOT_SET
        yield {"source": title, "currency": currency, **row, "source_id": source}


_Counted = dict[tuple[int | None, str], dict[str, Any]]


def _by_source(session: Session, sought: Sought) -> _Counted:
    found: _Counted = {}
    for source, sort, currency, number, value in queries.inquiries_by_source(session, sought):
        row = found.setdefault((source, currency), _nothing())
        row["orders" if sort == "order" else "inquiries"] += number
        row["turnover"] += Decimal(value or 0) if sort == "order" else 0
    for source, number in queries.appeals_by_source(session, sought):
        key = next((key for key in found if key[0] == source), (source, ""))
        found.setdefault(key, _nothing())["appeals"] += number
    return found


def _nothing() -> dict[str, Any]:
    return {"appeals": 0, "inquiries": 0, "orders": 0, "turnover": Decimal(0)}


def _place_of_source(found: tuple[tuple[int | None, str], Any]) -> tuple[bool, int, str]:
    (source, currency), _row = found
    return source is None, source or 0, currency


def list_times(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield for each manager the median hours from an inquiry to its first answer, and from an order to its execution.

    Hours of the clock, nights too; what has not been answered or executed yet is counted apart.
    """
    answers: dict[int | None, list[float]] = defaultdict(list)
    works: dict[int | None, list[float]] = defaultdict(list)
    waiting: dict[int | None, int] = defaultdict(int)
    rows = queries.moments_of_service(session, asked_inquiries(params))
    for row in rows:
        if row.sort == "order":
            if row.executed_at is not None:
                works[row.manager_id].append((row.executed_at - row.received_at).total_seconds() / HOUR)
        elif row.answered_at is not None:
            answers[row.manager_id].append((row.answered_at - row.received_at).total_seconds() / HOUR)
        elif row.closed_at is None:
            waiting[row.manager_id] += 1
    managers = {row.manager_id for row in rows}
    names = Names(session, sorted(one for one in managers if one is not None))
    for manager in sorted(managers, key=lambda one: str(names.person(one))):
        yield {
            "manager": names.person(manager),
            "answered": len(answers[manager]),
            "to_answer": _median(answers[manager]),
            "waiting": waiting[manager],
            "executed": len(works[manager]),
            "to_execute": _median(works[manager]),
            "manager_id": manager,
        }


def _median(hours: Sequence[float]) -> Decimal | None:
    return Decimal(str(round(median(hours), 1))) if hours else None


def _inquiry_url(row: Mapping[str, Any]) -> str:
    return f"{PATH}{row['id']}"


REPORTS = [
    Report(
        name="register",
        title=_("Register of inquiries with their plan"),
        description=_("Inquiries of a period, and for each what is to be done, by whom and until when."),
        permission=VIEW,
        params=ManagerForm,
        columns=(
            ReportColumn("number", _("Number"), FieldType.CODE, link=_inquiry_url),
            ReportColumn("received", _("Received"), FieldType.DATE),
            ReportColumn("client", _("Client"), FieldType.LINE),
            ReportColumn("subject", _("Subject"), FieldType.LINE),
            ReportColumn("manager", _("Manager"), FieldType.USER),
            ReportColumn("stage", _("Stage"), FieldType.LINE),
            ReportColumn("value", _("Value"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("currency", _("Currency"), FieldType.LINE),
            ReportColumn("action", _("Planned action"), FieldType.LINE),
            ReportColumn("due", _("Due"), FieldType.DATE),
            ReportColumn("performer", _("Performer"), FieldType.USER),
        ),
        rows=list_register,
        chart=ReportChart("bar", "manager"),
        behind=inquiries_behind,
        kinds=(INQUIRY, ACTIVITY),
    ),
    Report(
        name="sources",
        title=_("Ad sources"),
        description=_("Where clients heard of us: appeals, inquiries, orders and what these are worth."),
        permission=VIEW,
        params=PeriodForm,
        columns=(
            ReportColumn("source", _("Ad source"), FieldType.CHOICE),
            ReportColumn("appeals", _("Appeals"), FieldType.INTEGER),
            ReportColumn("inquiries", _("Inquiries"), FieldType.INTEGER),
            ReportColumn("orders", _("Orders"), FieldType.INTEGER),
            ReportColumn("turnover", _("Turnover"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("currency", _("Currency"), FieldType.LINE),
        ),
        rows=list_sources,
        chart=ReportChart("bar", "source", "inquiries"),
        behind=inquiries_behind,
        kinds=(INQUIRY,),
    ),
    Report(
        name="service_times",
        title=_("Time to answer and to execute"),
        description=_("Median hours from an inquiry to its first answer, and from an order to its execution."),
        permission=VIEW,
        params=ManagerForm,
        columns=(
            ReportColumn("manager", _("Manager"), FieldType.USER),
            ReportColumn("answered", _("Answered"), FieldType.INTEGER),
            ReportColumn("to_answer", _("Hours to answer, median"), FieldType.DECIMAL, total=False),
            ReportColumn("waiting", _("Waiting for an answer"), FieldType.INTEGER),
            ReportColumn("executed", _("Executed"), FieldType.INTEGER),
            ReportColumn("to_execute", _("Hours to execute, median"), FieldType.DECIMAL, total=False),
        ),
        rows=list_times,
        chart=ReportChart("bar", "manager", "to_answer"),
        behind=inquiries_behind,
        kinds=(INQUIRY,),
    ),
]
