"""How time is divided and drawn: ranges, days, lanes of what overlaps, gaps. Pure; moments are aware."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SLOT = 15
"""Minutes of one line of the drawing."""
DAY_SLOTS = 24 * 60 // SLOT
LEAST_SLOTS = 2
"""What takes no time is drawn this high, so that it can be read and hit."""
MOST_LANES = 8
MOST_COLUMNS = 7
MOST_DAYS = 31
AGENDA_DAYS = 14
_HALF_DAY = timedelta(hours=12)

Stretch = tuple[datetime, datetime]


class Mode(StrEnum):
    """What the calendar shows."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    AGENDA = "agenda"
    QUARTER = "quarter"
    PEOPLE = "people"
    RANGE = "range"


@dataclass(frozen=True)
class Event:
    """Something in the calendar; ``id`` and the words are None and empty where one only sees that somebody is busy.

    ``tint`` names the colour of the category, ``who`` the performer's id, ``resource`` that of the resource.
    """

    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    who: int | None = None
    resource: int | None = None
    id: int | None = None
    version: int = 0
    name: str = ""
    number: str = ""
    client_id: int | None = None
    client: str = ""
    kind: str = ""
    category: str = ""
    tint: str = ""
    importance: int = 2
    status: str = "planned"
    is_mine: bool = False
    place: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still has to be done."""
        return self.status in ("planned", "started")


@dataclass(frozen=True)
class Placed:
    """An event as drawn in one day: lines from ``top``, ``height`` of them, in lane ``lane`` of ``lanes``.

    ``clashes`` says that it overlaps another one in time; ``goes_on`` and ``went_on`` that it is not all of it.
    """

    event: Event
    top: int
    height: int
    lane: int
    lanes: int
    clashes: bool
    went_on: bool
    goes_on: bool


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def week_of(day: date, first_weekday: int) -> tuple[date, date]:
    """Return the first and the last day of the week; ``first_weekday`` is 0 for Monday."""
    first = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return first, first + timedelta(days=6)


def add_months(day: date, count: int) -> date:
    """Return the same day so many months away, or the last day of that month."""
    months = day.year * 12 + day.month - 1 + count
    first = date(months // 12, months % 12 + 1, 1)
    return first.replace(day=min(day.day, month_of(first)[1].day))


def range_of(mode: str, day: date, first_weekday: int, until: date | None = None) -> tuple[date, date]:
    """Return the days that a mode shows around a day; a range has at most a month of days."""
    if mode == Mode.WEEK:
        return week_of(day, first_weekday)
    if mode == Mode.AGENDA:
        return day, day + timedelta(days=AGENDA_DAYS - 1)
    if mode == Mode.MONTH:
        return month_of(day)
    if mode == Mode.QUARTER:
        return day.replace(day=1), month_of(add_months(day.replace(day=1), 2))[1]
    if mode == Mode.RANGE and until is not None:
        first, last = sorted((day, until))
        return first, min(last, first + timedelta(days=MOST_DAYS - 1))
    return day, day


def step_of(mode: str, first: date, last: date, forward: int) -> date:
    """Return the day to show when one turns the page, ``forward`` being 1 or -1."""
    if mode == Mode.MONTH:
        return add_months(first, forward)
    if mode == Mode.QUARTER:
        return add_months(first, 3 * forward)
    return first + timedelta(days=forward * ((last - first).days + 1))


def days_between(first: date, last: date) -> list[date]:
    """Return all days from the first to the last."""
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def weeks_between(first: date, last: date, first_weekday: int) -> list[list[date]]:
    """Return whole weeks that hold all days from the first to the last."""
    days = days_between(week_of(first, first_weekday)[0], week_of(last, first_weekday)[1])
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def days_of(event: Event, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day of an event on the reader's clock.

    Days of all-day events are those of whoever plans them: half a day is added, so that readers in other time zones
    see the same dates.
    """
    starts, ends = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    if event.all_day:
        starts, ends = starts + _HALF_DAY, ends + _HALF_DAY - timedelta(days=1)
    elif ends > starts and ends.hour == ends.minute == 0:
        ends -= timedelta(minutes=1)
    return starts.date(), max(ends.date(), starts.date())


def by_day(events: Iterable[Event], first: date, last: date, zone: ZoneInfo) -> dict[date, list[Event]]:
    """Return the events of each day, those of the whole day first, then by time."""
    found: dict[date, list[Event]] = {day: [] for day in days_between(first, last)}
    for event in sorted(events, key=lambda one: (not one.all_day, one.starts_at, one.ends_at, one.id or 0)):
        begins, ends = days_of(event, zone)
        for day in days_between(max(begins, first), min(ends, last)):
            found[day].append(event)
    return found


