"""Working days and hours: holidays of the country, hours of the week, and moments counted in them. Pure.

Holidays come from the library `holidays`. Where a state has suspended its holidays (Ukraine under martial law, law
2136-IX article 6), they keep their names and are working days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

COUNTRIES = ("LT", "EE", "LV", "UA")
DAY_MINUTES = 24 * 60
MOST_DAYS = 366 * 20
"""How far working time is counted: past it the answer would be of no use, and the count would take long."""

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


@lru_cache(maxsize=256)
def holidays_of(country: str, year: int, language: str = "en") -> Mapping[date, Holiday]:
    """Return the named days of a year by date, in the reader's language or else the country's; none if unknown."""
    if country not in holidays.list_supported_countries():
        return {}
    free = _names(country, year, language, "public")
    worked = _names(country, year, language, "workday")
    named = {day: Holiday(name, free=False) for day, name in worked.items()}
    return named | {day: Holiday(name, free=True) for day, name in free.items()}


def _names(country: str, year: int, language: str, category: str) -> dict[date, str]:
    wanted = _LANGUAGES.get(language, language)
    calendar = getattr(holidays, country)
    if category not in calendar.supported_categories:
        return {}
    chosen = wanted if wanted in calendar.supported_languages else calendar.default_language
    found = holidays.country_holidays(country, years=year, language=chosen, categories=category)
    return {day: name for day, name in found.items() if day.year == year}


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


def is_working_day(day: date, country: str, hours: Hours = USUAL_HOURS) -> bool:
    """Tell whether one works on the day: it has working hours and is no holiday."""
    return bool(hours.on(day)) and not is_holiday(day, country)


def moment_at(day: date, minute: int, zone: ZoneInfo | str) -> datetime:
    """Return the moment (UTC) when the clock of a zone shows the minute of the day; 1440 is the next midnight.

    A clock time that the change to summer time leaves out is the moment one hour later; one that comes twice in
    autumn is the first.
    """
    after = day + timedelta(days=minute // DAY_MINUTES)
    clock = time(minute % DAY_MINUTES // 60, minute % 60)
    return datetime.combine(after, clock, _zone(zone)).astimezone(UTC)


def next_working_moment(
    now: datetime, country: str, zone: ZoneInfo | str, *, days: int = 1, hour: int = 10, hours: Hours = USUAL_HOURS
) -> datetime:
    """Return the moment (UTC) at ``hour`` o'clock on the ``days``-th working day after today.

    With ``days=0`` it is today, when that is a working day and the hour is still ahead, else the next working day.
    A week without any working day is answered as if every day were one.
    """
    today = now.astimezone(_zone(zone)).date()
    if not any(hours.days):
        hours = Hours.of_week(0, DAY_MINUTES, range(7))
    if days <= 0:
        moment = moment_at(today, hour * 60, zone)
        if moment > now and is_working_day(today, country, hours):
            return moment
    day = today
    for _count in range(max(days, 1)):
        day = _next_working_day(day, country, hours)
    return moment_at(day, hour * 60, zone)


def _next_working_day(day: date, country: str, hours: Hours) -> date:
    while True:
        day += timedelta(days=1)
        if is_working_day(day, country, hours):
            return day


def working_stretches(
    first: date, last: date, country: str, zone: ZoneInfo | str, hours: Hours = USUAL_HOURS
) -> Iterator[tuple[datetime, datetime]]:
    """Give the stretches of working time (UTC) from ``first`` to ``last``, both included, earliest first."""
    for count in range((last - first).days + 1):
        day = first + timedelta(days=count)
        if not hours.on(day) or is_holiday(day, country):
            continue
        for opens, closes in hours.on(day):
            yield moment_at(day, opens, zone), moment_at(day, closes, zone)


def working_minutes(
    since: datetime, until: datetime, country: str, zone: ZoneInfo | str, hours: Hours = USUAL_HOURS
) -> int:
    """Return how many whole minutes of working time lie between two moments; 0 when ``until`` is not later.

    Counted are real minutes: a working night in which the clocks change has an hour less or more. More than twenty
    years are counted as twenty.
    """
    first = since.astimezone(_zone(zone)).date()
    last = min(until.astimezone(_zone(zone)).date(), first + timedelta(days=MOST_DAYS))
    worked = timedelta()
    for opens, closes in working_stretches(first, last, country, zone, hours):
        worked += max(min(closes, until) - max(opens, since), timedelta())
    return int(worked.total_seconds() // 60)


def _zone(zone: ZoneInfo | str) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
