"""The room's part of the demo company: inquiries, orders and tenders at all stages, some closed with reasons."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.users import active_users
from kartoteka.api.work import next_number
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.inquiries.rules import INQUIRY_SORT, ORDER_SORT, SERIES, TENDER_SORT
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, ACTIVITY_MASK, ACTIVITY_SERIES, REASONS, SOURCES
from kartoteka_crm_inquiries.processes.queries import processes_of, stages_of
from kartoteka_crm_inquiries.processes.service import ensure_processes

SEED = 19910906
MOST = 48
SORTS = (INQUIRY_SORT, INQUIRY_SORT, INQUIRY_SORT, ORDER_SORT, INQUIRY_SORT, TENDER_SORT)
_SUBJECTS = {
    INQUIRY_SORT: (
        ("Windows for a school", "Window 1200 x 1400", "pcs", "goods"),
        ("Windows for a new house", "Window 1000 x 1200", "pcs", "goods"),
        ("Balcony glazing", "Sliding pane", "pcs", "goods"),
        ("Doors for an office", "Door 900 x 2100", "pcs", "goods"),
        ("Winter garden", "Roof pane", "m²", "goods"),
        ("Repair of old windows", "Window repaired", "pcs", "services"),
        ("Mounting of windows", "Window mounted", "pcs", "services"),
        ("Shades for a kindergarten", "Outer shade", "pcs", "goods"),
    ),
    ORDER_SORT: (
        ("Windows made to measure", "Window", "pcs", "goods"),
        ("Doors made to measure", "Door", "pcs", "goods"),
        ("Spare handles and seals", "Handle", "pcs", "goods"),
    ),
    TENDER_SORT: (
        ("Windows of the town hall", "Window", "pcs", "goods"),
        ("Glass front of the library", "Works", "set", "services"),
    ),
}
_STEPS = (("call", "Phone call"), ("mail", "E-mail"), ("meeting", "Meeting"), ("offer", "Preparing an offer"))


@dataclass
class _Known:
    """What the demo company has to choose from."""

    stages: dict[str, list[Any]]
    kinds: dict[str, int]
    sources: list[int]
    reasons: list[int]
    users: list[int]
    now: datetime = field(default_factory=utc_now)


def add_demo_data(session: Session) -> None:
    """Give some clients inquiries, orders and tenders of the last months, each open one with its next action."""
    add_start_entries(session, [SOURCES, REASONS, ACTIVITY_KINDS])
    ensure_processes(session)
    known, chance = _known(session), random.Random(SEED)  # noqa: S311 - a made-up company, the same one every time
    clients = session.execute(select(Client.id, Client.manager_id).order_by(Client.id)).all()
    chosen = clients[:: max(1, len(clients) // MOST)][:MOST]
    rows = [_inquiry(session, one, number, known, chance) for number, one in enumerate(chosen)]
    ids = insert_rows(session, Inquiry, rows)
    both = list(zip(ids, rows, strict=True))
    insert_rows(session, InquiryLine, [_line(one, row, chance) for one, row in both])
    insert_rows(session, StageStep, [_step(one, row) for one, row in both])
    planned = [_activity(session, one, row, known, chance) for one, row in both if row["closed_at"] is None]
    insert_rows(session, Activity, planned)


def _known(session: Session) -> _Known:
    stages = {process.sort: stages_of(session, process.id) for process in reversed(processes_of(session))}
    found: dict[str, dict[str, int]] = {}
    wanted = select(DirectoryEntry.directory, DirectoryEntry.code, DirectoryEntry.id)
    for row in session.execute(wanted.where(DirectoryEntry.directory.in_((SOURCES, REASONS, ACTIVITY_KINDS)))):
        found.setdefault(row.directory, {})[row.code] = row.id
    users = [user_id for user_id, _name in active_users(session)]
    return _Known(
        stages, found[ACTIVITY_KINDS], sorted(found[SOURCES].values()), sorted(found[REASONS].values()), users
    )


def _inquiry(session: Session, client: Any, number: int, known: _Known, chance: random.Random) -> dict[str, Any]:
    sort = SORTS[number % len(SORTS)]
    stage = chance.choice(known.stages[sort])
    subject, _item, _unit, goods = chance.choice(_SUBJECTS[sort])
    received = known.now - timedelta(days=chance.randrange(2, 170), hours=chance.randrange(9))
    moved = received + (known.now - received) * chance.random()
    closed = moved if stage.outcome else None
    manager = client.manager_id or (chance.choice(known.users) if known.users else None)
    series, mask = SERIES[sort]
    return {
        "client_id": client.id,
        "sort": sort,
        "number": next_number(session, series, mask=mask, on=received.date()),
        "client_number": f"PO-{chance.randrange(100, 999)}" if chance.random() < 0.3 else "",
        "subject": subject,
        "goods": goods,
        "received_at": received,
        "manager_id": None if closed is None and number % 17 == 5 else manager,
        "process_id": stage.process_id,
        "stage_id": stage.id,
        "stage_since": moved,
        "value": Decimal(chance.randrange(3, 240)) * 50,
        "source_id": chance.choice(known.sources),
        "to_production": sort == ORDER_SORT and chance.random() < 0.5,
        "published_on": received.date() if sort == TENDER_SORT else None,
        "link": f"https://tenders.example/{number + 1000}" if sort == TENDER_SORT else "",
        "deadline": known.now + timedelta(days=chance.randrange(3, 40)) if sort != INQUIRY_SORT else None,
        "expected_on": (known.now + timedelta(days=chance.randrange(5, 60))).date() if sort == INQUIRY_SORT else None,
        "next_at": None if closed else _working_moment(known.now, chance),
        "moved_at": moved,
        "closed_at": closed,
        "outcome": stage.outcome,
        "reason_id": chance.choice(known.reasons) if closed else None,
    }


def _working_moment(now: datetime, chance: random.Random) -> datetime:
    """Return a moment of a working day, from three days ago to ten days ahead."""
    day = now + timedelta(days=chance.randrange(-3, 11))
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return day.replace(hour=chance.randrange(6, 14), minute=chance.choice((0, 30)), second=0, microsecond=0)


def _line(inquiry_id: int, row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    item, unit = next((one[1], one[2]) for one in _SUBJECTS[row["sort"]] if one[0] == row["subject"])
    return {
        "inquiry_id": inquiry_id,
        "client_id": row["client_id"],
        "text": item,
        "quantity": Decimal(chance.randrange(1, 40)),
        "unit": unit,
    }


def _step(inquiry_id: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "inquiry_id": inquiry_id,
        "client_id": row["client_id"],
        "stage_id": row["stage_id"],
        "since": row["stage_since"],
        "user_id": row["manager_id"],
    }


def _activity(
    session: Session, inquiry_id: int, row: dict[str, Any], known: _Known, chance: random.Random
) -> dict[str, Any]:
    code, name = chance.choice(_STEPS)
    return {
        "number": next_number(session, ACTIVITY_SERIES, mask=ACTIVITY_MASK, on=known.now.date()),
        "client_id": row["client_id"],
        "inquiry_id": inquiry_id,
        "kind_id": known.kinds.get(code),
        "name": name,
        "starts_at": row["next_at"],
        "ends_at": row["next_at"],
        "due_at": row["next_at"],
        "performer_id": row["manager_id"],
        "creator_id": row["manager_id"],
        "uid": f"demo-inquiry-{inquiry_id}@kartoteka",
    }
