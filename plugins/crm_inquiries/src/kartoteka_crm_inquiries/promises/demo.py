"""The room's part of the demo company: promises kept, broken, and still to keep."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka_crm_inquiries.promises import rules
from kartoteka_crm_inquiries.promises.models import Promise

SEED = 20260119
CLIENTS = 60
_OURS = ("Send the drawings", "Call back about the colour of the frames", "Bring the samples", "Repair the handle")
_THEIRS = ("Send the measures", "Sign the contract", "Pay the first part", "Say which glass they want")
_ENDS = (rules.FULL, rules.FULL, rules.FULL, rules.PART, rules.BROKEN, rules.OPEN)


def add_demo_data(session: Session) -> None:
    """Give some clients promises of the last months and the next weeks; the same ones for the same clients."""
    found = select(Client.id, Client.manager_id).where(Client.manager_id.is_not(None)).order_by(Client.id)
    insert_rows(session, Promise, _promises(session.execute(found.limit(CLIENTS)).all()))


def _promises(clients: Any) -> Iterator[dict[str, Any]]:
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    today = utc_now().date()
    for client in clients:
        side = chance.choice((rules.OURS, rules.OURS, rules.THEIRS))
        due = today + timedelta(days=chance.randint(-90, 20))
        status = chance.choice(_ENDS) if due < today else rules.OPEN
        fulfilled = due - timedelta(days=chance.randint(-2, 3)) if status in (rules.FULL, rules.PART) else None
        yield {
            "client_id": client.id,
            "user_id": client.manager_id,
            "side": side,
            "text": chance.choice(_OURS if side == rules.OURS else _THEIRS),
            "due_on": due,
            "status": status,
            "fulfilled_on": min(fulfilled, today) if fulfilled else None,
        }
