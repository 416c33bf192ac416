"""Activities as components of RFC 5545, and back. Pure.

What takes time is an event (VEVENT), what takes none a task (VTODO), unless a calendar program said otherwise. Times
stand in the time zone of the performer, or of the series, with its VTIMEZONE. Properties that an activity has no place
for are kept and given back as they came, up to `MOST_KEPT` characters; a single one over `LARGEST` characters, such as
an attached picture, is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Todo, vCalAddress, vRecur

from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import NAME_LENGTH, PLACE_LENGTH, TEXT_LENGTH
from kartoteka_crm_inquiries.activities.rules import CANCELLED, DONE, PLANNED, STARTED

_ = Texts("crm_inquiries")

EVENT, TASK = "VEVENT", "VTODO"
PRODID: Final = "-//Kartoteka//Calendar//EN"
MOST_KEPT, LARGEST = 32_000, 8_000
EARLIEST, LATEST = 1900, 2999
_PRIORITY: Final = {1: 9, 2: 5, 3: 3, 4: 1}
_TASK_STATUS: Final = {PLANNED: "NEEDS-ACTION", STARTED: "IN-PROCESS", DONE: "COMPLETED", CANCELLED: "CANCELLED"}
_OURS: Final = frozenset(
    """
    UID DTSTAMP DTSTART DTEND DUE DURATION SUMMARY DESCRIPTION LOCATION PRIORITY STATUS CATEGORIES SEQUENCE CREATED
    LAST-MODIFIED RRULE EXDATE RDATE RECURRENCE-ID PERCENT-COMPLETE COMPLETED X-KARTOTEKA-NUMBER
    """.split()  # noqa: SIM905
)
BROKEN: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    LookupError,
    RecursionError,
)


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


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a calendar program says of one activity: ``values`` by column, and what we keep for it."""

    uid: str
    values: Mapping[str, Any]
    kept: str = ""
    rule: str = ""
    left_out: Sequence[datetime] = field(default=())
    occurrence_at: datetime | None = None
    timezone: str = ""
    category: str = ""


def component_of(
    one: Any,
    sort: str,
    zone: ZoneInfo,
    *,
    category: str = "",
    guests: Iterable[Guest] = (),
    kept: str = "",
    repeating: Repeating | None = None,
    uid: str = "",
    occurrence_at: datetime | None = None,
) -> Any:
    """Return an activity (or a series dressed as one) as a component."""
    made: Any = Event() if sort == EVENT else Todo()
    made.add("UID", uid or one.uid)
    made.add("DTSTAMP", one.created_at.astimezone(UTC).replace(microsecond=0))
    made.add("SEQUENCE", one.sequence)
    made.add("SUMMARY", one.name)
    _add_moments(made, one, sort, zone)
    if occurrence_at is not None:
        made.add("RECURRENCE-ID", _shown(occurrence_at, zone, one.all_day))
    for name, value in (("DESCRIPTION", one.description), ("LOCATION", one.place)):
        if value:
            made.add(name, value)
    made.add("PRIORITY", _PRIORITY.get(one.importance, 5))
    if category:
        made.add("CATEGORIES", [category])
    _add_status(made, one, sort)
    if repeating is not None:
        made.add("RRULE", vRecur.from_ical(repeating.rule))
        for moment in repeating.left_out:
            made.add("EXDATE", _shown(moment, zone, one.all_day))
    if one.remind is not None:
        made.add_component(_alarm(one.remind, one.name))
    _add_guests(made, guests)
    _add_kept(made, kept)
    return made


def _add_moments(made: Any, one: Any, sort: str, zone: ZoneInfo) -> None:
    if sort == TASK:
        if one.ends_at > one.starts_at:
            made.add("DTSTART", _shown(one.starts_at, zone, one.all_day))
        made.add("DUE", _shown(one.due_at, zone, one.all_day))
        return
    made.add("DTSTART", _shown(one.starts_at, zone, one.all_day))
    if one.all_day:
        first, last = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
        after = last.date() if last.time() == time(0) else last.date() + timedelta(days=1)
        made.add("DTEND", max(after, first.date() + timedelta(days=1)))
    elif one.ends_at > one.starts_at:
        made.add("DTEND", _shown(one.ends_at, zone, all_day=False))


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


