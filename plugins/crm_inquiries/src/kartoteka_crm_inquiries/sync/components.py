"""Activities as components of RFC 5545. Pure.

What takes time is an event (VEVENT), what takes none a task (VTODO), unless a calendar program said otherwise. Times
stand in the time zone of the performer, or of the series, with its VTIMEZONE. What `reading` kept is given back.
The library is loaded with the first object, here and in the modules beside: many processes see none, and it is large.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.rules import CANCELLED, DONE, PLANNED, STARTED

_ = Texts("crm_inquiries")

EVENT, TASK = "VEVENT", "VTODO"
PRODID: Final = "-//Kartoteka//Calendar//EN"
_PRIORITY: Final = {1: 9, 2: 5, 3: 3, 4: 1}
_TASK_STATUS: Final = {PLANNED: "NEEDS-ACTION", STARTED: "IN-PROCESS", DONE: "COMPLETED", CANCELLED: "CANCELLED"}


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody who is invited, or who invites."""

    address: str
    name: str = ""
    answer: str = "needs-action"
    is_organizer: bool = False


@dataclass(frozen=True, kw_only=True)
class Repeating:
    """What makes a component that of a series."""

    rule: str
    left_out: Sequence[datetime] = ()
    extra: Sequence[datetime] = ()


def component_of(
    one: Any,
    sort: str,
    zone: ZoneInfo,
    *,
    category: str = "",
    our_categories: Iterable[str] = (),
    guests: Iterable[Guest] = (),
    kept: str = "",
    repeating: Repeating | None = None,
    uid: str = "",
    occurrence_at: datetime | None = None,
) -> Any:
    """Return an activity (or a series dressed as one) as a component."""
    made = blank(sort)
    made.add("UID", uid or one.uid)
    made.add("DTSTAMP", one.created_at.astimezone(UTC).replace(microsecond=0))
    made.add("SEQUENCE", one.sequence)
    made.add("SUMMARY", one.name)
    _add_moments(made, one, sort, zone, repeats=repeating is not None or occurrence_at is not None)
    if occurrence_at is not None:
        made.add("RECURRENCE-ID", _shown(occurrence_at, zone, one.all_day))
    for name, value in (("DESCRIPTION", one.description), ("LOCATION", one.place)):
        if value:
            made.add(name, value)
    made.add("PRIORITY", _PRIORITY.get(one.importance, 5))
    if categories := _categories(category, our_categories, kept):
        made.add("CATEGORIES", categories)
    _add_status(made, one, sort)
    if repeating is not None:
        _add_repeating(made, repeating, zone, all_day=one.all_day)
    if one.remind is not None:
        made.add_component(_alarm(one.remind, one.name))
    _add_guests(made, guests)
    _add_kept(made, kept)
    return made


def _add_moments(made: Any, one: Any, sort: str, zone: ZoneInfo, *, repeats: bool) -> None:
    if sort == TASK:
        if repeats or one.ends_at > one.starts_at:
            made.add("DTSTART", _shown(one.starts_at, zone, one.all_day))
        if not repeats or one.due_at > one.starts_at:
            made.add("DUE", _shown(one.due_at, zone, one.all_day))
        return
    made.add("DTSTART", _shown(one.starts_at, zone, one.all_day))
    if one.all_day:
        first, last = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
        after = last.date() if last.time() == time(0) else last.date() + timedelta(days=1)
        made.add("DTEND", max(after, first.date() + timedelta(days=1)))
    elif one.ends_at > one.starts_at:
        made.add("DTEND", _shown(one.ends_at, zone, all_day=False))


def _add_repeating(made: Any, repeating: Repeating, zone: ZoneInfo, *, all_day: bool) -> None:
    from icalendar import vRecur

    rule = vRecur.from_ical(repeating.rule)
    if all_day and "UNTIL" in rule:  # of the same type as the start (RFC 5545, 3.3.10)
        rule["UNTIL"] = [_day_of(until, zone) for until in rule["UNTIL"]]
    made.add("RRULE", rule)
    for name, moments in (("EXDATE", repeating.left_out), ("RDATE", repeating.extra)):
        for moment in moments:
            made.add(name, _shown(moment, zone, all_day))


def _day_of(moment: date, zone: ZoneInfo) -> date:
    if not isinstance(moment, datetime):
        return moment
    return (moment if moment.tzinfo is None else moment.astimezone(zone)).date()


