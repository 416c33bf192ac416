"""Reads of sales processes and their stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka_crm_inquiries.naming import PROCESS, STAGE
from kartoteka_crm_inquiries.processes.models import Process, Stage


def summarise_processes(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(select(Process.id, Process.name, Process.state).where(Process.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(PROCESS, row.id), title=row.name, subtitle="", url=process_url(row.id), state=row.state
        )
        for row in rows
    }


def process_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/processes/{id}"


def summarise_stages(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(select(Stage.id, Stage.name, Stage.state).where(Stage.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(STAGE, row.id), title=row.name, subtitle="", url=stage_url(row.id), state=row.state
        )
        for row in rows
    }


def stage_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/stages/{id}"
