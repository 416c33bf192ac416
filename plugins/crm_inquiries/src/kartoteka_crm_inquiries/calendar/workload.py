"""Many people's days at a glance: for each person and day how much there is, when one is busy, and what clashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kartoteka_crm_inquiries.calendar.drawing import DayHead, Frame, head_of
from kartoteka_crm_inquiries.calendar.rules import SLOT, days_between
from kartoteka_crm_inquiries.calendar.working_time import Hours

FIRST, LAST = 8 * 60, 18 * 60
"""The stretch of the day that a cell draws, in minutes after midnight; what is outside is drawn at its edges."""
UNITS = (LAST - FIRST) // SLOT

Minutes = tuple[int, int]
_HALF_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Load:
    """A day of a person: how many events, and as paths of an SVG drawing when it is busy and when more than once."""

    count: int
    busy: str
    clash: str
    css: str


@dataclass(frozen=True)
class LoadRow:
    """A person with the days asked for; None where there is nothing."""

    id: int
    name: str
    cells: list[Load | None]


@dataclass(frozen=True)
class Workload:
    """People and days."""

    heads: list[DayHead]
    rows: list[LoadRow]


def draw_workload(
    frame: Frame,
    people: Sequence[tuple[int, str]],
    busy: Iterable[tuple[int, datetime, datetime, bool]],
    first: date,
    last: date,
    hours: Mapping[int | None, Hours],
) -> Workload:
    """Return who is busy when between two days, both included."""
    taken: dict[tuple[int, date], list[Minutes]] = {}
    for who, starts, ends, all_day in busy:
        for day, stretch in _split(frame, starts, ends, all_day, first, last):
            taken.setdefault((who, day), []).append(stretch)
    days = days_between(first, last)
    rows = [
        LoadRow(one, name, [_load(taken.get((one, day)), frame.is_off(day, hours[one])) for day in days])
        for one, name in people
    ]
    return Workload([head_of(frame, day, hours[None]) for day in days], rows)


def _split(
    frame: Frame, starts: datetime, ends: datetime, all_day: bool, first: date, last: date
) -> Iterable[tuple[date, Minutes]]:
    since, until = starts.astimezone(frame.zone), ends.astimezone(frame.zone)
    if all_day:
        begins, closes = (since + _HALF_DAY).date(), (until + _HALF_DAY).date() - timedelta(days=1)
        for day in days_between(max(begins, first), min(max(closes, begins), last)):
            yield day, (0, 1440)
        return
    begins, closes = since.date(), until.date()
    from_minute, to_minute = since.hour * 60 + since.minute, until.hour * 60 + until.minute
    if begins == closes:
        if first <= begins <= last:
            yield begins, (from_minute, to_minute)
        return
    for day in days_between(max(begins, first), min(closes, last)):
        stretch = (from_minute if day == begins else 0, to_minute if day == closes else 1440)
        if stretch[1]:
            yield day, stretch


def _load(stretches: list[Minutes] | None, is_off: bool) -> Load | None:
    if stretches is None:
        return Load(0, "", "", "k-off") if is_off else None
    busy, clash = _united(stretches)
    return Load(len(stretches), _path(busy), _path(clash), "k-off" if is_off else "")


def _united(stretches: list[Minutes]) -> tuple[list[Minutes], list[Minutes]]:
    """Return the stretches as one where they touch, and those in which two overlap."""
    busy: list[Minutes] = []
    clash: list[Minutes] = []
    for since, until in sorted(stretches):
        if busy and since <= busy[-1][1]:
            if since < min(until, busy[-1][1]):
                clash.append((since, min(until, busy[-1][1])))
            busy[-1] = (busy[-1][0], max(until, busy[-1][1]))
        else:
            busy.append((since, until))
    return busy, clash


def _path(stretches: Sequence[Minutes]) -> str:
    parts: list[str] = []
    reach = 0
    for since, until in stretches:
        begins = max(0, min((since - FIRST) // SLOT, UNITS - 1), reach)
        ends = min(max(-(-(until - FIRST) // SLOT), begins + 1), UNITS)
        if ends > begins:
            parts.append(f"M{begins} 0h{ends - begins}")
            reach = ends
    return "".join(parts)
