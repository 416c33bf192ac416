"""Rules of activities: states, importance, moments that follow from each other, costs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from kartoteka.api.records import day_begins

PLANNED, STARTED, DONE, CANCELLED = "planned", "started", "done", "cancelled"
OPEN: Final = (PLANNED, STARTED)
STATUSES: Final = (PLANNED, STARTED, DONE, CANCELLED)
LOW, NORMAL, HIGH, CRITICAL = 1, 2, 3, 4
CAR: Final = "car"
CENT = Decimal("0.01")
LONGEST_MINUTES = 60 * 24 * 366
"""An estimate of more than a year is a mistake."""


def whole_minute(moment: datetime) -> datetime:
    """Return the minute that a moment lies in."""
    return moment.replace(second=0, microsecond=0)


def day_around(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when the day of a zone in which a moment lies begins, and when the next one does, in UTC."""
    day = moment.astimezone(zone).date()
    return day_begins(day, zone), day_begins(day + timedelta(days=1), zone)


def settle_moments(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return ``starts_at``, ``ends_at`` and ``due_at`` of a new activity, those that are not given filled in (IN-23).

    Without a start it starts now, or at its due moment; without an end it takes as long as ``estimate`` says, and
    without both no time at all; without a due moment it is due when it ends.
    """
    due = values.get("due_at")
    starts = values.get("starts_at") or due or whole_minute(now)
    ends = values.get("ends_at") or starts + timedelta(minutes=values.get("estimate") or 0)
    return {"starts_at": starts, "ends_at": ends, "due_at": due or ends}


def move_moments(before: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what else moves when an activity's start or end does: it keeps its length, and what was due at its end.

    ``before`` has the moments as they are; only names that ``changes`` leaves out are returned.
    """
    moved: dict[str, Any] = {}
    starts = changes.get("starts_at", before.starts_at)
    if "starts_at" in changes and "ends_at" not in changes:
        moved["ends_at"] = starts + (before.ends_at - before.starts_at)
    ends = changes.get("ends_at", moved.get("ends_at", before.ends_at))
    if ends != before.ends_at and "due_at" not in changes and before.due_at == before.ends_at:
        moved["due_at"] = ends
    return moved


def minutes_between(starts: datetime, ends: datetime) -> int:
    """Return the whole minutes from one moment to the other."""
    return max(0, int((ends - starts).total_seconds() // 60))


def cost_of(
    *,
    kilometres: Decimal | None,
    km_rate: Decimal,
    minutes: int | None,
    hour_price: Decimal,
    service_price: Decimal | None,
) -> Decimal:
    """Return what an activity cost: kilometres, time of the resource, and the service bought (IN-22)."""
    cost = (kilometres or Decimal(0)) * km_rate
    cost += Decimal(minutes or 0) / 60 * hour_price
    cost += service_price or Decimal(0)
    return cost.quantize(CENT, rounding=ROUND_HALF_UP)
