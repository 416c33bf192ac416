"""Turnover of the demo company in the last 18 months, and classes of the last months."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka_crm_clients.classes.models import Turnover
from kartoteka_crm_clients.classes.rules import full_months, month_end
from kartoteka_crm_clients.classes.service import classify

SEED = 19900312
MONTHS = 18
RUNS = 3


def add_turnover(session: Session) -> None:
    """Let existing clients buy: few much, many little, some steadily, some now and then, some not any more."""
    today = utc_now().date()
    clients = session.scalars(select(Client.id).where(Client.relationship == "existing").order_by(Client.id)).all()
    insert_rows(session, Turnover, _rows(clients, today))
    for back in range(RUNS - 1, -1, -1):
        classify(session, full_months(today, back)[0] if back else today)


def _rows(clients: Any, today: date) -> Iterator[dict[str, Any]]:
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    first, _last = full_months(today, MONTHS)
    for client_id in clients:
        usual = round(80 * 1.35 ** (chance.random() * 18))
        steadiness = chance.choice((0.05, 0.08, 0.2, 0.6))
        ends = chance.randrange(6, MONTHS) if chance.random() < 0.2 else MONTHS
        for number in range(ends):
            if steadiness > 0.5 and chance.random() < 0.5:
                continue
            index = first.year * 12 + first.month - 1 + number
            amount = round(usual * max(0.1, chance.gauss(1, steadiness)), 2)
            yield {"client_id": client_id, "day": month_end(index // 12, index % 12 + 1), "amount": amount}