def _add_status(made: Any, one: Any, sort: str) -> None:
    if sort == EVENT:
        made.add("STATUS", "CANCELLED" if one.status == CANCELLED else "CONFIRMED")
        return
    made.add("STATUS", _TASK_STATUS[one.status])
    if one.percent:
        made.add("PERCENT-COMPLETE", one.percent)
    if one.done_at is not None:
        made.add("COMPLETED", one.done_at.astimezone(UTC).replace(microsecond=0))


def _shown(moment: datetime, zone: ZoneInfo, all_day: bool) -> date:
    local = moment.astimezone(zone)
    return local.date() if all_day else local


def _alarm(minutes: int, text: str) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", timedelta(minutes=-minutes))
    alarm.add("DESCRIPTION", text)
    return alarm


def _add_guests(made: Any, guests: Iterable[Guest]) -> None:
    from icalendar import vCalAddress

    for guest in guests:
        address = vCalAddress(f"mailto:{guest.address}")
        if guest.name:
            address.params["CN"] = guest.name
        if guest.is_organizer:
            made.add("ORGANIZER", address)
            continue
        address.params["PARTSTAT"] = guest.answer.upper()
        address.params["ROLE"] = "REQ-PARTICIPANT"
        address.params["RSVP"] = "TRUE"
        made.add("ATTENDEE", address)


def _categories(own: str, ours: Iterable[str], kept: str) -> list[str]:
    """Return an activity's category, and those of a calendar program that are none of the company's."""
    known = {name.casefold() for name in ours}
    others = [name for name in categories_of(_component(kept)) if name.casefold() not in known] if kept else []
    return [*([own] if own else []), *others]


def categories_of(one: Any) -> list[str]:
    """Return the categories that a component names."""
    names = [line(name, 200) for value in listed(one, "CATEGORIES") for name in getattr(value, "cats", [])]
    return [name for name in dict.fromkeys(names) if name]


def _add_kept(made: Any, kept: str) -> None:
    if not kept:
        return
    before = {address_of(one) for one in listed(made, "ATTENDEE")}
    for name, value in _component(kept).property_items(recursive=False, sorted=False):
        if name in ("BEGIN", "END", "CATEGORIES") or (name == "ORGANIZER" and "ORGANIZER" in made):
            continue
        if name == "ATTENDEE" and address_of(value) in before:
            continue
        made.add(name, value, encode=False)
    for inner in _component(kept).subcomponents:
        made.add_component(inner)


@lru_cache(maxsize=512)
def _component(text: str) -> Any:
    return parsed(text)


def parsed(text: str, *, multiple: bool = False) -> Any:
    """Return a text of RFC 5545 as components; of ``multiple`` calendars a list."""
    from icalendar import Calendar

    return Calendar.from_ical(text, multiple=multiple)


def blank(sort: str) -> Any:
    """Return an event or a task without anything."""
    from icalendar import Event, Todo

    return Event() if sort == EVENT else Todo()


def calendar_of(components: Iterable[Any], zones: Iterable[ZoneInfo], *, method: str = "") -> str:
    """Return components as one object, with the time zones that they name."""
    from icalendar import Calendar

    whole = Calendar()
    whole.add("VERSION", "2.0")
    whole.add("PRODID", PRODID)
    if method:
        whole.add("METHOD", method)
    for key in dict.fromkeys(zone.key for zone in zones):
        for described in _described_zone(key):
            whole.add_component(described)
    for one in components:
        whole.add_component(one)
    return str(whole.to_ical().decode("utf-8"))


@lru_cache(maxsize=64)
def _described_zone(key: str) -> tuple[Any, ...]:
    """Return the VTIMEZONE of a zone, none for UTC."""
    from icalendar import Calendar

    sample, event = Calendar(), blank(EVENT)
    event.add("DTSTART", datetime(2020, 1, 1, tzinfo=ZoneInfo(key)))
    sample.add_component(event)
    sample.add_missing_timezones(first_date=date(2010, 1, 1))
    return tuple(one for one in sample.subcomponents if one.name == "VTIMEZONE")


def address_of(value: Any) -> str:
    """Return the address of an ATTENDEE or ORGANIZER in small letters, empty when it is no mail address."""
    written = str(value).strip()
    scheme, _colon, address = written.partition(":")
    return address.strip().lower()[:254] if scheme.lower() == "mailto" and "@" in address else ""


def listed(one: Any, name: str) -> list[Any]:
    """Return the values of a property that may come several times."""
    value = one.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def line(value: Any, longest: int) -> str:
    """Return a value as one line of at most so many signs."""
    return " ".join(str(value or "").replace("\x00", "").split())[:longest]
