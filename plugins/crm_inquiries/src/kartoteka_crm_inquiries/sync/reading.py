"""Components of RFC 5545 as activities. Pure.

Properties that an activity has no place for are kept as they came, up to `MOST_KEPT` characters; a single one over
`LARGEST` characters, such as an attached picture, is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.models import NAME_LENGTH, PLACE_LENGTH, TEXT_LENGTH
from kartoteka_crm_inquiries.activities.rules import CANCELLED, DONE, PLANNED, STARTED
from kartoteka_crm_inquiries.sync.components import EVENT, TASK, blank, categories_of, line, listed, parsed

_ = Texts("crm_inquiries")

ONCE: Final = "FREQ=DAILY;COUNT=1"
"""The rule of a series that has only single dates (RDATE)."""
MOST_KEPT, LARGEST = 32_000, 8_000
EARLIEST, LATEST = 1900, 2999
_OURS: Final = frozenset(
    """
    UID DTSTAMP DTSTART DTEND DUE DURATION SUMMARY DESCRIPTION LOCATION PRIORITY STATUS SEQUENCE CREATED
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
class Given:
    """What a calendar program says of one activity: ``values`` by column, and what we keep for it."""

    uid: str
    values: Mapping[str, Any]
    kept: str = ""
    rule: str = ""
    left_out: Sequence[datetime] = field(default=())
    extra: Sequence[datetime] = field(default=())
    occurrence_at: datetime | None = None
    timezone: str = ""
    categories: Sequence[str] = ()


def read_object(text: str, sort: str, zone: ZoneInfo) -> list[Given]:
    """Return what an object says: of the activity or series itself first, then of its occurrences that differ.

    Raises InvalidInput with a sentence for what cannot be read or kept.
    """
    try:
        whole = parsed(text)
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
        "name": line(one.get("SUMMARY"), NAME_LENGTH) or str(_("Without a name")),
        "description": str(one.get("DESCRIPTION", "")).replace("\x00", "")[:TEXT_LENGTH],
        "place": line(one.get("LOCATION"), PLACE_LENGTH),
        "importance": _importance(one.get("PRIORITY")),
        "remind": _remind(one),
        "status": _status(one),
    }
    if one.name == TASK:
        percent = one.get("PERCENT-COMPLETE")
        values["percent"] = min(100, max(0, int(percent))) if percent is not None else 0
    extra = [moment for each in listed(one, "RDATE") for moment in _moments(each)]
    if any(isinstance(moment, tuple) for moment in extra):
        raise InvalidInput({"rule": _("Extra dates of a series with lengths of their own (RDATE) cannot be kept.")})
    rules = listed(one, "RRULE")
    if len(rules) > 1:
        raise InvalidInput({"rule": _("A series with several rules cannot be kept.")})
    return Given(
        uid=line(one.get("UID"), 255),
        values=values,
        kept=_kept(one),
        rule=rules[0].to_ical().decode() if rules else ONCE if extra else "",
        left_out=[utc_of(moment, zone) for each in listed(one, "EXDATE") for moment in _moments(each)],
        extra=[utc_of(moment, zone) for moment in extra],
        occurrence_at=utc_of(one["RECURRENCE-ID"].dt, zone) if "RECURRENCE-ID" in one else None,
        timezone=timezone,
        categories=categories_of(one),
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
    starts_at, ends_at = utc_of(first, zone), utc_of(end, zone)
    if not EARLIEST < starts_at.year < LATEST or not EARLIEST < ends_at.year < LATEST:
        raise InvalidInput({"starts_at": _("Check the year of this date.")})
    if ends_at < starts_at:
        raise InvalidInput({"ends_at": _("This is before it starts.")})
    named = getattr(getattr(first, "tzinfo", None), "key", "")
    return {"starts_at": starts_at, "ends_at": ends_at, "due_at": ends_at, "all_day": all_day}, named or zone.key


def utc_of(given: date, zone: ZoneInfo) -> datetime:
    """Return a day or a moment as a moment in UTC; what names no zone is meant in this one."""
    if not isinstance(given, datetime):
        given = datetime.combine(given, time(0))
    return (given if given.tzinfo is not None else given.replace(tzinfo=zone)).astimezone(UTC)


def _moments(value: Any) -> list[Any]:
    return [one.dt for one in getattr(value, "dts", [])]


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


def _kept(one: Any) -> str:
    """Return what there is no column for, as a component of its own."""
    spare = blank(one.name)
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
