"""Spans of whole days, and the days that come back every year."""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, order=True)
class Period:
    """Whole days from ``first`` to ``last``, both included; raises ValueError when they are the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period ends on or after its first day")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """The number of days, at least one."""
        return (self.last - self.first).days + 1

    @classmethod
    def day(cls, day: date) -> Period:
        """Return the period of one day."""
        return cls(day, day)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Return a calendar month."""
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]))

    @classmethod
    def year(cls, year: int) -> Period:
        """Return a calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def days_from(cls, first: date, count: int) -> Period:
        """Return ``count`` days (at least one) beginning with ``first``."""
        return cls(first, first + timedelta(days=count - 1))


def birthday_in_year(birth: date, year: int) -> date:
    """Return the day on which a birthday is kept in a year: 28 February for 29 February in common years."""
    if (birth.month, birth.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return birth.replace(year=year)


def anniversary_in(birth: date, period: Period) -> date | None:
    """Return the first yearly return of a day within the period, or None; the day itself is no anniversary."""
    for year in range(max(period.first.year, birth.year + 1), min(period.last.year, MAXYEAR) + 1):
        day = birthday_in_year(birth, year)
        if day >= period.first:
            return day if day in period else None
    return None


def next_birthday(birth: date, today: date) -> date | None:
    """Return the next birthday, today included; None only beyond the end of the calendar (year 9999)."""
    return anniversary_in(birth, Period(today, date.max))


def age_on(birth: date, day: date) -> int:
    """Return the age in full years on a day; 0 before birth, since a wrong date must not show as minus."""
    if day <= birth:
        return 0
    return day.year - birth.year - (day < birthday_in_year(birth, day.year))


def yearly_ranges(period: Period) -> list[tuple[int, int]]:
    """Return the ranges of month * 100 + day in which the yearly returns within a period lie, at most two.

    28 February of a common year takes those of 29 February along; over the turn of the year there are two ranges.
    """
    first, last = (day.month * 100 + day.day for day in (period.first, period.last))
    if period.days >= 366 or (period.first.year < period.last.year and last >= first):
        return [(101, 1231)]
    if birthday_in_year(date(2000, 2, 29), period.last.year) == period.last:
        last = 229
    if period.first.year == period.last.year:
        return [(first, last)]
    return [(first, 1231), (101, last)]


def day_begins(day: date, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, at which a day begins in a time zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
