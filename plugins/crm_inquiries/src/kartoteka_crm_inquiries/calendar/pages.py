"""What the pages of the calendar show: the reader's question answered in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kartoteka.api.db import Session, utc_now
from kartoteka.api.users import active_users
from kartoteka.api.web import company_country, current_formats, today, visitor
from kartoteka_crm_inquiries.calendar import drawing, queries, words
from kartoteka_crm_inquiries.calendar.asking import PEOPLE_ON_PAGE, Asked
from kartoteka_crm_inquiries.calendar.rules import MOST_COLUMNS, Event, Mode, add_months
from kartoteka_crm_inquiries.calendar.working_time import Hours, holidays_between, moment_at
from kartoteka_crm_inquiries.calendar.workload import draw_workload

MOST_RESOURCES = 50
MONTH_EVENTS, QUARTER_EVENTS = 5, 3
"""How many events a day of a month shows, and one of three months."""


@dataclass(frozen=True)
class Scene:
    """What every page of the calendar needs: who can be shown, the days, hours and the common frame."""

    asked: Asked
    everybody: list[tuple[int, str]]
    people: list[tuple[int, str]]
    hours: Mapping[int | None, Hours]
    frame: drawing.Frame
    since: datetime
    until: datetime


def set_scene(session: Session, asked: Asked) -> Scene:
    """Return the scene; whoever is asked for and unknown is left out, and without anybody it is the reader."""
    formats = current_formats()
    everybody = active_users(session)
    chosen = _chosen(asked, everybody)
    first, last = asked.days
    country = company_country()
    frame = drawing.Frame(
        zone=formats.zone,
        language=formats.language,
        today=today(),
        now=utc_now(),
        holidays=holidays_between(first, last, country, formats.language),
    )
    return Scene(
        asked=asked,
        everybody=everybody,
        people=chosen,
        hours=queries.hours_of(session, [one for one, _name in chosen]),
        frame=frame,
        since=moment_at(first, 0, formats.zone),
        until=moment_at(last + timedelta(days=1), 0, formats.zone),
    )


def _chosen(asked: Asked, everybody: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    wanted = [one for one in everybody if one[0] in asked.people]
    if asked.mode == Mode.PEOPLE:
        if asked.rows == "resources":
            return []
        found = wanted or list(everybody)
        return found[asked.page * PEOPLE_ON_PAGE : (asked.page + 1) * PEOPLE_ON_PAGE]
    mine = [one for one in everybody if one[0] == visitor().id]
    return wanted[:1] or mine


def show(session: Session, asked: Asked) -> dict[str, Any]:
    """Return what the template of the asked mode needs."""
    scene = set_scene(session, asked)
    context = {**_common(scene), **_MODES.get(asked.mode, _days)(session, scene)}
    if asked.mode != Mode.PEOPLE:
        context |= _aside(session, scene)
    return context


def _common(scene: Scene) -> dict[str, Any]:
    first, last = scene.asked.days
    return {
        "asked": scene.asked,
        "everybody": scene.everybody,
        "person": scene.people[0] if scene.people else None,
        "title": _title(scene),
        "first": first,
        "last": last,
        "today": scene.frame.today,
    }


def _title(scene: Scene) -> str:
    asked, language = scene.asked, scene.frame.language
    if (asked.span if asked.mode == Mode.PEOPLE else asked.mode) in (Mode.MONTH, Mode.QUARTER):
        return _months(*asked.days, language)
    return words.range_words(*asked.days, language)


def _months(first: date, last: date, language: str) -> str:
    begins, ends = words.month_words(first, language), words.month_words(last, language)
    return begins if begins == ends else f"{begins} – {ends}"


def _events(session: Session, scene: Scene) -> list[Event]:
    return queries.events_of_people(session, [one for one, _name in scene.people], scene.since, scene.until)


def _hours(scene: Scene) -> Hours:
    return scene.hours[scene.people[0][0] if scene.people else None]


def _days(session: Session, scene: Scene) -> dict[str, Any]:
    first, last = scene.asked.days
    if (last - first).days >= MOST_COLUMNS:
        return _month(session, scene)
    grid = drawing.draw_grid(scene.frame, _events(session, scene), first, last, _hours(scene), whole=scene.asked.whole)
    return {"part": "grid", "grid": grid}


def _month(session: Session, scene: Scene) -> dict[str, Any]:
    first, last = scene.asked.days
    month = drawing.draw_month(
        scene.frame,
        _events(session, scene),
        first,
        last,
        _hours(scene),
        begins=scene.asked.week_begins,
        most=MONTH_EVENTS,
    )
    return {"part": "months", "months": [month]}


def _quarter(session: Session, scene: Scene) -> dict[str, Any]:
    events, months = _events(session, scene), []
    for count in range(3):
        first = add_months(scene.asked.days[0], count)
        last = add_months(first, 1) - timedelta(days=1)
        months.append(
            drawing.draw_month(
                scene.frame,
                events,
                first,
                last,
                _hours(scene),
                begins=scene.asked.week_begins,
                most=QUARTER_EVENTS,
            )
        )
    return {"part": "months", "months": months, "is_quarter": True}


def _agenda(session: Session, scene: Scene) -> dict[str, Any]:
    first, last = scene.asked.days
    hours = _hours(scene)
    month = drawing.draw_month(
        scene.frame, _events(session, scene), first, last, hours, begins=first.weekday(), most=100
    )
    days = [cell for week in month.weeks for cell in week if cell.is_inside and (cell.events or cell.head.holiday)]
    return {"part": "agenda", "days": days}


def _people(session: Session, scene: Scene) -> dict[str, Any]:
    asked = scene.asked
    if asked.rows == "resources":
        return _resources(session, scene)
    shown = {"pages": _pages(scene)}
    if asked.span != "day":
        busy = queries.busy_times(session, [one for one, _name in scene.people], scene.since, scene.until)
        load = draw_workload(scene.frame, scene.people, busy, *asked.days, scene.hours)
        return {"part": "workload", "load": load, **shown}
    events: dict[int, list[Event]] = {}
    for event in _events(session, scene):
        events.setdefault(event.who or 0, []).append(event)
    return {**_timeline(scene, scene.people, events, scene.hours), **shown}


def _resources(session: Session, scene: Scene) -> dict[str, Any]:
    known = queries.resources_in_use(session)[:MOST_RESOURCES]
    found = queries.events_of_resources(session, [one.id for one in known], scene.since, scene.until)
    whose = [(one.id, one.name) for one in known]
    if scene.asked.span != "day":
        busy = [(one.resource or 0, one.starts_at, one.ends_at, one.all_day) for one in found]
        hours = dict.fromkeys((one.id for one in known), scene.hours[None]) | scene.hours
        return {"part": "workload", "load": draw_workload(scene.frame, whose, busy, *scene.asked.days, hours)}
    events: dict[int, list[Event]] = {}
    for event in found:
        events.setdefault(event.resource or 0, []).append(event)
    return _timeline(scene, whose, events, {None: scene.hours[None]})


def _timeline(
    scene: Scene,
    whose: Sequence[tuple[int, str]],
    events: Mapping[int, Sequence[Event]],
    hours: Mapping[int | None, Hours],
) -> dict[str, Any]:
    rows, shown = drawing.draw_rows(scene.frame, whose, events, scene.asked.day, hours, whole=scene.asked.whole)
    head = drawing.head_of(scene.frame, scene.asked.day, scene.hours[None])
    return {"part": "timeline", "rows": rows, "shown_hours": shown, "head": head}


def _pages(scene: Scene) -> list[int]:
    wanted = [one for one in scene.everybody if one[0] in scene.asked.people] or scene.everybody
    return list(range(-(-len(wanted) // PEOPLE_ON_PAGE)))


def _aside(session: Session, scene: Scene) -> dict[str, Any]:
    asked = scene.asked
    mini = drawing.mini_month(_with_holidays(scene), asked.days, asked.day, asked.week_begins)
    mine = visitor().id
    is_mine = scene.people and scene.people[0][0] == mine and mine is not None
    return {
        "mini": mini,
        "overdue": queries.overdue_of(session, mine) if is_mine and mine is not None else [],
        "inquiries": queries.inquiries_of(session, mine) if is_mine and mine is not None else [],
    }


def _with_holidays(scene: Scene) -> drawing.Frame:
    first = scene.asked.day.replace(day=1) - timedelta(days=7)
    named = holidays_between(first, first + timedelta(days=50), company_country(), scene.frame.language)
    return drawing.Frame(scene.frame.zone, scene.frame.language, scene.frame.today, scene.frame.now, named)


_MODES = {
    Mode.MONTH: _month,
    Mode.AGENDA: _agenda,
    Mode.QUARTER: _quarter,
    Mode.PEOPLE: _people,
}
