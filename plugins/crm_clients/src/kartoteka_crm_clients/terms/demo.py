"""The room's part of the demo company: terms of some clients, a few of whom are blocked."""

from __future__ import annotations

import random
from decimal import Decimal

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_clients.terms.directories import DIRECTORIES
from kartoteka_crm_clients.terms.fields import DISCOUNT_GROUPS, PRICE_LEVELS
from kartoteka_crm_clients.terms.models import Terms

SEED = 19180216
_REASONS = ("Debt older than 90 days", "Insolvency proceedings", "Claims not settled")
_LIMITS = (1_000, 2_500, 5_000, 10_000, 25_000)
_DAYS = (0, 7, 14, 30, 30, 45, 60)
_DISCOUNTS = (None, None, None, "3.00", "5.00", "7.50")


def add_demo_terms(session: Session) -> None:
    """Agree on terms with a third of the clients; the same ones for the same clients."""
    add_start_entries(session, [f"crm_clients.{one.name}" for one in DIRECTORIES])
    levels, groups = (_entries(session, name) for name in (PRICE_LEVELS, DISCOUNT_GROUPS))
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    rows = []
    for number, client_id in enumerate(session.scalars(select(Client.id).order_by(Client.id))):
        if number % 3:
            continue
        is_blocked = number % 60 == 9
        discount = chance.choice(_DISCOUNTS)
        rows.append(
            {
                "client_id": client_id,
                "is_blocked": is_blocked,
                "block_reason": chance.choice(_REASONS) if is_blocked else "",
                "credit_limit": Decimal(chance.choice(_LIMITS)),
                "credit_currency": "EUR",
                "payment_days": chance.choice(_DAYS),
                "price_level_id": chance.choice(levels) if levels else None,
                "discount_group_id": chance.choice(groups) if groups and chance.random() < 0.4 else None,
                "discount": Decimal(discount) if discount else None,
            }
        )
    insert_rows(session, Terms, rows)


def _entries(session: Session, directory: str) -> list[int]:
    named = select(DirectoryEntry.id).where(DirectoryEntry.directory == directory).order_by(DirectoryEntry.id)
    return list(session.scalars(named))
