"""How urgent work is. Pure.

Urgency is a number; the greater one is dealt first, and among equals what is due earlier:

- overdue: 1000, and 20 more for each day, up to 30 days;
- due today: 600, and 150 more when it begins within the hour;
- importance: critical 400, high 200, normal 0, low -150;
- value of the inquiry: 30 for each power of ten, up to 150 (10,000 is 120);
- an inquiry that stands still: 5 for each day since anything was done about it, up to 30 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import log10

OVERDUE, A_DAY_LATE = 1000, 20
TODAY, SOON = 600, 150
IMPORTANCE = {1: -150, 2: 0, 3: 200, 4: 400}
A_POWER, MOST_FOR_VALUE = 30, 150
A_DAY_STILL = 5
MOST_DAYS = 30
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Waiting:
    """What counts for the urgency of something to do."""

    id: int
    starts_at: datetime
    due_at: datetime
    importance: int = 2
    value: Decimal | None = None
    moved_at: datetime | None = None


def urgency(one: Waiting, now: datetime, day_ends: datetime) -> int:
    """Return how urgent it is at a moment; ``day_ends`` is when today ends for whoever asks."""
    score = IMPORTANCE.get(one.importance, 0)
    if one.due_at < now:
        score += OVERDUE + A_DAY_LATE * _days(now - one.due_at)
    elif one.due_at < day_ends:
        score += TODAY + (SOON if one.starts_at - now <= HOUR else 0)
    if one.value is not None and one.value > 0:
        score += min(MOST_FOR_VALUE, int(A_POWER * log10(1 + float(one.value))))
    if one.moved_at is not None:
        score += A_DAY_STILL * _days(now - one.moved_at)
    return score


def by_urgency(waiting: list[Waiting], now: datetime, day_ends: datetime) -> list[Waiting]:
    """Return them, the most urgent first."""
    return sorted(waiting, key=lambda one: (-urgency(one, now, day_ends), one.due_at, one.id))


def _days(length: timedelta) -> int:
    return max(0, min(MOST_DAYS, length.days))
