"""Segments of the demo company."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows
from kartoteka.api.directories import DirectoryEntry
from kartoteka_crm_clients.segments.models import Segment, SegmentClient

FAIR_GUESTS = 25


def add_segments(session: Session) -> None:
    """Make three segments for everybody: two that find their clients, one list of guests of a fair."""
    sizes = session.scalars(
        select(DirectoryEntry.id)
        .where(DirectoryEntry.directory == "crm_clients.sizes", DirectoryEntry.code.in_(("medium", "large")))
        .order_by(DirectoryEntry.id)
    ).all()
    large = "&".join(f"crm_clients.marketing_size={one}" for one in sizes)
    shared = {"is_shared": True, "is_fixed": False, "owner_id": None}
    rows = [
        {
            "name": "Key clients in Lithuania",
            "notes": "Invited to the spring seminar",
            "groups": ["country=LT&client_kind=key"],
        },
        {
            "name": "Large or most important",
            "notes": "For the Christmas cards",
            "groups": [one for one in (large, "importance=a") if one],
        },
    ]
    insert_rows(session, Segment, [{**shared, **row} for row in rows])
    (fair,) = insert_rows(
        session, Segment, [{**shared, "name": "Guests of the spring fair", "notes": "", "groups": [], "is_fixed": True}]
    )
    guests = session.scalars(select(Client.id).where(Client.state == "active").order_by(Client.id).limit(FAIR_GUESTS))
    insert_rows(session, SegmentClient, [{"segment_id": fair, "client_id": one} for one in guests.all()])
