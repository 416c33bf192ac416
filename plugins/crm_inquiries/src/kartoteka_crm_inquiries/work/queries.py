"""What waits for somebody today, and what he has done of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from kartoteka.api.db import Session
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Translatable
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import DONE, OPEN
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.work.rules import Waiting, by_urgency

MOST = 300
"""So many of the oldest are weighed against each other; whoever has more than that waiting sees the rest later."""


@dataclass(frozen=True)
class Queue:
    """What waits until the end of today: its ids, the most urgent first, and those that were skipped."""

    ids: Sequence[int]
    skipped: Sequence[int]


def queue_of(session: Session, user_id: int, now: datetime, day_ends: datetime, skips: Collection[int]) -> Queue:
    """Return what a user has to do until the end of the day, by urgency; one statement."""
    # The oldest first, and then their inquiries: asked for at once, PostgreSQL walks everybody's activities.
    oldest = (
        select(Activity.id, Activity.starts_at, Activity.due_at, Activity.importance, Activity.inquiry_id)
        .where(
            Activity.performer_id == user_id,
            Activity.status.in_(OPEN),
            Activity.state == RecordState.ACTIVE,
            Activity.due_at < day_ends,
        )
        .order_by(Activity.due_at, Activity.id)
        .limit(MOST)
        .subquery()
    ).c
    rows = session.execute(
        select(
            oldest.id,
            oldest.starts_at,
            oldest.due_at,
            oldest.importance,
            select(Inquiry.value).where(Inquiry.id == oldest.inquiry_id).scalar_subquery(),
            select(Inquiry.moved_at).where(Inquiry.id == oldest.inquiry_id).scalar_subquery(),
        ).order_by(oldest.due_at, oldest.id)
    )
    ordered = by_urgency([Waiting(*row) for row in rows], now, day_ends)
    skipped = [one.id for one in ordered if one.id in skips]
    return Queue([one.id for one in ordered if one.id not in skips], skipped)


@dataclass(frozen=True)
class Done:
    """How much was done of a kind, and how long it took in minutes."""

    kind: Translatable
    number: int
    minutes: int


def done_between(session: Session, user_id: int, since: datetime, until: datetime) -> list[Done]:
    """Return what a user has done in a time, by kind, the most frequent first; one statement."""
    number = func.count(Activity.id)
    rows: Sequence[Any] = session.execute(
        select(DirectoryEntry.name, DirectoryEntry.titles, number, func.coalesce(func.sum(Activity.actual), 0))
        .select_from(Activity)
        .outerjoin(DirectoryEntry, DirectoryEntry.id == Activity.kind_id)
        .where(
            Activity.done_by_id == user_id,
            Activity.status == DONE,
            Activity.done_at >= since,
            Activity.done_at < until,
        )
        .group_by(DirectoryEntry.id, DirectoryEntry.name, DirectoryEntry.titles)
        .order_by(number.desc(), DirectoryEntry.id)
    ).all()
    return [
        Done("" if name is None else EntryTitle(name, dict(titles)), count, int(took))
        for name, titles, count, took in rows
    ]