def place_day(events: Sequence[Event], day: date, zone: ZoneInfo) -> list[Placed]:
    """Return how the events of a day that have a time are drawn: those that overlap lie side by side (IN-36)."""
    drawn = sorted(
        ((*_lines(event, day, zone), event) for event in events if not event.all_day),
        key=lambda one: (one[0], -one[1], one[2].id or 0),
    )
    placed: list[Placed] = []
    for group in _groups(drawn):
        placed += _place_group(group, day, zone)
    return placed


def _lines(event: Event, day: date, zone: ZoneInfo) -> tuple[int, int]:
    starts, ends = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    top = 0 if starts.date() < day else (starts.hour * 60 + starts.minute) // SLOT
    end = DAY_SLOTS if ends.date() > day else -(-(ends.hour * 60 + ends.minute) // SLOT)
    top = min(top, DAY_SLOTS - LEAST_SLOTS)
    return top, min(max(end, top + LEAST_SLOTS), DAY_SLOTS)


def _groups(drawn: list[tuple[int, int, Event]]) -> list[list[tuple[int, int, Event]]]:
    groups: list[list[tuple[int, int, Event]]] = []
    reach = -1
    for one in drawn:
        if one[0] >= reach:
            groups.append([])
        groups[-1].append(one)
        reach = max(reach, one[1])
    return groups


def _place_group(group: list[tuple[int, int, Event]], day: date, zone: ZoneInfo) -> list[Placed]:
    ends: list[int] = []
    lanes: list[int] = []
    for top, end, _event in group:
        lane = next((number for number, busy in enumerate(ends) if busy <= top), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        lanes.append(min(lane, MOST_LANES - 1))
    clashing = clashing_events([event for _top, _end, event in group])
    return [
        Placed(
            event=event,
            top=top,
            height=end - top,
            lane=lane,
            lanes=min(len(ends), MOST_LANES),
            clashes=id(event) in clashing,
            went_on=event.starts_at.astimezone(zone).date() < day,
            goes_on=days_of(event, zone)[1] > day,
        )
        for (top, end, event), lane in zip(group, lanes, strict=True)
    ]


def clashing_events(events: Sequence[Event]) -> set[int]:
    """Return the identities (``id()``) of events of one person that happen at the same time as another."""
    found: set[int] = set()
    running: list[Event] = []
    for event in sorted(events, key=lambda one: one.starts_at):
        running = [one for one in running if one.ends_at > event.starts_at]
        if running and event.ends_at > event.starts_at:
            found |= {id(event), *map(id, running)}
        running.append(event)
    return found


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches of time in order, those that touch or overlap as one; empty ones are left out."""
    found: list[Stretch] = []
    for starts, ends in sorted(stretches):
        if ends <= starts:
            continue
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def clashes(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches of time that are taken more than once."""
    found: list[Stretch] = []
    reach: datetime | None = None
    for starts, ends in sorted(one for one in stretches if one[1] > one[0]):
        if reach is not None and starts < reach:
            found.append((starts, min(ends, reach)))
        reach = ends if reach is None else max(reach, ends)
    return merged(found)


def gaps(within: Iterable[Stretch], busy: Iterable[Stretch]) -> list[Stretch]:
    """Return what is left of stretches of time when busy ones are taken out."""
    taken = merged(busy)
    free: list[Stretch] = []
    for starts, ends in merged(within):
        at = starts
        for since, until in taken:
            if until <= at or since >= ends:
                continue
            if since > at:
                free.append((at, since))
            at = max(at, until)
        if at < ends:
            free.append((at, ends))
    return free


def common_gaps(
    working: Mapping[int, Sequence[Stretch]], busy: Mapping[int, Sequence[Stretch]], minutes: int
) -> list[Stretch]:
    """Return the stretches, long enough, in which everybody works and nobody is busy."""
    shared: list[Stretch] | None = None
    for who, stretches in working.items():
        free = gaps(stretches, busy.get(who, ()))
        shared = free if shared is None else _both(shared, free)
    least = timedelta(minutes=minutes)
    return [one for one in shared or [] if one[1] - one[0] >= least]


def _both(left: Sequence[Stretch], right: Sequence[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    here = there = 0
    while here < len(left) and there < len(right):
        starts, ends = max(left[here][0], right[there][0]), min(left[here][1], right[there][1])
        if starts < ends:
            found.append((starts, ends))
        if left[here][1] < right[there][1]:
            here += 1
        else:
            there += 1
    return found
