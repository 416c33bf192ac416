"""The room's part of the demo company: who may sign, who sits on whose board, and a few groups of companies."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client, ClientKind
from kartoteka.api.db import Session, insert_rows, utc_now
from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.relations.fields import POSITIONS, RELATIONS
from kartoteka_crm_clients.relations.models import Position, Relation

SEED = 20040501
_BASES = ("", "", "Articles of association", "Board decision No 12", "Power of attorney")
Row = dict[str, Any]


def add_demo_data(session: Session) -> None:
    """Let directors sign for their companies, some people hold positions at others, and relate some companies."""
    add_start_entries(session, [POSITIONS, RELATIONS])
    chance = random.Random(SEED)  # noqa: S311 - a made-up company, and the same one every time
    entries = _entries(session)
    companies = session.scalars(select(Client.id).where(Client.kind == ClientKind.COMPANY).order_by(Client.id)).all()
    people = session.scalars(select(Client.id).where(Client.kind == ClientKind.PERSON).order_by(Client.id)).all()
    contacts = session.execute(select(Contact.id, Contact.client_id, Contact.role).order_by(Contact.id)).all()
    today = utc_now().date()
    positions = [_own(contact, entries, chance, today) for contact in contacts if contact.role == "director"]
    if companies:
        directors = [contact.id for contact in contacts if contact.role == "director"]
        positions += [_board_seat(one, companies, entries, chance, today) for one in directors[::6]]
        positions += [_ownership(one, companies, entries, chance, today) for one in people[::3]]
    insert_rows(session, Position, positions)
    insert_rows(session, Relation, _relations(companies, entries, chance))


def _entries(session: Session) -> dict[tuple[str, str], int]:
    rows = session.execute(
        select(DirectoryEntry.directory, DirectoryEntry.code, DirectoryEntry.id).where(
            DirectoryEntry.directory.in_((POSITIONS, RELATIONS))
        )
    )
    return {(row.directory, row.code): row.id for row in rows}


def _own(contact: Any, entries: dict[tuple[str, str], int], chance: random.Random, today: date) -> Row:
    since = today - timedelta(days=chance.randrange(200, 4_000))
    has_left = chance.random() < 0.1
    return {
        "client_id": contact.client_id,
        "contact_id": contact.id,
        "role_id": entries[POSITIONS, "director"],
        "is_signatory": True,
        "since": since,
        "until": since + timedelta(days=190) if has_left else None,
        "notes": chance.choice(_BASES),
    }


def _board_seat(
    contact_id: int, companies: Any, entries: dict[tuple[str, str], int], chance: random.Random, today: date
) -> Row:
    return {
        "client_id": chance.choice(companies),
        "contact_id": contact_id,
        "role_id": entries[POSITIONS, "board_member"],
        "is_signatory": chance.random() < 0.3,
        "since": today - timedelta(days=chance.randrange(100, 2_000)),
    }


def _ownership(
    person_id: int, companies: Any, entries: dict[tuple[str, str], int], chance: random.Random, today: date
) -> Row:
    return {
        "client_id": chance.choice(companies),
        "person_id": person_id,
        "role_id": entries[POSITIONS, "owner"],
        "is_signatory": chance.random() < 0.5,
        "since": today - timedelta(days=chance.randrange(400, 5_000)),
    }


def _relations(companies: Any, entries: dict[tuple[str, str], int], chance: random.Random) -> list[Row]:
    kinds = (("subsidiary", "parent"), ("branch", "head_office"), ("partner", "partner"), ("other", "other"))
    rows = []
    for first, second in zip(companies[::4], companies[1::4], strict=False):
        there, back = chance.choices(kinds, (4, 2, 3, 1))[0]
        rows.append(
            {
                "client_id": first,
                "related_id": second,
                "kind_id": entries[RELATIONS, there],
                "reverse_id": entries[RELATIONS, back],
            }
        )
    return rows
