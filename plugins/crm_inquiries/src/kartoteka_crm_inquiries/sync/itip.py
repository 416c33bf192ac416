"""Messages of RFC 5546 and the mails that carry them: written, and read without trusting anybody. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from kartoteka.api.errors import InvalidInput
from kartoteka_crm_inquiries.sync.components import EVENT, Guest, address_of, calendar_of, component_of, listed, parsed
from kartoteka_crm_inquiries.sync.reading import BROKEN, Given, read_component, utc_of

REQUEST, REPLY, CANCEL = "REQUEST", "REPLY", "CANCEL"
METHODS: Final = (REQUEST, REPLY, CANCEL)
LARGEST: Final = 256_000
MOST_EVENTS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a mail says of one event: ``guests`` are addresses with their answers in small letters.

    ``stamp`` is DTSTAMP, ``occurrence_at`` RECURRENCE-ID.
    """

    method: str
    uid: str
    sequence: int
    stamp: datetime
    organizer: Guest
    guests: tuple[Guest, ...]
    given: Given | None
    occurrence_at: datetime | None = None


def write_message(method: str, activity: Any, zone: ZoneInfo, guests: list[Guest], *, stamp: datetime) -> bytes:
    """Return the calendar part of a mail."""
    made = component_of(activity, EVENT, zone, guests=guests)
    dated(made, method, stamp=stamp)
    return calendar_of([made], [zone], method=method).encode("utf-8", "replace")


def dated(component: Any, method: str, *, stamp: datetime, sequence: int | None = None) -> Any:
    """Make a component one of a message: when it is said, and, for what is called off, that it is."""
    component["DTSTAMP"].dt = stamp.astimezone(UTC).replace(microsecond=0)
    if sequence is not None:
        component.pop("SEQUENCE", None)
        component.add("SEQUENCE", sequence)
    if method == CANCEL:
        component["STATUS"] = "CANCELLED"
    if method == REPLY:
        component.subcomponents = []
        for name in ("DESCRIPTION", "PRIORITY", "CATEGORIES", "STATUS"):
            component.pop(name, None)
    return component


def read_messages(content: bytes, zone: ZoneInfo) -> list[Message]:
    """Return what a calendar part says: of the whole first, then of single occurrences; nothing for what is none."""
    if len(content) > LARGEST:
        return []
    try:
        whole = parsed(content.decode("utf-8", "replace"))
        method = str(whole.get("METHOD", "")).upper()
        events = [one for one in whole.subcomponents if one.name == EVENT]
        read = [_message(method, one, zone) for one in events[:MOST_EVENTS]] if method in METHODS else []
    except (*BROKEN, InvalidInput):
        return []
    found = [one for one in read if one is not None]
    wholes = [one for one in found if one.occurrence_at is None]
    same = len({(one.uid, one.organizer.address) for one in found}) == 1
    return wholes + [one for one in found if one not in wholes] if same and len(wholes) <= 1 else []


def _message(method: str, event: Any, zone: ZoneInfo) -> Message | None:
    organizer = address_of(event.get("ORGANIZER", ""))
    uid = str(event.get("UID", "")).strip()[:255]
    if not uid or not organizer:
        return None
    return Message(
        method=method,
        uid=uid,
        sequence=max(0, min(int(event.get("SEQUENCE", 0)), 2**30)),
        stamp=_stamp(event),
        organizer=Guest(address=organizer, name=_name(event.get("ORGANIZER")), is_organizer=True),
        guests=tuple(_guest(one) for one in listed(event, "ATTENDEE") if address_of(one)),
        given=read_component(event, zone) if method == REQUEST else None,
        occurrence_at=utc_of(event["RECURRENCE-ID"].dt, zone) if "RECURRENCE-ID" in event else None,
    )


def _stamp(event: Any) -> datetime:
    given = event["DTSTAMP"].dt
    return given.astimezone(UTC) if given.tzinfo is not None else given.replace(tzinfo=UTC)


def _guest(value: Any) -> Guest:
    answer = str(value.params.get("PARTSTAT", "NEEDS-ACTION")).lower()
    return Guest(address=address_of(value), name=_name(value), answer=answer)


def _name(value: Any) -> str:
    return " ".join(str(value.params.get("CN", "")).split())[:200]
