"""A series as if it were its own first occurrence, so that both are written in one way. Pure."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from kartoteka_crm_inquiries.activities.rules import PLANNED
from kartoteka_crm_inquiries.series.copying import moments_of
from kartoteka_crm_inquiries.series.models import Series


def dressed(series: Series, occurrence_at: datetime | None = None) -> Any:
    """Return what a component of a series, or of one of its occurrences, is written from."""
    values = {"name": "", "description": "", "place": "", "importance": 2, "remind": None, "all_day": False}
    values |= {"category_id": None, **series.values}
    return SimpleNamespace(
        **{
            **values,
            **moments_of(series, occurrence_at or series.starts_at),
            "id": 0,
            "uid": series.uid,
            "created_at": series.created_at,
            "sequence": series.version,
            "status": PLANNED,
            "percent": 0,
            "done_at": None,
        }
    )
