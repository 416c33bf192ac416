"""What is true of contacts, addresses and birthdays without any database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kartoteka.api.records import Period, birthday_in_year
from kartoteka.api.texts import fold, sort_key

ROLES = ("director", "accounting", "purchasing", "technical", "sales", "other")
"""What we write to a contact about (CL-12), the most telling first: contacts are listed in this order."""

ADDRESS_KINDS = ("legal", "delivery", "invoice", "postal", "site")
"""What an address is for (CL-13), the most telling first."""

ADDRESS_PARTS = ("street", "district", "postcode", "city", "region")
"""The parts of an address that stand on one line."""

_LEAP_DAY, _LAST_DAY = 229, 1231


def full_name(first_name: str | None, surname: str | None) -> str:
    """Return how a person is addressed: first name, then surname."""
    return " ".join(filter(None, (first_name, surname)))


def name_order(first_name: str | None, surname: str | None) -> str:
    """Return what people are ordered by: surname, then first name."""
    return sort_key(" ".join(filter(None, (surname, first_name))))


def city_key(city: str | None) -> str:
    """Return the form in which names of cities are compared."""
    return fold(city or "")[:120]


def address_line(values: Mapping[str, Any]) -> str:
    """Return an address on one line: street, district, postcode and city, region; the country is left to the reader."""
    place = " ".join(filter(None, (values.get("postcode"), values.get("city"))))
    return ", ".join(filter(None, (values.get("street"), values.get("district"), place, values.get("region"))))


def birthday_key(birthday: date | None) -> int:
    """Return month and day as one number, 1130 for 30 November; 0 for none."""
    return birthday.month * 100 + birthday.day if birthday else 0


def birthday_ranges(period: Period) -> list[tuple[int, int]]:
    """Return the ranges of `birthday_key` whose birthdays fall into a period, over the turn of the year too.

    Whoever was born on 29 February has the birthday on 28 February in common years.
    """
    first, last = birthday_key(period.first), birthday_key(period.last)
    if period.days >= 366 or (period.first.year < period.last.year and last >= first):
        return [(101, _LAST_DAY)]
    if birthday_in_year(date(2000, 2, 29), period.last.year) == period.last:
        last = _LEAP_DAY
    if period.first.year == period.last.year:
        return [(first, last)]
    return [(first, _LAST_DAY), (101, last)]
