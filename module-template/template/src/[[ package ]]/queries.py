"""Reads for the tab, the panel, the report and links to notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.records import Period, RecordRef, RecordSummary
from [[ package ]].fields import NOTE
from [[ package ]].models import Note

_MOST = 500


def notes_of(session: Session, client_id: int, limit: int = _MOST) -> Sequence[Note]:
    """Return a client's notes, the latest first."""
    statement = select(Note).where(Note.client_id == client_id).order_by(Note.day.desc(), Note.id.desc())
    return session.scalars(statement.limit(limit)).all()


def count_notes(record_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the counter of a client's notes."""
    return select(func.count(Note.id)).where(Note.client_id == record_id).scalar_subquery()


def notes_in(session: Session, period: Period) -> Sequence[Mapping[str, Any]]:
    """Return the notes of a period with their clients, by day; one statement."""
    statement = (
        select(Note.day, Note.subject, Note.client_id, Client.name.label("client"))
        .select_from(Note)
        .join(Client, Client.id == Note.client_id)
        .where(Note.day.between(period.first, period.last))
        .order_by(Note.day, Note.id)
    )
    return session.execute(statement).mappings().all()


def summarise_notes(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return subject, day and address of each note that the user sees; one statement."""
    rows = session.execute(select(Note.id, Note.subject, Note.day).where(Note.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(NOTE, row.id), row.subject, row.day.isoformat(), note_url(row.id))
        for row in rows
    }


def note_url(id: int) -> str:
    """Return the address of a note."""
    return f"/[[ name ]]/notes/{id}"
