"""Occurrences of a series as rows: made many at once from what the series says, moved, and taken away. Journalled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from kartoteka.api.db import Session, delete_rows, insert_rows, update_rows, utc_now
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.signals import record_changed, record_created
from kartoteka.api.work import announce, next_numbers
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import settle_next_action
from kartoteka_crm_inquiries.naming import ACTIVITY, ACTIVITY_MASK, ACTIVITY_SERIES
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.rules import zone_of

PLAIN = (
    "name",
    "description",
    "importance",
    "place",
    "estimate",
    "remind",
    "all_day",
    "direction",
    "kind_id",
    "category_id",
    "inquiry_id",
    "project_id",
    "performer_id",
    "creator_id",
    "resource_id",
    "service_id",
    "currency",
)
"""What new occurrences take over from the series, beside client, person and moments."""


def template_of(activity: Activity) -> dict[str, Any]:
    """Return what occurrences like this one begin with, as JSON; ``lasts`` and ``due_after`` are seconds."""
    values = {name: getattr(activity, name) for name in PLAIN}
    values["person"] = None if activity.person is None else str(activity.person)
    values["lasts"] = int((activity.ends_at - activity.starts_at).total_seconds())
    values["due_after"] = int((activity.due_at - activity.starts_at).total_seconds())
    return values


def moments_of(series: Series, occurrence: datetime) -> dict[str, datetime]:
    """Return the moments of an occurrence; whole days stay whole where the clocks change."""
    lasts, due = (timedelta(seconds=series.values.get(name, 0)) for name in ("lasts", "due_after"))
    if not series.values.get("all_day"):
        return {"starts_at": occurrence, "ends_at": occurrence + lasts, "due_at": occurrence + due}
    zone = zone_of(series.timezone)
    first = occurrence.astimezone(zone)  # adding to a moment with a zone follows the clock on the wall
    return {"starts_at": occurrence, "ends_at": _utc(first + _days(lasts)), "due_at": _utc(first + _days(due))}


def _days(delta: timedelta) -> timedelta:
    return timedelta(days=round(delta / timedelta(days=1))) if delta >= timedelta(hours=20) else delta


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def make_occurrences(session: Session, series: Series, moments: Sequence[datetime]) -> list[int]:
    """Make an activity for each of these moments and return their ids."""
    if not moments:
        return []
    numbers = next_numbers(session, ACTIVITY_SERIES, len(moments), mask=ACTIVITY_MASK, on=utc_now().date())
    rows = [
        {
            **values_of(series),
            "number": number,
            "uid": f"{uuid4()}@kartoteka",
            "occurrence_at": moment,
            **moments_of(series, moment),
        }
        for number, moment in zip(numbers, moments, strict=True)
    ]
    ids = insert_rows(session, Activity, rows)
    announce(session, record_created, ACTIVITY, ids=ids)
    return ids


def values_of(series: Series) -> dict[str, Any]:
    """Return the columns of new occurrences."""
    values = {name: series.values[name] for name in PLAIN if name in series.values}
    person = RecordRef.parse(series.values["person"]) if series.values.get("person") else None
    values |= {"person_kind": person.kind if person else None, "person_id": person.id if person else None}
    return {**values, "client_id": series.client_id, "series_id": series.id, "status": "planned"}


def change_occurrences(session: Session, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Change occurrences, ``{id: {column: value}}``."""
    changed = update_rows(session, Activity, changes)
    if changed:
        fields = sorted({name for values in changes.values() for name in values})
        announce(session, record_changed, ACTIVITY, ids=changed, fields=fields)


def drop_occurrences(session: Session, rows: Iterable[Activity]) -> set[int | None]:
    """Take occurrences away: those that nobody touched go, others go to the bin. Both can be undone.

    Returns the inquiries that they were about.
    """
    rows = list(rows)
    inquiries = {row.inquiry_id for row in rows}
    untouched = [row.id for row in rows if row.version == 1]
    touched = [row.id for row in rows if row.version != 1]
    change_occurrences(session, {one: {"state": RecordState.DELETED} for one in touched})
    if untouched:
        delete_rows(session, Activity, untouched)
        announce(session, record_changed, ACTIVITY, ids=untouched, fields=["state"])
    return inquiries


def settle_inquiries(session: Session, inquiry_ids: Iterable[int | None]) -> None:
    """Keep the next action of inquiries; raises Refused where an open one would have none."""
    for inquiry_id in sorted({one for one in inquiry_ids if one is not None}):
        settle_next_action(session, inquiry_id)
