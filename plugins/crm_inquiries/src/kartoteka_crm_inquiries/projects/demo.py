"""The room's part of the demo company: a few larger sales."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from kartoteka.api.clients import Client, ClientKind
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_inquiries.naming import PROJECT_STATUSES
from kartoteka_crm_inquiries.projects.models import Project

_NAMES = (
    ("Equipment of the new warehouse", "running", 48_000),
    ("Yearly supply of packaging", "running", 12_500),
    ("Renovation of the office", "planned", 31_000),
    ("Solar panels on three roofs", "waiting", 64_900),
    ("Shop in Kaunas", "finished", 22_300),
    ("Fleet of delivery vans", "stopped", 88_000),
)


def add_demo_data(session: Session) -> None:
    """Give six companies a project each."""
    add_start_entries(session, [PROJECT_STATUSES])
    rows = session.execute(
        select(DirectoryEntry.code, DirectoryEntry.id).where(DirectoryEntry.directory == PROJECT_STATUSES)
    )
    statuses = {row.code: row.id for row in rows}
    companies = session.execute(
        select(Client.id, Client.manager_id).where(Client.kind == ClientKind.COMPANY).order_by(Client.id).limit(6)
    ).all()
    today = utc_now().date()
    insert_rows(
        session,
        Project,
        [
            {
                "client_id": client.id,
                "number": f"P{today.year}-D{place:03}",
                "name": name,
                "manager_id": client.manager_id,
                "status_id": statuses[status],
                "starts_on": today - timedelta(days=20 * place),
                "due_on": today + timedelta(days=45 - 15 * place),
                "value": Decimal(value),
            }
            for place, (client, (name, status, value)) in enumerate(zip(companies, _NAMES, strict=False), 1)
        ],
    )
