"""What is true of contacts, addresses and birthdays without any database."""

from __future__ import annotations

from datetime import date

from kartoteka.api.records import yearly_ranges
from kartoteka.api.texts import fold, sort_key

ROLES = ("director", "accounting", "purchasing", "technical", "sales", "other")
"""What we write to a contact about (CL-12), the most telling first: contacts are listed in this order."""

ADDRESS_KINDS = ("legal", "delivery", "invoice", "postal", "site")
"""What an address is for (CL-13), the most telling first."""


def full_name(first_name: str | None, surname: str | None) -> str:
    """Return how a person is addressed: first name, then surname."""
    return " ".join(filter(None, (first_name, surname)))


def name_order(first_name: str | None, surname: str | None) -> str:
    """Return what people are ordered by: surname, then first name."""
    return sort_key(" ".join(filter(None, (surname, first_name))))


def city_key(city: str | None) -> str:
    """Return the form in which names of cities are compared."""
    return fold(city or "")[:120]


def address_line(street: str, district: str, postcode: str, city: str, region: str) -> str:
    """Return an address on one line: street, district, postcode and city, region; the country is left to the reader."""
    place = " ".join(filter(None, (postcode, city)))
    return ", ".join(filter(None, (street, district, place, region)))


def birthday_key(birthday: date | None) -> int:
    """Return month and day as one number, 1130 for 30 November; 0 for none."""
    return birthday.month * 100 + birthday.day if birthday else 0


birthday_ranges = yearly_ranges
"""Returns the ranges of `birthday_key` whose birthdays fall into a period."""
