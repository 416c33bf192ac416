"""Days, weeks and months in the reader's words (Unicode's CLDR), and the first day of the week where the company is."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton


@lru_cache(maxsize=64)
def first_weekday(country: str) -> int:
    """Return the first day of the week in a country, 0 for Monday."""
    try:
        return int(Locale.parse(f"und_{country}").first_week_day)
    except (UnknownLocaleError, ValueError):
        return 0


def _locale(language: str) -> str:
    # English pages write the day first, here as in lists.
    return "en_GB" if language == "en" else language


@lru_cache(maxsize=4096)
def day_words(day: date, language: str) -> str:
    """Write a day with its weekday: "Monday 23 November"."""
    return str(format_skeleton("MMMMEEEEd", day, locale=_locale(language)))


@lru_cache(maxsize=4096)
def full_day(day: date, language: str) -> str:
    """Write a day with its weekday and year."""
    return str(format_date(day, "full", locale=_locale(language)))


@lru_cache(maxsize=4096)
def short_day(day: date, language: str) -> str:
    """Write a day briefly: "23 Nov"."""
    return str(format_skeleton("MMMd", day, locale=_locale(language)))


@lru_cache(maxsize=64)
def weekday(number: int, language: str) -> str:
    """Return the short name of a weekday, 0 for Monday."""
    return str(Locale.parse(language).days["stand-alone"]["abbreviated"][number])


@lru_cache(maxsize=64)
def weekday_name(number: int, language: str) -> str:
    """Return the name of a weekday as a label begins with it, 0 for Monday."""
    name = str(Locale.parse(language).days["stand-alone"]["wide"][number])
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=512)
def month_words(day: date, language: str) -> str:
    """Write a month with its year."""
    return str(format_skeleton("yMMMM", day, locale=_locale(language)))


@lru_cache(maxsize=512)
def range_words(first: date, last: date, language: str) -> str:
    """Write a range of days."""
    if first == last:
        return full_day(first, language)
    return str(format_interval(first, last, "yMMMd", locale=_locale(language)))
