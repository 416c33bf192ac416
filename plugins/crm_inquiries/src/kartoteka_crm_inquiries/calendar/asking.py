"""What the address of the calendar asks for; nonsense is the same as nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import request

from kartoteka.api.web import company_country, today
from kartoteka_crm_inquiries.calendar.rules import Mode, range_of, step_of
from kartoteka_crm_inquiries.calendar.words import first_weekday

PATH = "/crm_inquiries/calendar"
SPANS = ("day", "week", "month")
MOST_CHOSEN = 50
PEOPLE_ON_PAGE = 20
_YEARS = range(1970, 2101)


@dataclass(frozen=True)
class Asked:
    """What to show: a mode, a day in it, the last day of a range, whose calendars, and how.

    ``rows`` is people or resources, ``span`` how much of time their rows show, ``page`` which of the people, from 0,
    ``whole`` all hours of the day.
    """

    mode: str
    day: date
    until: date | None = None
    people: tuple[int, ...] = ()
    rows: str = "people"
    span: str = "day"
    page: int = 0
    whole: bool = False

    @property
    def week_begins(self) -> int:
        """The first day of the week where the company is, 0 for Monday."""
        return first_weekday(company_country())

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day shown."""
        mode = self.span if self.mode == Mode.PEOPLE else self.mode
        return range_of(mode, self.day, self.week_begins, self.until)

    def url(self, **changes: Any) -> str:
        """Return the address that asks for the same but for some changes."""
        return replace(self, **changes).address

    @property
    def address(self) -> str:
        """The address that asks for this."""
        named: list[tuple[str, Any]] = [("mode", self.mode), ("day", self.day.isoformat())]
        if self.mode == Mode.RANGE and self.until is not None:
            named.append(("until", self.until.isoformat()))
        named += [("user", one) for one in self.people]
        if self.mode == Mode.PEOPLE:
            named += [("rows", self.rows), ("span", self.span)]
        if self.page:
            named.append(("page", self.page))
        if self.whole:
            named.append(("whole", 1))
        return f"{PATH}?{urlencode(named)}"

    def turned(self, forward: int) -> str:
        """Return the address of the days after or before these."""
        first, last = self.days
        mode = self.span if self.mode == Mode.PEOPLE else self.mode
        day = step_of(mode, first, last, forward)
        if day.year not in _YEARS:
            return self.address
        until = day + (last - first) if self.mode == Mode.RANGE else None
        return self.url(day=day, until=until, page=0)


def read_asked() -> Asked:
    """Read the address of this request."""
    args = request.args
    mode = args.get("mode", "")
    day = read_day(args.get("day", "")) or today()
    until = read_day(args.get("until", ""))
    if mode == Mode.RANGE and until is None:
        until = day
    if until is not None and until < day:
        day, until = until, day
    return Asked(
        mode=mode if mode in set(Mode) else Mode.WEEK,
        day=day,
        until=until if mode == Mode.RANGE else None,
        people=tuple(read_ids(args.getlist("user"))),
        rows="resources" if args.get("rows") == "resources" else "people",
        span=args.get("span", "") if args.get("span") in SPANS else "day",
        page=_page(args.get("page", "")),
        whole=bool(args.get("whole")),
    )


def read_ids(given: Sequence[str]) -> list[int]:
    """Return the ids among what is given, each once, at most fifty."""
    found = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 10]
    return list(dict.fromkeys(one for one in found if one > 0))[:MOST_CHOSEN]


def read_day(given: str) -> date | None:
    """Return a day written as 2026-11-22 in a year that a calendar is for, or None."""
    try:
        day = date.fromisoformat(given.strip())
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def safe_back(given: str | None) -> str:
    """Return where to go back to: an address of the calendar and nothing else."""
    is_ours = bool(given) and (given == PATH or str(given).startswith(f"{PATH}?"))
    return str(given) if is_ours and len(str(given)) < 2_000 and str(given).isprintable() else PATH


def _page(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
