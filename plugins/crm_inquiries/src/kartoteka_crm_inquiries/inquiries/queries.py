"""Reads of inquiries, orders and tenders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import INQUIRY


def summarise_inquiries(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each record that the user sees is called; one statement."""
    rows = session.execute(
        select(Inquiry.id, Inquiry.number, Inquiry.subject, Inquiry.state).where(Inquiry.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(INQUIRY, row.id), title=row.number, subtitle=row.subject, url=inquiry_url(row.id), state=row.state
        )
        for row in rows
    }


def inquiry_url(id: int) -> str:
    """Return the address of the record's page."""
    return f"/crm_inquiries/inquiries/{id}"
