"""The room's part of the demo company: activities of the last months and of the next weeks, some overdue."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.users import active_users
from kartoteka.api.work import next_numbers
from kartoteka_crm_inquiries.activities.models import Activity, ExtraService, Resource
from kartoteka_crm_inquiries.activities.rules import CANCELLED, DONE, PLANNED, cost_of
from kartoteka_crm_inquiries.naming import (
    ACTIVITY_KINDS,
    ACTIVITY_MASK,
    ACTIVITY_SERIES,
    CATEGORIES,
    OUTCOMES,
)

SEED = 20040501
PAST, COMING = 90, 21
_WORK = {
    "call": ("Call about the delivery", "Call about the offer", "Ask how the order went", "Call back about the price"),
    "mail": ("Send the price list", "Answer the question about terms", "Send the drawings"),
    "meeting": ("Meeting about next year", "Show the new range", "Talk about the contract"),
    "visit": ("Visit the warehouse", "Measure the rooms", "Look at the site"),
    "data": ("Check the client's data", "Enter the order history"),
    "internal": ("Prepare the weekly report", "Tidy the price list", "Plan the fair"),
}
_SAID = {
    "call": ("Agreed on Thursday.", "Nobody answered.", "Wants a lower price.", "Will decide after the holidays."),
    "mail": ("Sent.", "Sent, confirmed by phone."),
    "meeting": ("Liked the samples.", "Wants a written offer.", "Asked for references."),
    "visit": ("Measured, photographs in the files.", "Access from the back only."),
    "data": ("Done.",),
    "internal": ("Done.",),
}
_KINDS = ("call", "call", "call", "mail", "mail", "meeting", "visit", "data", "internal")


def add_demo_data(session: Session) -> None:
    """Give the people of the demo company a past of work and a plan."""
    add_start_entries(session, [ACTIVITY_KINDS, CATEGORIES, OUTCOMES])
    car = _add_used(session)
    clients = session.execute(select(Client.id, Client.manager_id).order_by(Client.id).limit(200)).all()
    users = [user_id for user_id, _name in active_users(session)]
    if not clients or not users:
        return
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    entries = _Entries(session)
    now = utc_now().replace(second=0, microsecond=0)
    days = [day for day in range(-PAST, COMING) if day == 0 or (now + timedelta(days=day)).weekday() < 5]
    rows = [
        _row(chance, entries, now, day, chance.choice(clients), users, car)
        for day in days
        for _number in range(chance.choice((3, 4, 5)))
    ]
    numbers = next_numbers(session, ACTIVITY_SERIES, len(rows), mask=ACTIVITY_MASK, on=now.date())
    insert_rows(session, Activity, [{**row, "number": number} for row, number in zip(rows, numbers, strict=True)])


class _Entries:
    """The entries of the three directories by code."""

    def __init__(self, session: Session) -> None:
        wanted = (ACTIVITY_KINDS, CATEGORIES, OUTCOMES)
        found = session.execute(
            select(DirectoryEntry.directory, DirectoryEntry.code, DirectoryEntry.id)
            .where(DirectoryEntry.directory.in_(wanted))
            .order_by(DirectoryEntry.id)
        ).all()
        self.kinds = {row.code: row.id for row in found if row.directory == ACTIVITY_KINDS}
        self.categories = [row.id for row in found if row.directory == CATEGORIES]
        self.outcomes = [row.id for row in found if row.directory == OUTCOMES]


def _add_used(session: Session) -> Resource:
    car = Resource(name="Škoda Octavia", sort="car", km_rate=Decimal("0.25"), hour_price=Decimal(4))
    session.add_all([car, Resource(name="Meeting room", sort="room"), Resource(name="Projector", sort="device")])
    session.add_all(
        [ExtraService(name="Crane", price=Decimal(120)), ExtraService(name="Interpreter", price=Decimal(60))]
    )
    session.flush()
    return car


def _row(
    chance: random.Random, entries: _Entries, now: datetime, day: int, client: Any, users: list[int], car: Resource
) -> dict[str, Any]:
    code = chance.choice(_KINDS)
    starts = (now + timedelta(days=day)).replace(
        hour=chance.choice((6, 7, 8, 9, 11, 12, 13)), minute=chance.choice((0, 30))
    )
    minutes = chance.choice((15, 30, 30, 60, 90))
    ends = starts + timedelta(minutes=minutes)
    is_own = client.manager_id in users and code != "internal" and chance.random() < 0.75
    performer = client.manager_id if is_own else chance.choice(users)
    row: dict[str, Any] = {
        "client_id": None if code == "internal" else client.id,
        "kind_id": entries.kinds.get(code),
        "category_id": chance.choice([None, *entries.categories]),
        "name": chance.choice(_WORK[code]),
        "importance": chance.choice((1, 2, 2, 2, 3, 4)),
        "starts_at": starts,
        "ends_at": ends,
        "due_at": ends,
        "estimate": minutes,
        "performer_id": performer,
        "creator_id": chance.choice((performer, performer, users[0])),
        "uid": f"{UUID(int=chance.getrandbits(128), version=4)}@kartoteka",
        "status": PLANNED,
        "direction": chance.choice(("in", "out")) if code == "call" else "",
    }
    is_over = ends < now and chance.random() < (0.95 if day < -10 else 0.7)
    return row | _result(chance, entries, row, code, car) if is_over else row


def _result(chance: random.Random, entries: _Entries, row: dict[str, Any], code: str, car: Resource) -> dict[str, Any]:
    if chance.random() < 0.05:
        return {"status": CANCELLED}
    took = max(5, row["estimate"] + chance.choice((-10, 0, 5, 20)))
    result: dict[str, Any] = {
        "status": DONE,
        "percent": 100,
        "done_at": row["starts_at"] + timedelta(minutes=took),
        "done_by_id": row["performer_id"],
        "actual": took,
        "outcome_id": chance.choice(entries.outcomes) if entries.outcomes else None,
        "outcome": chance.choice(_SAID[code]),
    }
    if code == "visit":
        way = Decimal(chance.randrange(10, 240))
        result |= {"resource_id": car.id, "kilometres": way}
        result["cost"] = cost_of(
            kilometres=way, km_rate=car.km_rate, minutes=took, hour_price=car.hour_price, service_price=None
        )
    return result
