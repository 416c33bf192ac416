"""Messages of RFC 5546 and the mails that carry them: written, and read without trusting anybody. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar

from kartoteka.api.errors import InvalidInput
from kartoteka_crm_inquiries.sync.components import (
    BROKEN,
    EVENT,
    Given,
    Guest,
    address_of,
    calendar_of,
    component_of,
    read_component,
)

REQUEST, REPLY, CANCEL = "REQUEST", "REPLY", "CANCEL"
METHODS: Final = (REQUEST, REPLY, CANCEL)
LARGEST: Final = 256_000


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a mail says: ``guests`` are addresses with their answers in small letters, ``stamp`` is DTSTAMP."""

    method: str
    uid: str
    sequence: int
    stamp: datetime
    organizer: Guest
    guests: tuple[Guest, ...]
    given: Given | None


def write_message(method: str, activity: Any, zone: ZoneInfo, guests: list[Guest], *, stamp: datetime) -> bytes:
    """Return the calendar part of a mail."""
    made = component_of(activity, EVENT, zone, guests=guests)
    made["DTSTAMP"].dt = stamp.astimezone(UTC).replace(microsecond=0)
    if method == CANCEL:
        made["STATUS"] = "CANCELLED"
    if method == REPLY:
        made.subcomponents = []
        for name in ("DESCRIPTION", "PRIORITY", "CATEGORIES", "STATUS"):
            made.pop(name, None)
    return calendar_of([made], [zone], method=method).encode("utf-8", "replace")


def read_message(content: bytes, zone: ZoneInfo) -> Message | None:
    """Return what a calendar part says, None for what is no message that we understand."""
    if len(content) > LARGEST:
        return None
    try:
        whole = Calendar.from_ical(content.decode("utf-8", "replace"))
        method = str(whole.get("METHOD", "")).upper()
        events = [one for one in whole.subcomponents if one.name == EVENT and "RECURRENCE-ID" not in one]
        return _message(method, events[0], zone) if method in METHODS and len(events) == 1 else None
    except (*BROKEN, InvalidInput):
        return None


def _message(method: str, event: Any, zone: ZoneInfo) -> Message | None:
    organizer = address_of(event.get("ORGANIZER", ""))
    uid = str(event.get("UID", "")).strip()[:255]
    if not uid or not organizer:
        return None
    attendees = event.get("ATTENDEE", [])
    return Message(
        method=method,
        uid=uid,
        sequence=max(0, min(int(event.get("SEQUENCE", 0)), 2**30)),
        stamp=_stamp(event),
        organizer=Guest(address=organizer, name=_name(event.get("ORGANIZER")), is_organizer=True),
        guests=tuple(
            _guest(one) for one in (attendees if isinstance(attendees, list) else [attendees]) if address_of(one)
        ),
        given=read_component(event, zone) if method == REQUEST else None,
    )


def _stamp(event: Any) -> datetime:
    given = event["DTSTAMP"].dt
    return given.astimezone(UTC) if given.tzinfo is not None else given.replace(tzinfo=UTC)


def _guest(value: Any) -> Guest:
    answer = str(value.params.get("PARTSTAT", "NEEDS-ACTION")).lower()
    return Guest(address=address_of(value), name=_name(value), answer=answer)


def _name(value: Any) -> str:
    return " ".join(str(value.params.get("CN", "")).split())[:200]
