"""What web forms may ask for, who visitors are called in the registry, and the times that can be booked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from kartoteka.api.texts import Message, Texts

_ = Texts("crm_inquiries")

FIELDS: Mapping[str, Message] = {
    "name": _("Your name"),
    "company": _("Company"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "product": _("What are you interested in?"),
    "message": _("Message"),
}
REACHABLE = ("email", "phone")
QUICKEST = timedelta(seconds=3)
"""Nobody fills a form faster; programs do."""
LONGEST = timedelta(hours=24)
"""For how long an opened page can be sent."""
MOST_DAYS = 180
SLOTS_SHOWN = 7
Stretch = tuple[datetime, datetime]


def client_values(given: Mapping[str, str], country: str) -> dict[str, Any]:
    """Return the values of a potential client: the company, or else the person who writes."""
    reached = {"email": given.get("email", ""), "phone": given.get("phone", ""), "country": country}
    about: dict[str, Any] = {"relationship": "potential", **reached}
    if given.get("company"):
        return {**about, "kind": "company", "name": given["company"]}
    first, _space, last = given.get("name", "").rpartition(" ")
    last = last or given.get("email", "") or given.get("phone", "")
    return {**about, "kind": "person", "first_name": first[:100], "surname": last[:200]}


def free_slots(
    working: Iterable[Stretch], busy: Sequence[Stretch], length: timedelta, earliest: datetime, latest: datetime
) -> list[datetime]:
    """Return when what takes ``length`` can begin: one after another within working time, where nothing else is.

    ``latest`` is the moment before which it must begin.
    """
    found = []
    for opens, closes in working:
        at = opens
        while at + length <= closes:
            taken = any(since < at + length and at < until for since, until in busy)
            if not taken and earliest <= at < latest:
                found.append(at)
            at += length
    return found
