"""The room's part of the demo company: what clients need, and how they turned to the company."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_inquiries.naming import APPEAL_RESULTS, APPEAL_SUBJECTS, CHANNELS, PRODUCT_GROUPS
from kartoteka_crm_inquiries.needs.models import Appeal, Need

SEED = 19900311
MOST = 60
_NEEDS = (
    "Wants to replace the old equipment next year",
    "Asks for maintenance twice a year",
    "Looks for a supplier who delivers within a week",
    "Interested in the new model",
    "Needs materials for two sites",
)
_APPEALS = (
    "Asked when the delivery comes",
    "Asked for a price for a larger quantity",
    "Says that the parts do not fit",
    "Asked for a copy of the invoice",
    "Thanked for the quick repair",
)


def add_demo_data(session: Session) -> None:
    """Give every fifth client a need, and every fourth an appeal."""
    directories = [PRODUCT_GROUPS, CHANNELS, APPEAL_SUBJECTS, APPEAL_RESULTS]
    add_start_entries(session, directories)
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    found = session.execute(
        select(DirectoryEntry.directory, DirectoryEntry.id)
        .where(DirectoryEntry.directory.in_(directories))
        .order_by(DirectoryEntry.id)
    )
    entries: dict[str, list[int]] = {}
    for directory, entry_id in found:
        entries.setdefault(directory, []).append(entry_id)
    clients = session.execute(select(Client.id, Client.relationship, Client.manager_id).order_by(Client.id)).all()
    insert_rows(session, Need, [_need(one, entries, chance) for one in clients[::5][:MOST]])
    appeals = [_appeal(one, number, entries, chance) for number, one in enumerate(clients[1::4][:MOST], start=1)]
    insert_rows(session, Appeal, appeals)


def _need(client: Any, entries: dict[str, list[int]], chance: random.Random) -> dict[str, Any]:
    return {
        "client_id": client.id,
        "sort": "interest" if client.relationship == "potential" else "need",
        "group_id": chance.choice(entries[PRODUCT_GROUPS]),
        "text": chance.choice(_NEEDS),
        "noted_on": utc_now().date() - timedelta(days=chance.randrange(300)),
        "manager_id": client.manager_id,
    }


def _appeal(client: Any, number: int, entries: dict[str, list[int]], chance: random.Random) -> dict[str, Any]:
    received = utc_now() - timedelta(days=chance.randrange(200), hours=chance.randrange(8))
    status = chance.choice(("new", "started", "done", "done", "done"))
    is_done = status == "done"
    return {
        "client_id": client.id,
        "number": f"D{received.year}-{number:05}",
        "received_at": received,
        "channel_id": chance.choice(entries[CHANNELS]),
        "subject_id": chance.choice(entries[APPEAL_SUBJECTS]),
        "text": chance.choice(_APPEALS),
        "status": status,
        "manager_id": client.manager_id,
        "result_id": chance.choice(entries[APPEAL_RESULTS]) if is_done else None,
        "done_at": received + timedelta(hours=chance.randrange(1, 60)) if is_done else None,
    }
