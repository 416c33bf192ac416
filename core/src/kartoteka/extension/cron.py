"""Moments that a crontab line names, in the company's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter

_FIELDS = 5
_HOUR = 1


def is_cron(line: str) -> bool:
    """Say whether these are the five fields of crontab(5)."""
    return len(line.split()) == _FIELDS and bool(croniter.is_valid(line))


def latest_moment(line: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest moment, up to and including ``now``, that a crontab line names; in UTC.

    A fixed hour comes once a day: on the night when clocks go back the first of the two counts, and on the night when
    they go forward an hour that is left out comes when it would have been over. Lines for every hour follow real time.
    """
    local = (now.astimezone(UTC) + timedelta(microseconds=1)).astimezone(zone)  # in UTC: adding forgets the fold
    if line.split()[_HOUR].startswith("*"):
        return _before(line, local).astimezone(UTC)
    named = _before(line, local.replace(tzinfo=None))
    return named.replace(tzinfo=zone).astimezone(UTC)


def _before(line: str, moment: datetime) -> datetime:
    found: datetime = croniter(line, moment).get_prev(datetime)
    return found
