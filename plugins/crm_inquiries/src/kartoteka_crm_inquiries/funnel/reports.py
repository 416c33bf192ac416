"""Reports of sales: funnel (IN-47), weighted forecast and reasons (X-09)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.directories import known_entries
from kartoteka.api.records import Period
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users
from kartoteka.api.web import current_formats
from kartoteka_crm_inquiries.funnel import queries
from kartoteka_crm_inquiries.funnel.forms import EndedForm, ForecastForm, FunnelForm
from kartoteka_crm_inquiries.funnel.queries import Sought
from kartoteka_crm_inquiries.naming import INQUIRY, REASONS, STAGE_STEP, VIEW
from kartoteka_crm_inquiries.processes.models import Stage
from kartoteka_crm_inquiries.processes.queries import processes_of, stages_of

_ = Texts("crm_inquiries")

LIST = "/crm_inquiries/inquiries/"
HUNDRED = Decimal(100)
CENT = Decimal("0.01")


def list_funnel(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield one row for each stage and currency, in the order of the stages (IN-47).

    ``number`` and ``total`` are what is at the stage now, as on the board. ``reached`` got there or further, whatever
    became of them; ``conversion`` is the share of those that went on. What they have in common stands in the first row
    of a stage.
    """
    process_id = params.get("process_id") or next((one.id for one in processes_of(session)), None)
    if process_id is None:
        return
    stages = stages_of(session, process_id, closed=True)
    way = [stage for stage in stages if stage.outcome != "lost"]
    sought = Sought(params["period"], params.get("manager_id"), params.get("source_id"), current_formats().zone)
    farthest = queries.farthest_places(session, [stage.id for stage in way], sought)
    days = queries.mean_days(session, [stage.id for stage in stages], sought)
    now: dict[int, list[Any]] = {}
    for row in queries.at_stages(session, [stage.id for stage in stages], sought):
        now.setdefault(row.stage_id, []).append(row)
    for stage in stages:
        if stage.state != "active" and stage.id not in now:
            continue
        for row in _rows(stage, way, farthest, days, now.get(stage.id, [])):
            yield {**row, "limits": _limits(params)}


def _rows(
    stage: Stage, way: Sequence[Stage], farthest: Mapping[int, int], days: Mapping[int, float], now: Sequence[Any]
) -> Iterator[Mapping[str, Any]]:
    here = [one for one in way if one.position >= stage.position] if stage in way else []
    reached = sum(farthest.get(one.position, 0) for one in here) if here else None
    onward = sum(farthest.get(one.position, 0) for one in here[1:]) if len(here) > 1 else None
    common = {
        "stage": stage.name,
        "reached": reached,
        "conversion": round(HUNDRED * onward / reached, 1) if reached and onward is not None else None,
        "days": round(Decimal(days[stage.id]), 1) if stage.id in days else None,
        "stage_id": stage.id,
        "reached_ids": [one.id for one in here],
    }
    for place, row in enumerate(now):
        figures = {"number": row.number, "total": row.total or Decimal(0), "currency": row.currency}
        yield {**common, **figures} if not place else {**common, **figures, **dict.fromkeys(_ONCE)}
    if not now:
        yield {**common, "number": 0, "total": Decimal(0), "currency": ""}


_ONCE = ("reached", "conversion", "days")


def _limits(params: Mapping[str, Any], column: str = "received_at") -> dict[str, Any]:
    period: Period | None = params.get("period")
    found: dict[str, Any] = {}
    if period is not None:
        found |= {f"{column}.from": period.first.isoformat(), f"{column}.to": period.last.isoformat()}
    for name in ("manager_id", "source_id"):
        if params.get(name):
            found[name] = params[name]
    return found


def _to_list(limits: Mapping[str, Any]) -> str:
    return f"{LIST}?{urlencode(limits, doseq=True)}"


def behind_funnel(params: Mapping[str, Any], common: Mapping[str, Any]) -> str | None:
    """Return the list of the inquiries behind a figure of the funnel."""
    limits = _limits(params)
    if common.get("stage_id"):
        limits["stage_id"] = common["stage_id"]
    if common.get("currency"):
        limits["currency"] = common["currency"]
    return _to_list(limits)


def _reached_url(row: Mapping[str, Any]) -> str | None:
    return _to_list({**row["limits"], "reached": row["reached_ids"]}) if row.get("reached") else None


def _stage_url(row: Mapping[str, Any]) -> str:
    return _to_list({**row["limits"], "stage_id": row["stage_id"]})


