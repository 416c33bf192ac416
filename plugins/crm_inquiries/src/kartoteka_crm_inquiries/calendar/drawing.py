"""What the pages of the calendar draw: columns of days, weeks of a month, rows of people. Made for templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kartoteka_crm_inquiries.calendar import words
from kartoteka_crm_inquiries.calendar.rules import (
    DAY_SLOTS,
    SLOT,
    Event,
    Placed,
    by_day,
    place_day,
    weeks_between,
)
from kartoteka_crm_inquiries.calendar.working_time import Holiday, Hours

HOUR = 60 // SLOT
SHOWN_FROM, SHOWN_UNTIL = 7, 19
"""The hours that are drawn at least, whatever the working hours."""


@dataclass(frozen=True)
class Frame:
    """What all drawings of one page share: the reader's clock and words, holidays, and the moment it is now."""

    zone: ZoneInfo
    language: str
    today: date
    now: datetime
    holidays: Mapping[date, Holiday]

    def is_off(self, day: date, hours: Hours) -> bool:
        """Tell whether one does not work on a day."""
        holiday = self.holidays.get(day)
        return not hours.on(day) or (holiday is not None and holiday.free)


@dataclass(frozen=True)
class Bar:
    """An event where it is drawn: ``css`` are the classes that put it there."""

    event: Event
    css: str
    placed: Placed | None = None


@dataclass(frozen=True)
class DayHead:
    """A day as headings show it."""

    day: date
    title: str
    short: str
    weekday: str
    holiday: str
    is_today: bool
    is_off: bool


@dataclass(frozen=True)
class Column:
    """One day of the time grid; ``shades`` are the classes of the stretches in which one does not work."""

    head: DayHead
    all_day: list[Event]
    bars: list[Bar]
    shades: list[str]
    now: str = ""


@dataclass(frozen=True)
class TimeGrid:
    """Days side by side with their hours."""

    columns: list[Column]
    hours: list[int]
    first: int
    has_all_day: bool


@dataclass(frozen=True)
class Cell:
    """A day of a month: its first events, and how many more there are."""

    head: DayHead
    is_inside: bool
    events: list[Event]
    more: int
    all: int = 0


@dataclass(frozen=True)
class Month:
    """Weeks of days, with the month's own words."""

    title: str
    weekdays: list[str]
    weeks: list[list[Cell]]


@dataclass(frozen=True)
class Row:
    """A person or a resource in the timeline of a day."""

    id: int
    name: str
    bars: list[Bar]
    all_day: list[Event]
    shades: list[str]
    lanes: int
    is_free: bool = field(default=False)


def head_of(frame: Frame, day: date, hours: Hours) -> DayHead:
    """Return a day's heading."""
    holiday = frame.holidays.get(day)
    return DayHead(
        day=day,
        title=words.day_words(day, frame.language),
        short=words.short_day(day, frame.language),
        weekday=words.weekday(day.weekday(), frame.language),
        holiday="" if holiday is None else holiday.name,
        is_today=day == frame.today,
        is_off=frame.is_off(day, hours),
    )


def draw_grid(frame: Frame, events: Sequence[Event], first: date, last: date, hours: Hours, *, whole: bool) -> TimeGrid:
    """Return days side by side; hours in which nobody works and nothing happens are left out unless ``whole``."""
    days = by_day(events, first, last, frame.zone)
    placed = {day: place_day(found, day, frame.zone) for day, found in days.items()}
    shown = (0, 24) if whole else hours_shown([one for found in placed.values() for one in found], hours, days)
    columns = [
        Column(
            head=head_of(frame, day, hours),
            all_day=[one for one in days[day] if one.all_day],
            bars=[_bar(one, shown[0] * HOUR) for one in found],
            shades=shades(frame, day, hours, shown),
            now=_now(frame, day, shown),
        )
        for day, found in placed.items()
    ]
    return TimeGrid(columns, list(range(*shown)), shown[0], any(column.all_day for column in columns))


