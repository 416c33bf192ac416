"""How an activity is marked in the calendar: its classes, and what the calendar's script reads of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kartoteka.api.web import current_formats, visitor
from kartoteka_crm_inquiries.calendar.rules import Event
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES


def clock_of(moment: datetime) -> str:
    """Write a moment on the reader's clock as forms and scripts take it."""
    return current_formats().local(moment).strftime("%Y-%m-%dT%H:%M")


def css_of(event: Event) -> str:
    """Return the classes of an activity: its colour; busy, ended and internal ones look different."""
    if not event.id:
        return f"k-tint-{event.tint or 'plain'} is-busy"
    ended = "" if event.is_open else " is-ended"
    return f"k-tint-{event.tint or 'plain'}{ended}{'' if event.client_id else ' is-internal'}"


def data_of(event: Event) -> dict[str, Any]:
    """Return where an activity leads and what is read by scripts; of what one may not see, nothing."""
    if not event.id:
        return {}
    return {
        "href": f"/crm_inquiries/activities/{event.id}",
        "data-id": event.id,
        "data-v": event.version,
        "data-s": clock_of(event.starts_at),
        "data-e": clock_of(event.ends_at),
        "data-who": event.who or None,
        "data-open": "" if event.is_open and visitor().can(EDIT_ACTIVITIES) else None,
    }


MARKING = {"clock_of": clock_of, "css_of": css_of, "data_of": data_of}
"""What templates of the calendar call."""