def list_forecast(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what the open inquiries are expected to bring by month and manager: value times probability (X-09)."""
    added: dict[tuple[str, int, str], dict[str, Any]] = {}
    for row in queries.open_values(session, params.get("process_id"), params.get("manager_id")):
        key = (f"{row.expected_on:%Y-%m}" if row.expected_on else "", row.manager_id or 0, row.currency)
        sums = added.setdefault(key, {"number": 0, "value": Decimal(0), "weighted": Decimal(0)})
        total = Decimal(row.total)
        sums["number"] += row.number
        sums["value"] += total
        sums["weighted"] += total * row.probability / HUNDRED
    names = dict(known_users(session))
    for (month, manager_id, currency), sums in sorted(added.items(), key=lambda one: (one[0][0] or "9999", one[0])):
        yield {
            "month": _month(month) if month else _("not known"),
            "manager": names.get(manager_id, _("nobody")),
            "number": sums["number"],
            "value": sums["value"],
            "weighted": sums["weighted"].quantize(CENT),
            "currency": currency,
            "manager_id": manager_id,
            "month_of": month,
        }


def _month(written: str) -> str:
    return current_formats().month(date.fromisoformat(f"{written}-01"))


def behind_forecast(params: Mapping[str, Any], common: Mapping[str, Any]) -> str | None:
    """Return the list of the open inquiries behind a figure of the forecast."""
    limits: dict[str, Any] = {"status": "open"}
    if common.get("month_of"):
        year, month = map(int, str(common["month_of"]).split("-"))
        period = Period.month(year, month)
        limits |= {"expected_on.from": period.first.isoformat(), "expected_on.to": period.last.isoformat()}
    if common.get("manager_id"):
        limits["manager_id"] = common["manager_id"]
    if common.get("currency"):
        limits["currency"] = common["currency"]
    return _to_list(limits)


def list_reasons(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield why inquiries were won or lost in a period; all rows together are all that ended so (X-09)."""
    zone = current_formats().zone
    titles = {one.value: one.title for one in known_entries(REASONS)(session)}
    outcome = params.get("outcome") or "lost"
    rows = queries.ended(session, outcome, params["period"], params.get("manager_id"), zone)
    everything = sum(row.number for row in rows) or 1
    for row in rows:
        yield {
            "reason": titles.get(str(row.reason_id), _("in your own words"))
            if row.reason_id
            else _("in your own words"),
            "number": row.number,
            "share": round(HUNDRED * row.number / everything, 1),
            "total": row.total or Decimal(0),
            "currency": row.currency,
            "reason_id": row.reason_id,
        }


def behind_reasons(params: Mapping[str, Any], common: Mapping[str, Any]) -> str | None:
    """Return the list of the inquiries that ended for a reason."""
    limits = {"status": params.get("outcome") or "lost", **_limits(params, "closed_at")}
    if common.get("reason_id"):
        limits["reason_id"] = common["reason_id"]
    elif "reason_id" in common:
        limits["reason_id"] = "none"
    return _to_list(limits)


REPORTS = [
    Report(
        name="funnel",
        title=_("Sales funnel"),
        description=_("What is at each stage, how many got there, how many went on, and how long they stayed."),
        permission=VIEW,
        params=FunnelForm,
        columns=(
            ReportColumn("stage", _("Stage"), FieldType.LINE, link=_stage_url),
            ReportColumn("number", _("Now here"), FieldType.INTEGER),
            ReportColumn("total", _("Sum"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("currency", _("Currency"), FieldType.LINE),
            ReportColumn("reached", _("Reached"), FieldType.INTEGER, link=_reached_url, total=False),
            ReportColumn("conversion", _("Went on, %"), FieldType.DECIMAL, total=False),
            ReportColumn("days", _("Days on average"), FieldType.DECIMAL, total=False),
        ),
        rows=list_funnel,
        chart=ReportChart("bar", "stage", "number"),
        behind=behind_funnel,
        kinds=(INQUIRY, STAGE_STEP),
    ),
    Report(
        name="forecast",
        title=_("Sales forecast"),
        description=_("Values of open inquiries times the probability of their stage, by month of the decision."),
        permission=VIEW,
        params=ForecastForm,
        columns=(
            ReportColumn("month", _("Month"), FieldType.LINE),
            ReportColumn("manager", _("Manager"), FieldType.LINE),
            ReportColumn("number", _("Inquiries"), FieldType.INTEGER),
            ReportColumn("value", _("Value"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("weighted", _("Weighted value"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("currency", _("Currency"), FieldType.LINE),
        ),
        rows=list_forecast,
        chart=ReportChart("bar", "month", "weighted"),
        group="month",
        behind=behind_forecast,
        kinds=(INQUIRY,),
    ),
    Report(
        name="reasons",
        title=_("Why inquiries are won and lost"),
        description=_("Inquiries that were closed in a period by the reason that was given."),
        permission=VIEW,
        params=EndedForm,
        columns=(
            ReportColumn("reason", _("Reason"), FieldType.LINE),
            ReportColumn("number", _("Inquiries"), FieldType.INTEGER),
            ReportColumn("share", _("Share, %"), FieldType.DECIMAL, total=False),
            ReportColumn("total", _("Sum"), FieldType.DECIMAL, unit="currency"),
            ReportColumn("currency", _("Currency"), FieldType.LINE),
        ),
        rows=list_reasons,
        chart=ReportChart("pie", "reason", "number"),
        behind=behind_reasons,
        kinds=(INQUIRY,),
    ),
]
