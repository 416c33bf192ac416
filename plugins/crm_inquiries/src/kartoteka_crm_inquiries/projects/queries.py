"""Reads of sales projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka_crm_inquiries.naming import PROJECT
from kartoteka_crm_inquiries.projects.models import Project


def summarise_projects(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(select(Project.id, Project.name, Project.number, Project.state).where(Project.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(PROJECT, row.id), title=row.name, subtitle=row.number, url=project_url(row.id), state=row.state
        )
        for row in rows
    }


def project_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/projects/{id}"
