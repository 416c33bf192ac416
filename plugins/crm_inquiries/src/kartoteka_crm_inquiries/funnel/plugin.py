"""Table of contents of the room "Funnel"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.declare import Report
from kartoteka_crm_inquiries.funnel.reports import REPORTS


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS
