"""When a planned report is due: daily, on Mondays, or on the first of the month, at an hour of the user's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kartoteka.builtin.reports.models import Every


def next_due(every: str, hour: int, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first moment after another one at which a report is due, in UTC."""
    day = after.astimezone(zone).date()
    while True:
        due = datetime.combine(day, time(hour), zone).astimezone(UTC)
        if due > after and _is_on(every, day):
            return due
        day += timedelta(days=1)


def _is_on(every: str, day: date) -> bool:
    if every == Every.WEEK:
        return day.weekday() == 0
    return every == Every.DAY or day.day == 1
