"""What a reader asks the reports of work for, on his clock, and the lists behind their figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from kartoteka.api.web import current_formats
from kartoteka_crm_inquiries.activities.lists import PATH
from kartoteka_crm_inquiries.activities.rules import DONE
from kartoteka_crm_inquiries.funnel.queries import Sought
from kartoteka_crm_inquiries.reports.queries import Work

UNSET = "none"
"""What filters of lists call a choice or a user that is not set."""


def asked_work(params: Mapping[str, Any]) -> Work:
    """Return the activities that a `WorkForm` asks for."""
    return Work(params.get("period"), params.get("performer_id"), params.get("kind_id"), current_formats().zone)


def asked_inquiries(params: Mapping[str, Any]) -> Sought:
    """Return the inquiries that a `ManagerForm` or a period asks for."""
    return Sought(params.get("period"), params.get("manager_id") or None, zone=current_formats().zone)


def period_limits(params: Mapping[str, Any], column: str) -> dict[str, Any]:
    """Return the filter of a list that a period stands for."""
    period = params.get("period")
    if period is None:
        return {}
    return {f"{column}.from": period.first.isoformat(), f"{column}.to": period.last.isoformat()}


def activities_behind(params: Mapping[str, Any], common: Mapping[str, Any], **more: Any) -> str:
    """Return the address of the list of the finished activities that a figure counts."""
    limits = {"status": DONE, **period_limits(params, "done_at"), **more}
    for name in ("performer_id", "kind_id", "outcome_id"):
        value = common.get(name, params.get(name))
        if value:
            limits[name] = value
        elif name in common:
            limits[name] = UNSET
    if common.get("since") and common.get("until"):
        limits |= {"done_at.from": common["since"], "done_at.to": common["until"]}
    return f"{PATH}?{urlencode(limits, doseq=True)}"
