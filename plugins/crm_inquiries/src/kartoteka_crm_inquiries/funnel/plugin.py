"""Table of contents of the room "Funnel"."""

from __future__ import annotations

from kartoteka.api import hookimpl
from kartoteka.api.db import Session
from kartoteka.api.declare import Report
from kartoteka_crm_inquiries.funnel.demo import add_demo_data
from kartoteka_crm_inquiries.funnel.reports import REPORTS


@hookimpl
def register_reports() -> list[Report]:
    return REPORTS


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_demo_data(session)
