"""Quiet hours: when a user does not want to be told outside the page; pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

_MOST_STEPS = 16


@dataclass(frozen=True)
class Quiet:
    """From one time of the day to another, across midnight too, and whole days of the week (0 is Monday)."""

    begin: time | None = None
    end: time | None = None
    days: frozenset[int] = frozenset()

    def next_moment(self, moment: datetime, zone: tzinfo) -> datetime:
        """Return the first moment from this one on (UTC) that is not quiet where the user is.

        A week of nothing but quiet days is no wish: then every moment will do.
        """
        if len(self.days) >= 7:
            return moment
        local = moment.astimezone(zone)
        for _step in range(_MOST_STEPS):
            after = self._end_of_quiet(local)
            if after is None:
                break
            local = after.replace(tzinfo=zone)
        return max(moment, local.astimezone(UTC))

    def as_plain(self) -> dict[str, Any]:
        """Return the wish as preferences keep it."""
        plain: dict[str, Any] = {"days": sorted(self.days)} if self.days else {}
        if self.begin is not None and self.end is not None:
            plain |= {"from": f"{self.begin:%H:%M}", "until": f"{self.end:%H:%M}"}
        return plain

    def _end_of_quiet(self, local: datetime) -> datetime | None:
        naive = local.replace(tzinfo=None)
        if naive.weekday() in self.days:
            return datetime.combine(naive.date() + timedelta(days=1), time())
        if self.begin is None or self.end is None or self.begin == self.end:
            return None
        now = naive.time()
        if self.begin < self.end:
            return datetime.combine(naive.date(), self.end) if self.begin <= now < self.end else None
        if now >= self.begin:
            return datetime.combine(naive.date() + timedelta(days=1), self.end)
        return datetime.combine(naive.date(), self.end) if now < self.end else None


def quiet_in(kept: Any) -> Quiet:
    """Read a wish out of preferences; whatever makes no sense there counts for nothing."""
    if not isinstance(kept, Mapping):
        return Quiet()
    days = kept.get("days")
    listed = days if isinstance(days, list) else []
    return Quiet(
        read_time(kept.get("from")), read_time(kept.get("until")), frozenset(one for one in listed if one in range(7))
    )


def read_time(written: Any) -> time | None:
    """Read a time of the day, ``22:00``; None for anything else."""
    try:
        return time.fromisoformat(str(written)[:5]) if written else None
    except ValueError:
        return None