def _alarm(minutes: int, text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", timedelta(minutes=-minutes))
    alarm.add("DESCRIPTION", text)
    return alarm


def _add_guests(made: Any, guests: Iterable[Guest]) -> None:
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


def _add_kept(made: Any, kept: str) -> None:
    if not kept:
        return
    before = {address_of(one) for one in _listed(made, "ATTENDEE")}
    for name, value in _component(kept).property_items(recursive=False, sorted=False):
        if name in ("BEGIN", "END") or (name == "ORGANIZER" and "ORGANIZER" in made):
            continue
        if name == "ATTENDEE" and address_of(value) in before:
            continue
        made.add(name, value, encode=False)
    for inner in _component(kept).subcomponents:
        made.add_component(inner)


@lru_cache(maxsize=512)
def _component(text: str) -> Any:
    return Calendar.from_ical(text)


def calendar_of(components: Iterable[Any], zones: Iterable[ZoneInfo], *, method: str = "") -> str:
    """Return components as one object, with the time zones that they name."""
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
    sample, event = Calendar(), Event()
    event.add("DTSTART", datetime(2020, 1, 1, tzinfo=ZoneInfo(key)))
    sample.add_component(event)
    sample.add_missing_timezones(first_date=date(2010, 1, 1))
    return tuple(one for one in sample.subcomponents if one.name == "VTIMEZONE")


def read_object(text: str, sort: str, zone: ZoneInfo) -> list[Given]:
    """Return what an object says: of the activity or series itself first, then of its occurrences that differ.

    Raises InvalidInput with a sentence for what cannot be read or kept.
    """
    try:
        whole = Calendar.from_ical(text)
        found = [one for one in whole.subcomponents if one.name == sort]
        given = [read_component(one, zone) for one in found]
    except BROKEN:
        raise InvalidInput({"text": _("This calendar object cannot be read.")}) from None
    if not given:
        raise InvalidInput({"text": _("There is nothing to take from this calendar object.")})
    return sorted(
        given, key=lambda one: (one.occurrence_at is not None, one.occurrence_at or datetime.min.replace(tzinfo=UTC))
    )


def read_component(one: Any, zone: ZoneInfo) -> Given:
    """Return what one component says; raises InvalidInput."""
    values, timezone = _read_moments(one, zone)
    values |= {
        "name": _line(one.get("SUMMARY"), NAME_LENGTH) or str(_("Without a name")),
        "description": str(one.get("DESCRIPTION", "")).replace("\x00", "")[:TEXT_LENGTH],
        "place": _line(one.get("LOCATION"), PLACE_LENGTH),
        "importance": _importance(one.get("PRIORITY")),
        "remind": _remind(one),
        "status": _status(one),
    }
    if one.name == TASK:
        percent = one.get("PERCENT-COMPLETE")
        values["percent"] = min(100, max(0, int(percent))) if percent is not None else 0
    if "RDATE" in one:
        raise InvalidInput({"rule": _("Single extra dates of a series (RDATE) cannot be kept.")})
    rules = _listed(one, "RRULE")
    if len(rules) > 1:
        raise InvalidInput({"rule": _("A series with several rules cannot be kept.")})
    return Given(
        uid=_line(one.get("UID"), 255),
        values=values,
        kept=_kept(one),
        rule=rules[0].to_ical().decode() if rules else "",
        left_out=[_utc(moment, zone) for each in _listed(one, "EXDATE") for moment in _moments(each)],
        occurrence_at=_utc(one["RECURRENCE-ID"].dt, zone) if "RECURRENCE-ID" in one else None,
        timezone=timezone,
        category=_category(one),
    )


def _read_moments(one: Any, zone: ZoneInfo) -> tuple[dict[str, Any], str]:
    start = one["DTSTART"].dt if "DTSTART" in one else None
    end = one["DTEND"].dt if "DTEND" in one else one["DUE"].dt if "DUE" in one else None
    if start is None and end is None:
        if one.name == EVENT:
            raise InvalidInput({"starts_at": _("An event needs its start.")})
        return {}, zone.key
    if end is None and start is not None:
        length = one["DURATION"].dt if "DURATION" in one else timedelta(0)
        end = start + (
            length or (timedelta(0) if isinstance(start, datetime) or one.name == TASK else timedelta(days=1))
        )
    first: Any = start if start is not None else end
    all_day = not isinstance(first, datetime)
    starts_at, ends_at = _utc(first, zone), _utc(end, zone)
    if not EARLIEST < starts_at.year < LATEST or not EARLIEST < ends_at.year < LATEST:
        raise InvalidInput({"starts_at": _("Check the year of this date.")})
    if ends_at < starts_at:
        raise InvalidInput({"ends_at": _("This is before it starts.")})
    named = getattr(getattr(first, "tzinfo", None), "key", "")
    return {"starts_at": starts_at, "ends_at": ends_at, "due_at": ends_at, "all_day": all_day}, named or zone.key


def _utc(given: date, zone: ZoneInfo) -> datetime:
    if not isinstance(given, datetime):
        given = datetime.combine(given, time(0))
    return (given if given.tzinfo is not None else given.replace(tzinfo=zone)).astimezone(UTC)


def _moments(value: Any) -> list[Any]:
    return [one.dt for one in getattr(value, "dts", [])]


def _listed(one: Any, name: str) -> list[Any]:
    value = one.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def _line(value: Any, longest: int) -> str:
    return " ".join(str(value or "").replace("\x00", "").split())[:longest]


def _importance(value: Any) -> int:
    priority = int(value) if value is not None else 0
    return 2 if priority in (0, 5) else 4 if priority <= 2 else 3 if priority <= 4 else 1


def _status(one: Any) -> str:
    said = str(one.get("STATUS", "")).upper()
    if said == "CANCELLED":
        return CANCELLED
    if one.name == TASK and (said == "COMPLETED" or "COMPLETED" in one):
        return DONE
    return STARTED if said == "IN-PROCESS" else PLANNED


def _remind(one: Any) -> int | None:
    leads = [lead for alarm in one.subcomponents if (lead := _lead(alarm)) is not None]
    return leads[0] if leads else None


def _lead(alarm: Any) -> int | None:
    """Return how many minutes before the start an alarm comes, None for one that follows another clock."""
    if alarm.name != "VALARM" or "TRIGGER" not in alarm:
        return None
    trigger = alarm["TRIGGER"]
    before = getattr(trigger, "dt", None)
    if not isinstance(before, timedelta) or trigger.params.get("RELATED", "START") != "START" or before > timedelta(0):
        return None
    minutes = int(-before.total_seconds() // 60)
    return minutes if minutes <= 527_040 else None


def _category(one: Any) -> str:
    for value in _listed(one, "CATEGORIES"):
        for name in getattr(value, "cats", []):
            return _line(name, 200)
    return ""


def _kept(one: Any) -> str:
    """Return what there is no column for, as a component of its own."""
    spare: Any = Event() if one.name == EVENT else Todo()
    size = 0
    for name, value in one.property_items(recursive=False, sorted=False):
        if name in _OURS or name in ("BEGIN", "END"):
            continue
        length = len(str(value))
        if length > LARGEST or size + length > MOST_KEPT:
            continue
        size += length
        spare.add(name, value, encode=False)
    taken = False
    for inner in one.subcomponents:
        if not taken and _lead(inner) is not None:
            taken = True
            continue
        length = len(inner.to_ical())
        if length <= LARGEST and size + length <= MOST_KEPT:
            size += length
            spare.add_component(inner)
    return str(spare.to_ical().decode("utf-8")) if len(spare) or spare.subcomponents else ""


def address_of(value: Any) -> str:
    """Return the address of an ATTENDEE or ORGANIZER in small letters, empty when it is no mail address."""
    written = str(value).strip()
    scheme, _colon, address = written.partition(":")
    return address.strip().lower()[:254] if scheme.lower() == "mailto" and "@" in address else ""
