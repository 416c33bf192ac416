"""Rules by which activities repeat: read and written as RRULE (RFC 5545, 3.3.10), reckoned in local time. Pure.

What a day, a week, a month is follows the clock on the wall of the series' own time zone, so that nine o'clock stays
nine o'clock when the clocks change. A time that a change of clocks leaves out is taken as RFC 5545 (3.3.5) says: by
the offset before the change; one that comes twice means the first. "Each month on the 31st", chosen in the form, means
the last day of shorter months: it is written as ``BYMONTHDAY=28,29,30,31;BYSETPOS=-1``. A rule with plain
``BYMONTHDAY=31`` that comes from another program leaves shorter months out, as the RFC says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrule, rruleset, rrulestr

from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts

_ = Texts("crm_inquiries")

DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
FREQUENCIES: Final = (DAILY, WEEKLY, MONTHLY, YEARLY)
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NEVER, UNTIL, COUNT = "never", "until", "count"
BY_DAY, BY_WEEKDAY = "day", "weekday"
MONTHS_AHEAD: Final = 13
MOST_INTERVAL, MOST_TIMES, LONGEST_RULE = 99, 999, 500
MOST_OCCURRENCES: Final = 800
"""So many occurrences of one series are ever made at once; thirteen months of days are 400."""


LONGEST_LOOK: Final = timedelta(days=36_525)


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """A rule as the form asks for it.

    ``weekdays`` are those of a weekly one, as in RFC 5545. A monthly one falls on ``day`` of the month, or on weekday
    number ``nth`` of it (-1 is the last). It ends ``until`` a day (inclusive), or after ``count`` times, or never.
    """

    frequency: str
    interval: int = 1
    weekdays: tuple[str, ...] = ()
    monthly: str = BY_DAY
    until: date | None = None
    count: int | None = None


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; raises InvalidInput for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput({"timezone": _("This time zone is unknown: %(name)s.", name=name[:60])}) from None


def write_rule(repetition: Repetition, starts_at: datetime, timezone: str) -> str:
    """Return a repetition that begins at a moment as RRULE; raises InvalidInput naming the field."""
    local = starts_at.astimezone(zone_of(timezone))
    _check(repetition, local.date())
    parts = [f"FREQ={repetition.frequency}"]
    if repetition.interval != 1:
        parts.append(f"INTERVAL={repetition.interval}")
    parts += _by(repetition, local.date())
    if repetition.count is not None:
        parts.append(f"COUNT={repetition.count}")
    if repetition.until is not None:
        last = datetime.combine(repetition.until, time(23, 59, 59), local.tzinfo).astimezone(UTC)
        parts.append(f"UNTIL={last:%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


def _by(repetition: Repetition, first: date) -> list[str]:
    if repetition.frequency == WEEKLY:
        chosen = {*repetition.weekdays} or {WEEKDAYS[first.weekday()]}
        return [f"BYDAY={','.join(day for day in WEEKDAYS if day in chosen)}"]
    if repetition.frequency == MONTHLY:
        return _by_weekday(first) if repetition.monthly == BY_WEEKDAY else _by_day(first.day)
    if repetition.frequency == YEARLY and (first.month, first.day) == (2, 29):
        return ["BYMONTH=2", "BYMONTHDAY=28,29", "BYSETPOS=-1"]
    return []


def _by_weekday(first: date) -> list[str]:
    nth = (first.day - 1) // 7 + 1
    return [f"BYDAY={nth if nth < 5 else -1}{WEEKDAYS[first.weekday()]}"]


def _by_day(day: int) -> list[str]:
    if day <= 28:
        return [f"BYMONTHDAY={day}"]
    return [f"BYMONTHDAY={','.join(str(one) for one in range(28, day + 1))}", "BYSETPOS=-1"]


def _check(repetition: Repetition, first: date) -> None:
    errors = {}
    if repetition.frequency not in FREQUENCIES:
        errors["frequency"] = _("Choose how often it repeats.")
    if not 1 <= repetition.interval <= MOST_INTERVAL:
        errors["interval"] = _("This has to be between %(least)s and %(most)s.", least=1, most=MOST_INTERVAL)
    if not set(repetition.weekdays) <= set(WEEKDAYS):
        errors["weekdays"] = _("Choose one of the values offered.")
    if repetition.count is not None and not 1 <= repetition.count <= MOST_TIMES:
        errors["count"] = _("This has to be between %(least)s and %(most)s.", least=1, most=MOST_TIMES)
    if repetition.until is not None and repetition.until < first:
        errors["until"] = _("This is before it starts.")
    if errors:
        raise InvalidInput(errors)


def read_rule(rule: str, timezone: str) -> Repetition | None:
    """Return a rule as the form shows it, or None for one that the form cannot show (it stays as it is)."""
    parts = parts_of(rule)
    frequency = parts.pop("FREQ", "")
    if frequency not in FREQUENCIES:
        return None
    values: dict[str, object] = {"frequency": frequency, "interval": int(parts.pop("INTERVAL", "1"))}
    if until := parts.pop("UNTIL", ""):
        values["until"] = _until(until, zone_of(timezone)).date()
    if count := parts.pop("COUNT", ""):
        values["count"] = int(count)
    parts.pop("WKST", None)
    by = _read_by(frequency, parts)
    return None if by is None else Repetition(**values, **by)  # type: ignore[arg-type]


def _read_by(frequency: str, parts: dict[str, str]) -> dict[str, object] | None:
    if not parts or (frequency == YEARLY and parts == {"BYMONTH": "2", "BYMONTHDAY": "28,29", "BYSETPOS": "-1"}):
        return {}
    days = parts.get("BYDAY", "")
    if frequency == WEEKLY and parts.keys() == {"BYDAY"} and set(days.split(",")) <= set(WEEKDAYS):
        return {"weekdays": tuple(days.split(","))}
    if frequency == MONTHLY and parts.keys() == {"BYDAY"} and days[-2:] in WEEKDAYS:
        return {"monthly": BY_WEEKDAY} if days[:-2] in ("1", "2", "3", "4", "-1") else None
    month_day = parts.get("BYMONTHDAY", "")
    if frequency == MONTHLY and parts.keys() == {"BYMONTHDAY"} and month_day.isdigit() and int(month_day) <= 28:
        return {"monthly": BY_DAY}
    short = [{"BYMONTHDAY": ",".join(str(one) for one in range(28, day + 1)), "BYSETPOS": "-1"} for day in (29, 30, 31)]
    return {"monthly": BY_DAY} if frequency == MONTHLY and parts in short else None


def parts_of(rule: str) -> dict[str, str]:
    """Return the parts of an RRULE by name, in capitals."""
    pairs = (part.partition("=") for part in rule.strip().upper().split(";") if part)
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def check_rule(rule: str, starts_at: datetime, timezone: str) -> str:
    """Return an RRULE of another program in capitals; raises InvalidInput for one that cannot be kept."""
    parts = parts_of(rule[: LONGEST_RULE + 1])
    if len(rule) > LONGEST_RULE or parts.get("FREQ") not in FREQUENCIES:
        raise InvalidInput({"rule": _("Activities repeat by days, weeks, months or years, not more often.")})
    if {"BYHOUR", "BYMINUTE", "BYSECOND"} & parts.keys():
        raise InvalidInput({"rule": _("Activities repeat at most once a day.")})
    written = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        next(iter(_Occurrences(written, starts_at, timezone)), None)
    except (ValueError, TypeError, OverflowError, ArithmeticError, IndexError, KeyError, AttributeError):
        raise InvalidInput({"rule": _("This rule of repetition cannot be read: %(rule)s.", rule=rule[:100])}) from None
    return written


def occurrences(
    rule: str,
    starts_at: datetime,
    timezone: str,
    *,
    until: datetime,
    since: datetime | None = None,
    left_out: Iterable[datetime] = (),
    extra: Iterable[datetime] = (),
) -> list[datetime]:
    """Return the moments (UTC) that a rule gives from ``since`` to ``until``, at most `MOST_OCCURRENCES`.

    ``left_out`` are missing, ``extra`` are there too.
    """
    without, least = set(left_out), since or starts_at
    beside = {moment for moment in extra if least <= moment <= until} - without
    found: list[datetime] = []
    for moment in takewhile(lambda one: one <= until, _Occurrences(rule, starts_at, timezone)):
        if moment >= least and moment not in without:
            found.append(moment)
            if len(found) >= MOST_OCCURRENCES:
                break
    return sorted({*found, *beside})[:MOST_OCCURRENCES]


class _Occurrences:
    """The moments of a rule in order, without an end when it has none; the beginning is always the first (3.8.5.3)."""

    def __init__(self, rule: str, starts_at: datetime, timezone: str) -> None:
        self.zone = zone_of(timezone)
        self.first = starts_at.astimezone(self.zone).replace(tzinfo=None)
        parts = parts_of(rule)
        self.until = _until(parts.pop("UNTIL"), self.zone) if "UNTIL" in parts else None
        self.count = int(parts.pop("COUNT")) if "COUNT" in parts else None
        # A rule that never comes true would be looked for until the year 9999.
        parts["UNTIL"] = f"{self.first + LONGEST_LOOK:%Y%m%dT%H%M%S}"
        self.rule = _parsed(";".join(f"{name}={value}" for name, value in parts.items()), self.first)

    def __iter__(self):  # type: ignore[no-untyped-def]
        given = iter(self.rule)
        local = next(given, None)
        if local is None or local != self.first:
            yield self._moment(self.first)
        number = 0
        while local is not None and (self.until is None or local <= self.until):
            if self.count is not None and number >= self.count:
                return
            number += 1
            yield self._moment(local)
            local = next(given, None)

    def _moment(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.zone).astimezone(UTC)


@lru_cache(maxsize=512)
def _parsed(rule: str, first: datetime) -> rrule | rruleset:
    return rrulestr(rule, dtstart=first, cache=False)


def _until(value: str, zone: ZoneInfo) -> datetime:
    """Return the last local time of an UNTIL: a day counts whole, a moment in UTC is turned into local time."""
    if "T" not in value:
        return datetime.combine(datetime.strptime(value, "%Y%m%d").date(), time(23, 59, 59))  # noqa: DTZ007
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007


def end_before(rule: str, moment: datetime) -> str:
    """Return a rule that gives nothing from a moment on."""
    parts = parts_of(rule)
    parts.pop("COUNT", None)
    parts["UNTIL"] = f"{(moment - timedelta(seconds=1)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def horizon(now: datetime) -> datetime:
    """Return until when occurrences are made: thirteen months ahead."""
    month = now.year * 12 + now.month - 1 + MONTHS_AHEAD
    return now.replace(year=month // 12, month=month % 12 + 1, day=1)
