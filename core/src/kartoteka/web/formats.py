"""Dates, times and numbers as a language writes them: short, for dense pages, and cheap enough for every cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from kartoteka.db.clock import utc_now
from kartoteka.vocabulary.message import text as _

NO_BREAK = "\N{NO-BREAK SPACE}"
DASH = "–"

_MONTHS_EN = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _date_en(day: date) -> str:
    return f"{day.day}{NO_BREAK}{_MONTHS_EN[day.month]}{NO_BREAK}{day.year:04}"


def _date_iso(day: date) -> str:
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def _date_dotted(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


@dataclass(frozen=True)
class Style:
    """How a language writes dates and numbers; the separators are those of Unicode's CLDR."""

    day: Callable[[date], str]
    group: str
    decimal: str
    minus: str
    percent: str


STYLES = {
    "en": Style(_date_en, ",", ".", "-", "%"),
    "lt": Style(_date_iso, NO_BREAK, ",", "−", f"{NO_BREAK}%"),
    "et": Style(_date_dotted, NO_BREAK, ",", "−", "%"),
    "uk": Style(_date_dotted, NO_BREAK, ",", "-", "%"),
    "ru": Style(_date_dotted, NO_BREAK, ",", "-", f"{NO_BREAK}%"),
}


class Formats:
    """Writes values for one language and one time zone; made once per pair and kept."""

    def __init__(self, language: str, zone: str) -> None:
        self.language = language if language in STYLES else "en"
        self.zone = ZoneInfo(zone)
        style = STYLES[self.language]
        self.date: Callable[[date], str] = lru_cache(maxsize=4096)(style.day)
        self._style = style
        self._signs = str.maketrans({",": style.group, ".": style.decimal, "-": style.minus})

    def local(self, moment: datetime) -> datetime:
        """Return the moment on the reader's clock; a moment without a zone is taken as UTC."""
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(self.zone)

    def today(self) -> date:
        """Return the reader's date of today."""
        return self.local(utc_now()).date()

    def month(self, day: date) -> str:
        """Write the month of a day with its year: "Jan 2026"."""
        return _month(day.year, day.month, self.language)

    def time(self, value: time | datetime) -> str:
        """Write a time of day: 09:05."""
        clock = self.local(value) if isinstance(value, datetime) else value
        return f"{clock.hour:02}:{clock.minute:02}"

    def moment(self, moment: datetime) -> str:
        """Write a moment: the date, then the time."""
        local = self.local(moment)
        return f"{self.date(local.date())}{NO_BREAK}{local.hour:02}:{local.minute:02}"

    def number(self, value: float | Decimal, places: int | None = None) -> str:
        """Write a number with its thousands apart; ``places`` is the number of decimals, None for as they are."""
        written = f"{value:,}" if places is None else f"{value:,.{places}f}"
        return written.translate(self._signs)

    def percent(self, value: float | Decimal, places: int | None = None) -> str:
        """Write a share of a hundred with its sign: "25%", in some languages apart from the number."""
        return self.number(value, places) + self._style.percent

    def typed(self, value: Decimal, places: int | None = None) -> str:
        """Write a number as people type it into a form: with the sign of their decimals, without thousands apart."""
        written = f"{value:f}" if places is None else f"{value:.{places}f}"
        return written.replace(".", self._style.decimal)

    def relative(self, moment: datetime, now: datetime | None = None) -> str:
        """Write how far away a moment is: "5 minutes ago", "yesterday 10:00", or its date when it is far."""
        local = self.local(moment)
        present = self.local(now) if now else datetime.now(self.zone)
        past = present - local
        if timedelta(minutes=-1) < past < timedelta(minutes=1):
            return str(_("just now"))
        if timedelta() < past < timedelta(hours=1):
            return ago(past.seconds // 60 * 60, self.language)
        return self.near_day(local.date(), present.date(), self.time(local))

    def near_day(self, day: date, today: date, clock: str = "") -> str:
        """Write a day by its distance when it is within a week, else its date; ``clock`` is put behind near days."""
        distance = (day - today).days
        if distance in (-1, 0, 1):
            word = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}[distance]
            return f"{word} {clock}".rstrip()
        if -7 <= distance <= 7:
            return ago(-distance * 86400, self.language)
        return self.date(day)


@lru_cache(maxsize=1024)
def _month(year: int, month: int, language: str) -> str:
    from babel.dates import format_skeleton

    return str(format_skeleton("yMMM", date(year, month, 1), locale=language))


@lru_cache(maxsize=512)
def ago(seconds: int, language: str) -> str:
    """Write a distance in time: "3 days ago"; negative seconds are in the future."""
    from babel.dates import format_timedelta

    granularity: Literal["day", "minute"] = "day" if seconds % 86400 == 0 else "minute"
    return str(
        format_timedelta(
            timedelta(seconds=-seconds), granularity=granularity, threshold=10, add_direction=True, locale=language
        )
    )
