"""Reads of the rules that give new inquiries to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka_crm_inquiries.assignment.models import Assignment
from kartoteka_crm_inquiries.naming import ASSIGNMENT


def rules_in_order(session: Session, *, closed: bool = False) -> list[Assignment]:
    """Return the rules in their order, those that were ``closed`` too when asked; one statement."""
    statement = select(Assignment).order_by(Assignment.position, Assignment.id)
    if not closed:
        statement = statement.where(Assignment.state == RecordState.ACTIVE)
    return list(session.scalars(statement))


def summarise_assignments(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each rule is called; one statement."""
    rows = session.execute(select(Assignment.id, Assignment.name, Assignment.state).where(Assignment.id.in_(ids)))
    return {
        row.id: RecordSummary(
            RecordRef(ASSIGNMENT, row.id), title=row.name, url=assignment_url(row.id), state=row.state
        )
        for row in rows
    }


def assignment_url(id: int) -> str:
    """Return the address of a rule's page."""
    return f"/crm_inquiries/assignment/{id}"
