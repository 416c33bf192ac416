"""Table of contents of the room "Reports"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.declare import Report, Tab
from kartoteka_crm_inquiries.reports import contacts, costs, inquiries, sales, tasks


@hookimpl
def register_reports() -> list[Report]:
    return [*tasks.REPORTS, *contacts.REPORTS, *inquiries.REPORTS, *sales.REPORTS, *costs.REPORTS]


@hookimpl
def register_tabs() -> list[Tab]:
    return costs.TABS
