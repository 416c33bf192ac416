"""iCalendar objects (RFC 5545) as the core looks at them: checked, expanded, joined, hidden, searched for time.

The library is loaded with the first object: it takes more memory than all calendars, and many processes see none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from kartoteka.builtin.dav.protocol.answers import C, Refusal
from kartoteka.extension.declarations.dav import COMPONENTS, DavSpan

MOST_BYTES: Final = 512_000
PRODID: Final = "-//Kartoteka//Calendar//EN"
_MOST_OCCURRENCES: Final = 3_000
_LONG: Final = timedelta(days=366 * 5)
_HIDDEN: Final = (
    "DESCRIPTION",
    "LOCATION",
    "CATEGORIES",
    "ATTENDEE",
    "ORGANIZER",
    "URL",
    "CONTACT",
    "COMMENT",
    "ATTACH",
)
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, LookupError, RecursionError)


@lru_cache(maxsize=256)
def read_calendar(text: str) -> Any:
    """Return an object of our own as components; do not change it."""
    return _parsed(text)


def _parsed(text: str) -> Any:
    from icalendar import Calendar

    return Calendar.from_ical(text)


def _occurrences(calendar: Any, components: Sequence[str], since: datetime, until: datetime) -> Iterable[Any]:
    from recurring_ical_events import of as occurrences_of

    return occurrences_of(calendar, components=components).between(since, until)


def check_object(body: bytes, component: str) -> str:
    """Return what a program wants to store as text; raises Refusal with the precondition that it does not meet."""
    if len(body) > MOST_BYTES:
        raise Refusal(403, C("max-resource-size"))
    try:
        text = body.decode("utf-8")
        read = _parsed(text)
        children = list(read.subcomponents)
        uids = {str(one.get("UID", "")) for one in children if one.name in COMPONENTS}
    except _BROKEN:
        raise Refusal(403, C("valid-calendar-data"), "This is not a calendar object.") from None
    if read.name != "VCALENDAR":
        raise Refusal(403, C("valid-calendar-data"), "This is not a calendar object.")
    sorts = {one.name for one in children} - {"VTIMEZONE"}
    if sorts and not sorts <= {component}:
        raise Refusal(403, C("supported-calendar-component"))
    if len(uids) != 1 or "" in uids or "METHOD" in read or not sorts:
        raise Refusal(403, C("valid-calendar-object-resource"), "One object with one UID and without METHOD is wanted.")
    return text


def main_components(calendar: Any) -> list[Any]:
    """Return the events and tasks of an object."""
    return [one for one in calendar.subcomponents if one.name in COMPONENTS]


def touches(calendar: Any, span: DavSpan) -> bool:
    """Tell whether an object has an occurrence within a span (RFC 4791, 9.9); a task without moments always has."""
    main = main_components(calendar)
    if any(one.name == "VTODO" and "DTSTART" not in one and "DUE" not in one for one in main):
        return True
    since = span.since or datetime(1900, 1, 1, tzinfo=UTC)
    until = span.until
    if until is None:
        if any(_moment(one.get("DTSTART") or one.get("DUE")) >= since for one in main):
            return True
        until = since + _LONG
    elif span.since is None:
        since = min((_moment(one.get("DTSTART") or one.get("DUE")) for one in main), default=since) - timedelta(days=1)
        if since >= until:
            return False
    try:
        return bool(next(iter(expanded(calendar, since, until)), None))
    except Refusal:
        return True


def rings(calendar: Any, span: DavSpan) -> bool:
    """Tell whether an alarm of an object rings within a span (RFC 4791, 9.9); one without an end is always matched."""
    if span.since is None or span.until is None:
        return True
    try:
        return bool(next(iter(_occurrences(calendar, ["VALARM"], span.since, span.until)), None))
    except _BROKEN:
        return False


def expanded(calendar: Any, since: datetime, until: datetime) -> list[Any]:
    """Return the occurrences within a span, each as an event of its own; raises Refusal where they are too many."""
    if until - since > timedelta(days=366 * 30):
        raise Refusal(403, C("max-instances"))
    try:
        found = list(_occurrences(calendar, list(COMPONENTS), since, until))
    except _BROKEN:
        return []
    if len(found) > _MOST_OCCURRENCES:
        raise Refusal(403, C("max-instances"))
    return found


def expand(text: str, since: datetime, until: datetime) -> str:
    """Return an object with its occurrences written out, in UTC and without rules (RFC 4791, 9.6.5)."""
    calendar = read_calendar(text)
    written = _empty()
    repeats = any("RRULE" in one or "RDATE" in one for one in main_components(calendar))
    for one in expanded(calendar, since, until):
        copy = one.copy(recursive=True)
        for name in ("RRULE", "EXDATE", "RDATE"):
            copy.pop(name, None)
        if not repeats:
            copy.pop("RECURRENCE-ID", None)
        for name in ("DTSTART", "DTEND", "DUE", "RECURRENCE-ID"):
            _to_utc(copy, name)
        written.add_component(copy)
    return str(written.to_ical().decode("utf-8"))


def joined(texts: Iterable[str], *, name: str = "", titles: bool = True, alarms: bool = True, busy: str = "") -> bytes:
    """Return one calendar with all these objects; without ``titles`` each says ``busy`` only."""
    whole = _empty()
    if name:
        whole.add("X-WR-CALNAME", name)
        whole.add("REFRESH-INTERVAL", timedelta(minutes=15))
    zones: set[str] = set()
    for text in texts:
        for part in read_calendar(text).subcomponents:
            if part.name == "VTIMEZONE":
                if str(part.get("TZID")) in zones:
                    continue
                zones.add(str(part.get("TZID")))
            whole.add_component(part if titles and alarms else _reduced(part, titles=titles, alarms=alarms, busy=busy))
    return bytes(whole.to_ical())


def _reduced(part: Any, *, titles: bool, alarms: bool, busy: str) -> Any:
    copy = part.copy(recursive=True)
    if not alarms:
        copy.subcomponents = [one for one in copy.subcomponents if one.name != "VALARM"]
    if not titles and copy.name in COMPONENTS:
        for name in [name for name in copy if name in _HIDDEN or name.startswith("X-")]:
            copy.pop(name)
        copy["SUMMARY"] = busy
        copy.subcomponents = []
    return copy


def free_busy(texts: Iterable[str], since: datetime, until: datetime) -> bytes:
    """Return when somebody is busy within a span (RFC 4791, 7.10); what is cancelled or transparent is left out."""
    periods: list[tuple[datetime, datetime]] = []
    for text in texts:
        for one in expanded(read_calendar(text), since, until):
            if str(one.get("TRANSP", "OPAQUE")) == "TRANSPARENT" or str(one.get("STATUS", "")) == "CANCELLED":
                continue
            if one.name != "VEVENT":
                continue
            begin, end = max(_moment(one["DTSTART"]), since), min(_end(one), until)
            if begin < end:
                periods.append((begin, end))
    busy = _free_busy(since, until)
    for begin, end in _merged(periods):
        busy.add("FREEBUSY", (begin, end), parameters={"FBTYPE": "BUSY"})
    whole = _empty()
    whole.add_component(busy)
    return bytes(whole.to_ical())


def _free_busy(since: datetime, until: datetime) -> Any:
    from icalendar import FreeBusy

    busy = FreeBusy()
    busy.add("DTSTAMP", datetime.now(UTC))
    busy.add("DTSTART", since)
    busy.add("DTEND", until)
    return busy


def _merged(periods: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(periods):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _empty() -> Any:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    return calendar


def _end(event: Any) -> datetime:
    if "DTEND" in event:
        return _moment(event["DTEND"])
    if "DURATION" in event:
        length: timedelta = event["DURATION"].dt
        return _moment(event["DTSTART"]) + length
    start = event["DTSTART"].dt
    return _moment(event["DTSTART"]) + (timedelta(0) if isinstance(start, datetime) else timedelta(days=1))


def _moment(value: Any) -> datetime:
    """Return a property as a moment; a day begins at midnight by UTC, and so is a time without a zone taken."""
    given = getattr(value, "dt", None)
    if isinstance(given, datetime):
        return given if given.tzinfo is not None else given.replace(tzinfo=UTC)
    if isinstance(given, date):
        return datetime.combine(given, time(0), UTC)
    return datetime(1900, 1, 1, tzinfo=UTC)


def _to_utc(component: Any, name: str) -> None:
    value = getattr(component.get(name), "dt", None)
    if isinstance(value, datetime) and value.tzinfo is not None:
        component.pop(name)
        component.add(name, value.astimezone(UTC))
