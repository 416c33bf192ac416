"""Working days and hours: holidays of the country, hours of the week, and moments counted in them. Pure.

Holidays come from the library `holidays`. Where a state has suspended its holidays (Ukraine under martial law, law
2136-IX article 6), they keep their names and are working days.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

COUNTRIES = ("LT", "EE", "LV", "UA")
DAY_MINUTES = 24 * 60
MOST_DAYS = 366 * 20
"""How far working time is counted: past it the answer would be of no use, and the count would take long."""

FARTHEST = timedelta(days=366)
"""When an hour that is promised is up at the latest, whatever hours are worked."""

USUAL_HOUR = 10
"""By the clock: when people are called where nobody says otherwise."""

_LANGUAGES = {"en": "en_US"}


@dataclass(frozen=True)
class Holiday:
    """A named day; ``free`` tells whether one works on it or not."""

    name: str
    free: bool


@dataclass(frozen=True)
class Hours:
    """Working hours of a week: for each day from Monday the stretches ``(from, to)`` in minutes after midnight."""

    days: tuple[tuple[tuple[int, int], ...], ...]

    def on(self, day: date) -> tuple[tuple[int, int], ...]:
        """Return the stretches of a day by its weekday; holidays are not looked at."""
        return self.days[day.weekday()]

    @classmethod
    def of_week(cls, opens: int, closes: int, weekdays: Sequence[int] = range(5)) -> Hours:
        """Return hours that are the same on some weekdays (0 is Monday); times are minutes after midnight."""
        return cls(tuple(((opens, closes),) if day in weekdays else () for day in range(7)))


USUAL_HOURS = Hours.of_week(8 * 60, 17 * 60)
ALL_HOURS = Hours.of_week(0, DAY_MINUTES, range(7))


@lru_cache(maxsize=256)
def holidays_of(country: str, year: int, language: str = "en") -> Mapping[date, Holiday]:
    """Return the named days of a year by date, in the reader's language or else the country's; none if unknown."""
    free = _names(country, year, language, "public")
    worked = _names(country, year, language, "workday")
    named = {day: Holiday(name, free=False) for day, name in worked.items()}
    return named | {day: Holiday(name, free=True) for day, name in free.items()}


def _names(country: str, year: int, language: str, category: str) -> dict[date, str]:
    calendar, wanted = _calendar_of(country), _LANGUAGES.get(language, language)
    if calendar is None or category not in calendar.supported_categories:
        return {}
    chosen = wanted if wanted in calendar.supported_languages else calendar.default_language
    found = calendar(years=year, language=chosen, categories=category)
    return {day: name for day, name in found.items() if day.year == year}


@cache
def _calendar_of(country: str) -> Any:
    """Return the library's class of a country by its code, None for one that it does not know."""
    import holidays  # a quarter of a second of every start, for what few processes ever ask

    lazy = getattr(holidays, country, None) if country.isupper() and len(country) == 2 else None
    if lazy is None or "holidays.countries" in sys.modules:
        return lazy
    # By itself: the package around it imports every country there is, and holds ten MiB for good.
    found = PathFinder.find_spec(lazy.module_name, [str(Path(folder, "countries")) for folder in holidays.__path__])
    if found is None or found.loader is None:
        return lazy
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return getattr(module, lazy.entity_name)


def holidays_between(first: date, last: date, country: str, language: str = "en") -> dict[date, Holiday]:
    """Return the named days from ``first`` to ``last``, both included."""
    named: dict[date, Holiday] = {}
    for year in range(first.year, last.year + 1):
        found = holidays_of(country, year, language)
        named.update((day, one) for day, one in found.items() if first <= day <= last)
    return named


def is_holiday(day: date, country: str) -> bool:
    """Tell whether the state gives the day off."""
    found = holidays_of(country, day.year).get(day)
    return found is not None and found.free


def moment_at(day: date, minute: int, zone: ZoneInfo | str) -> datetime:
    """Return the moment (UTC) when the clock of a zone shows the minute of the day; 1440 is the next midnight.

    A clock time that the change to summer time leaves out is the moment one hour later; one that comes twice in
    autumn is the first.
    """
    after = day + timedelta(days=minute // DAY_MINUTES)
    clock = time(minute % DAY_MINUTES // 60, minute % 60)
    return datetime.combine(after, clock, _zone(zone)).astimezone(UTC)


@dataclass(frozen=True)
class WorkingTime:
    """The working time of the company, or of one of its people: holidays of a country, a clock, hours of the week."""

    country: str
    zone: ZoneInfo | str
    hours: Hours

    def is_working_day(self, day: date) -> bool:
        """Tell whether one works on the day: it has working hours and is no holiday."""
        return bool(self.hours.on(day)) and not is_holiday(day, self.country)

    def stretches(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Give the stretches of working time (UTC) from ``first`` to ``last``, both included, earliest first."""
        for count in range((last - first).days + 1):
            day = first + timedelta(days=count)
            for opens, closes in self.hours.on(day) if self.is_working_day(day) else ():
                yield moment_at(day, opens, self.zone), moment_at(day, closes, self.zone)

    def next_moment(self, now: datetime, *, days: int = 1, hour: int = USUAL_HOUR) -> datetime:
        """Return the moment (UTC) at ``hour`` o'clock on the ``days``-th working day after today.

        Where nobody works at that hour, it is when work begins next on that day, or had begun. With ``days=0`` it is
        today, when that is a working day and the moment is still ahead, else the next working day. A week without any
        working day is answered as if every day were one.
        """
        if not any(self.hours.days):
            return replace(self, hours=ALL_HOURS).next_moment(now, days=days, hour=hour)
        day = now.astimezone(_zone(self.zone)).date()
        if days <= 0 and self.is_working_day(day):
            moment = moment_at(day, self._minute(day, hour * 60), self.zone)
            if moment > now:
                return moment
        for _count in range(max(days, 1)):
            day = self._next_working_day(day)
        return moment_at(day, self._minute(day, hour * 60), self.zone)

    def _minute(self, day: date, wanted: int) -> int:
        hours = self.hours.on(day)
        if any(opens <= wanted < closes for opens, closes in hours):
            return wanted
        return next((opens for opens, _closes in hours if opens > wanted), hours[0][0])

    def _next_working_day(self, day: date) -> date:
        while True:
            day += timedelta(days=1)
            if self.is_working_day(day):
                return day

    def minutes(self, since: datetime, until: datetime) -> int:
        """Return how many whole minutes of working time lie between two moments; 0 when ``until`` is not later.

        Counted are real minutes: a working night in which the clocks change has an hour less or more. More than twenty
        years are counted as twenty.
        """
        first = since.astimezone(_zone(self.zone)).date()
        last = min(until.astimezone(_zone(self.zone)).date(), first + timedelta(days=MOST_DAYS))
        worked = timedelta()
        for opens, closes in self.stretches(first, last):
            worked += max(min(closes, until) - max(opens, since), timedelta())
        return int(worked.total_seconds() // 60)

    def after(self, since: datetime, minutes: int) -> datetime:
        """Return the moment when so many minutes of working time have passed; a year later at the latest."""
        left = timedelta(minutes=max(minutes, 0))
        first = since.astimezone(_zone(self.zone)).date()
        for opens, closes in self.stretches(first, first + FARTHEST):
            begins = max(opens, since)
            if closes <= begins:
                continue
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        return since + FARTHEST


def _zone(zone: ZoneInfo | str) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
