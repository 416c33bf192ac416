"""The time zones of the IANA database, read once: asking for them reads hundreds of files."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

_NO_PLACES = ("Etc/", "GMT", "SystemV/", "posix/", "right/", "US/")


@cache
def known_timezones() -> frozenset[str]:
    """Return the names of all time zones, such as Europe/Vilnius."""
    return frozenset(available_timezones())


@cache
def timezone_choices() -> tuple[tuple[str, str], ...]:
    """Return name and title of the time zones that are called after places, and of UTC."""
    places = (zone for zone in known_timezones() if "/" in zone and not zone.startswith(_NO_PLACES))
    return (*((zone, zone.replace("_", " ")) for zone in sorted(places)), ("UTC", "UTC"))
