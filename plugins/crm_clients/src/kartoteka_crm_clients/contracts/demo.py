"""The room's part of the demo company: contracts, some expired, some without an end."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client, ClientKind
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_clients.contracts.fields import KINDS_OF_CONTRACTS
from kartoteka_crm_clients.contracts.models import Contract

SEED = 19180216
_TERMS = {
    "sale": ("Delivery within 10 working days", "Payment within 30 days of the invoice", "Discount 5 % above 3000 EUR"),
    "service": ("On site within 24 hours", "Two free inspections a year", "Spare parts at list price less 10 %"),
    "rent": ("Rent is due on the 5th of the month", "Deposit of two months' rent", "One month's notice"),
}
_SUBJECTS = {"sale": "Goods and delivery", "service": "Maintenance", "rent": "Rent of equipment"}


def add_demo_data(session: Session) -> None:
    """Give every third company a contract, some of them two."""
    add_start_entries(session, [KINDS_OF_CONTRACTS])
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    rows = session.execute(
        select(DirectoryEntry.code, DirectoryEntry.id).where(DirectoryEntry.directory == KINDS_OF_CONTRACTS)
    )
    kinds = {row.code: row.id for row in rows}
    companies = session.scalars(select(Client.id).where(Client.kind == ClientKind.COMPANY).order_by(Client.id)).all()
    contracts: list[dict[str, Any]] = []
    for client_id in companies[::3]:
        for _number in range(chance.choice((1, 1, 2))):
            contracts.append(_contract(client_id, kinds, len(contracts) + 1, chance))
    insert_rows(session, Contract, contracts)


def _contract(client_id: int, kinds: dict[str, int], number: int, chance: random.Random) -> dict[str, Any]:
    today = utc_now().date()
    signed = today - timedelta(days=chance.randrange(10, 1_500))
    length = chance.choice((None, 365, 730))
    kind = chance.choice(("sale", "sale", "service", "rent"))
    return {
        "client_id": client_id,
        "number": f"D{signed.year}-{number:03}",
        "title": _SUBJECTS[kind],
        "kind_id": kinds[kind],
        "signed_on": signed,
        "since": signed,
        "until": None if length is None else signed + timedelta(days=length),
        "terms": "\n".join(chance.sample(_TERMS[kind], k=chance.choice((2, 3)))),
    }
