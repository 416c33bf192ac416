"""Reports: appeals by subject, channel and result, and needs by group of products (IN-07)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.forms import PeriodForm
from kartoteka.api.texts import Texts
from kartoteka.api.web import current_formats
from kartoteka_crm_inquiries.naming import APPEAL, NEED, VIEW
from kartoteka_crm_inquiries.needs import queries
from kartoteka_crm_inquiries.needs.fields import SORTS

_ = Texts("crm_inquiries")

_SORTS = {choice.value: choice.title for choice in SORTS}


def list_appeals(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the number of appeals by subject, channel and result in the period."""
    return queries.count_appeals(session, params["period"], current_formats().zone)


def appeals_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the list of appeals that a figure counts."""
    wanted = _entries(common, ("subject_id", "channel_id", "result_id"))
    return f"/crm_inquiries/appeals/?{urlencode([*wanted, *_days(params, 'received_at')])}"


def list_needs(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the number of needs and interests by group of products in the period."""
    for row in queries.count_needs(session, params["period"]):
        yield {**row, "kind": _SORTS.get(row["sort"], row["sort"])}


def needs_behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    """Return the address of the list of needs that a figure counts."""
    wanted = _entries(common, ("group_id",)) + ([("kind", common["sort"])] if common.get("sort") else [])
    return f"/crm_inquiries/needs/?{urlencode([*wanted, *_days(params, 'noted_on')])}"


def _entries(common: Mapping[str, Any], names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, str(common[name] or "none")) for name in names if name in common]


def _days(params: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    period = params["period"]
    if period is None:
        return []
    return [(f"{name}.from", period.first.isoformat()), (f"{name}.to", period.last.isoformat())]


REPORTS = [
    Report(
        name="appeals",
        title=_("Appeals of clients"),
        description=_("How many appeals there were by subject, channel and result."),
        permission=VIEW,
        params=PeriodForm,
        columns=(
            ReportColumn("subject", _("Subject"), FieldType.LINE),
            ReportColumn("channel", _("Channel"), FieldType.LINE),
            ReportColumn("result", _("Result"), FieldType.LINE),
            ReportColumn("number", _("How many"), FieldType.INTEGER),
        ),
        rows=list_appeals,
        chart=ReportChart("bar", "subject", "number"),
        behind=appeals_behind,
        kinds=(APPEAL,),
    ),
    Report(
        name="needs",
        title=_("Needs and interests"),
        description=_("What clients need and what new ones are interested in, by group of products."),
        permission=VIEW,
        params=PeriodForm,
        columns=(
            ReportColumn("group", _("Group of products"), FieldType.LINE),
            ReportColumn("kind", _("Sort"), FieldType.LINE),
            ReportColumn("number", _("How many"), FieldType.INTEGER),
        ),
        rows=list_needs,
        chart=ReportChart("bar", "group", "number"),
        behind=needs_behind,
        kinds=(NEED,),
    ),
]
