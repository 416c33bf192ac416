"""The room's part of the demo company: how relationships have developed over the last years."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client, Relationship
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_clients.stages.fields import STAGES
from kartoteka_crm_clients.stages.models import Stage

SEED = 19900311
_PATHS = {
    Relationship.EXISTING: (
        ("potential", "negotiating", "client"),
        ("potential", "negotiating", "client", "regular"),
        ("potential", "client", "regular", "sleeping"),
        ("negotiating", "client", "sleeping", "client"),
        ("potential", "negotiating", "client", "lost"),
    ),
    Relationship.POTENTIAL: (("potential",), ("potential", "negotiating"), ("potential", "negotiating", "lost")),
}


def add_demo_data(session: Session) -> None:
    """Lead every client through some stages; the same ones for the same clients."""
    add_start_entries(session, [STAGES])
    rows = session.execute(select(DirectoryEntry.code, DirectoryEntry.id).where(DirectoryEntry.directory == STAGES))
    stages = {row.code: row.id for row in rows}
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    clients = session.execute(
        select(Client.id, Client.relationship, Client.manager_id, Client.registered_on).order_by(Client.id)
    ).all()
    today = utc_now().date()
    insert_rows(session, Stage, [row for client in clients for row in _stages(client, stages, chance, today)])


def _stages(client: Any, stages: dict[str, int], chance: random.Random, today: date) -> Iterator[dict[str, Any]]:
    known = (today - client.registered_on).days
    path = chance.choice(_PATHS[Relationship(client.relationship)])[: known + 1]
    later = sorted(chance.sample(range(1, known + 1), k=len(path) - 1))
    days = [client.registered_on + timedelta(days=days) for days in (0, *later)]
    for code, since, until in zip(path, days, [*days[1:], None], strict=True):
        yield {
            "client_id": client.id,
            "stage_id": stages[code],
            "since": since,
            "until": until,
            "user_id": client.manager_id,
        }
