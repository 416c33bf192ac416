"""Reports of inquiries: register with plan (IN-12), ad sources (IN-48), time to answer and to execute (CORE-32)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.forms import PeriodForm
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.web import current_formats
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.inquiries.listing import PATH
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import ACTIVITY, INQUIRY, SOURCES, VIEW
from kartoteka_crm_inquiries.needs.models import Appeal
from kartoteka_crm_inquiries.processes.models import Stage
from kartoteka_crm_inquiries.reports.forms import ManagerForm
from kartoteka_crm_inquiries.reports.reading import NOT_SET, Names, days_of, period_limits

_ = Texts("crm_inquiries")

HOUR = 3600
_ACTIVE = Inquiry.state == RecordState.ACTIVE


def _received(params: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    found = [_ACTIVE, *days_of(Inquiry.received_at, params)]
    if params.get("manager_id"):
        found.append(Inquiry.manager_id == params["manager_id"])
    return found


def inquiries_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the list of the inquiries that a figure counts."""
    limits = period_limits(params, "received_at")
    for name in ("manager_id", "source_id", "sort"):
        value = common.get(name, params.get(name))
        if value:
            limits[name] = value
        elif name in common:
            limits[f"{name}.is"] = "empty"
    return f"{PATH}?{urlencode(limits)}"


def list_register(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the inquiries of the period with what is planned for each; three statements."""
    rows = session.execute(
        select(Inquiry, Client.name.label("client"), Stage.name.label("stage"))
        .select_from(Inquiry)
        .join(Client, Client.id == Inquiry.client_id)
        .join(Stage, Stage.id == Inquiry.stage_id)
        .where(*_received(params))
        .order_by(Inquiry.received_at, Inquiry.id)
    ).all()
    plans = _plans(session, params)
    people = [row.Inquiry.manager_id for row in rows] + [one.performer_id for found in plans.values() for one in found]
    names, zone = Names(session, people), current_formats().zone
    for row in rows:
        inquiry = row.Inquiry
        for place, step in enumerate(plans.get(inquiry.id) or [None]):
            yield {
                "number": inquiry.number,
                "received": inquiry.received_at.astimezone(zone).date(),
                "client": row.client,
                "subject": inquiry.subject,
                "manager": names.person(inquiry.manager_id),
                "stage": row.stage,
                "value": inquiry.value if place == 0 else None,
                "currency": inquiry.currency,
                "action": step.name if step else "",
                "due": step.due_at.astimezone(zone).date() if step else None,
                "performer": names.person(step.performer_id) if step else "",
                "id": inquiry.id,
                "manager_id": inquiry.manager_id,
            }


def _plans(session: Session, params: Mapping[str, Any]) -> Mapping[int, Sequence[Any]]:
    rows = session.execute(
        select(Activity.inquiry_id, Activity.name, Activity.due_at, Activity.performer_id, Inquiry.client_id)
        .select_from(Activity)
        .join(Inquiry, Inquiry.id == Activity.inquiry_id)
        .where(Activity.status.in_(OPEN), Activity.state == RecordState.ACTIVE, *_received(params))
        .order_by(Activity.due_at, Activity.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.inquiry_id].append(row)
    return found


def list_sources(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield for each ad source its appeals, inquiries, orders and their value in the period (IN-48)."""
    found = _by_source(session, params)
    names = Names(session, [])
    for (source, currency), row in sorted(found.items(), key=_place_of_source):
        title = names.entry(SOURCES, source) if source else NOT_SET
        yield {"source": title, "currency": currency, **row, "source_id": source}


_Counted = dict[tuple[int | None, str], dict[str, Any]]


def _by_source(session: Session, params: Mapping[str, Any]) -> _Counted:
    found: _Counted = {}
    rows = session.execute(
        select(Inquiry.source_id, Inquiry.sort, Inquiry.currency, func.count(Inquiry.id), func.sum(Inquiry.value))
        .where(*_received(params))
        .group_by(Inquiry.source_id, Inquiry.sort, Inquiry.currency)
    )
    for source, sort, currency, number, value in rows:
        row = found.setdefault((source, currency), _nothing())
        row["orders" if sort == "order" else "inquiries"] += number
        row["turnover"] += Decimal(value or 0) if sort == "order" else 0
    appeals = session.execute(
        select(Appeal.source_id, func.count(Appeal.id))
        .where(Appeal.state == RecordState.ACTIVE, *days_of(Appeal.received_at, params))
        .group_by(Appeal.source_id)
    )
    for source, number in appeals:
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
    rows = session.execute(
        select(
            Inquiry.manager_id,
            Inquiry.sort,
            Inquiry.received_at,
            Inquiry.answered_at,
            Inquiry.executed_at,
            Inquiry.closed_at,
        ).where(*_received(params))
    ).all()
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
