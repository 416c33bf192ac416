"""The module's part of the demo company."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows, utc_now
from [[ package ]].models import Note

_SUBJECTS = ("Asked for a catalogue", "Visited the showroom", "Wants an offer in spring", "Pays on time")


def add_demo_notes(session: Session, size: int) -> None:
    """Give every third client a note of the last weeks; the same ones for the same clients."""
    today = utc_now().date()
    ids = session.scalars(select(Client.id).order_by(Client.id)).all()[::3]
    rows = [
        {
            "client_id": client_id,
            "day": today - timedelta(days=number % 60),
            "subject": _SUBJECTS[number % len(_SUBJECTS)],
            "details": "",
        }
        for number, client_id in enumerate(ids)
    ]
    insert_rows(session, Note, rows)
