"""Marketing data of the demo company."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client, ClientKind
from kartoteka.api.db import Session, insert_rows
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_clients.marketing.fields import DIRECTORY_OF
from kartoteka_crm_clients.marketing.models import Marketing

SEED = 19900311
ASSORTMENTS = ("Windows", "Doors", "Roofs", "Heating", "Tools", "Services")
_SHARES = {"size": 0.8, "status": 0.7, "assortment": 0.6, "programme": 0.35, "channel": 0.65, "loyalty": 0.2}


def add_marketing(session: Session) -> None:
    """Give most clients marketing data; the same ones for the same clients."""
    add_start_entries(session, DIRECTORY_OF.values())
    insert_rows(
        session,
        DirectoryEntry,
        [
            {"directory": DIRECTORY_OF["assortment"], "name": name, "position": place}
            for place, name in enumerate(ASSORTMENTS)
        ],
    )
    clients = session.execute(select(Client.id, Client.kind).order_by(Client.id)).all()
    insert_rows(session, Marketing, _rows(session, clients))


def _rows(session: Session, clients: Any) -> Iterator[dict[str, Any]]:
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    entries: dict[str, list[int]] = defaultdict(list)
    for row in session.execute(select(DirectoryEntry.directory, DirectoryEntry.id).order_by(DirectoryEntry.id)):
        entries[row.directory].append(row.id)
    for client_id, kind in clients:
        values = {
            f"{name}_id": chance.choice(entries[DIRECTORY_OF[name]]) if chance.random() < share else None
            for name, share in _SHARES.items()
        }
        if kind == ClientKind.PERSON:
            values["size_id"] = None
        if any(values.values()):
            yield {"client_id": client_id, **values}