def hours_shown(placed: Iterable[Placed], hours: Hours, days: Iterable[date]) -> tuple[int, int]:
    """Return the first hour that is drawn and the first that is not any more."""
    worked = [stretch for day in days for stretch in hours.on(day)]
    begins = [one.top // HOUR for one in placed] + [since // 60 for since, _until in worked]
    ends = [-(-(one.top + one.height) // HOUR) for one in placed] + [-(-until // 60) for _since, until in worked]
    return min([SHOWN_FROM, *begins]), max([SHOWN_UNTIL, *ends])


def _bar(placed: Placed, first: int) -> Bar:
    css = f"k-a-{placed.top - first} k-b-{placed.height} k-l-{placed.lane} k-n-{placed.lanes}"
    return Bar(placed.event, css, placed)


def shades(frame: Frame, day: date, hours: Hours, shown: tuple[int, int]) -> list[str]:
    """Return the classes of the stretches of a day in which one does not work."""
    first, last = shown[0] * HOUR, shown[1] * HOUR
    worked = () if frame.is_off(day, hours) else hours.on(day)
    at, found = first, []
    for since, until in (*((a // SLOT, b // SLOT) for a, b in worked), (DAY_SLOTS, DAY_SLOTS)):
        ends = min(since, last)
        if ends > at:
            found.append(f"k-a-{at - first} k-b-{ends - at}")
        at = max(at, until)
    return found


def _now(frame: Frame, day: date, shown: tuple[int, int]) -> str:
    clock = frame.now.astimezone(frame.zone)
    slot = (clock.hour * 60 + clock.minute) // SLOT
    if clock.date() != day or not shown[0] * HOUR <= slot < shown[1] * HOUR:
        return ""
    return f"k-a-{slot - shown[0] * HOUR}"


def draw_month(
    frame: Frame, events: Sequence[Event], first: date, last: date, hours: Hours, *, begins: int, most: int
) -> Month:
    """Return the weeks of a range of days, with at most so many events a day."""
    days = by_day(events, first, last, frame.zone)
    weeks = [
        [_cell(head_of(frame, day, hours), days.get(day), most) for day in week]
        for week in weeks_between(first, last, begins)
    ]
    weekdays = [words.weekday((begins + number) % 7, frame.language) for number in range(7)]
    return Month(words.month_words(first, frame.language), weekdays, weeks)


def _cell(head: DayHead, events: list[Event] | None, most: int) -> Cell:
    found = events or []
    shown = found if len(found) <= most else found[: most - 1]
    return Cell(head, events is not None, shown, len(found) - len(shown), len(found))


def draw_rows(
    frame: Frame,
    whose: Sequence[tuple[int, str]],
    events: Mapping[int, Sequence[Event]],
    day: date,
    hours: Mapping[int | None, Hours],
    *,
    whole: bool,
) -> tuple[list[Row], list[int]]:
    """Return a timeline of one day, a row for each person or resource, and its hours."""
    placed = {one: place_day(_of_day(events.get(one, ()), day, frame), day, frame.zone) for one, _name in whose}
    everybody = [one for found in placed.values() for one in found]
    shown = (0, 24) if whole else hours_shown(everybody, hours[None], [day])
    rows = []
    for one, name in whose:
        own = hours.get(one, hours[None])
        today = _of_day(events.get(one, ()), day, frame)
        rows.append(
            Row(
                id=one,
                name=name,
                bars=[_bar(bar, shown[0] * HOUR) for bar in placed[one]],
                all_day=[event for event in today if event.all_day],
                shades=shades(frame, day, own, shown),
                lanes=max((bar.lanes for bar in placed[one]), default=1),
                is_free=not today,
            )
        )
    return rows, list(range(*shown))


def _of_day(events: Iterable[Event], day: date, frame: Frame) -> list[Event]:
    return by_day(events, day, day, frame.zone)[day]


def mini_month(frame: Frame, shown: tuple[date, date], day: date, begins: int) -> Month:
    """Return the small month beside the calendar: ``is_inside`` marks the days that are shown."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    none = Hours.of_week(0, 1, range(7))
    weeks = [
        [Cell(head_of(frame, one, none), shown[0] <= one <= shown[1], [], 0) for one in week]
        for week in weeks_between(first, last, begins)
    ]
    weekdays = [words.weekday((begins + number) % 7, frame.language) for number in range(7)]
    return Month(words.month_words(first, frame.language), weekdays, weeks)
