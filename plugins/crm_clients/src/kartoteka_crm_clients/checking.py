"""What the module thinks of a contact's or an address's values: errors stop a save, warnings do not.

One door for forms, services and demo data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kartoteka.api.identifiers import country_code, email_address, phone
from kartoteka.api.texts import Message, Texts, clean_block, clean_line, no_value
from kartoteka.api.values import read_own_value
from kartoteka_crm_clients.fields import ADDRESS, CONTACT
from kartoteka_crm_clients.rules import ADDRESS_KINDS, ROLES

_ = Texts("crm_clients")

CONTACT_LENGTHS = {
    "first_name": 100,
    "surname": 200,
    "job_title": 200,
    "phone": 100,
    "mobile": 100,
    "email": 510,
    "notes": 20_000,
}
ADDRESS_LENGTHS = {"region": 120, "city": 120, "district": 120, "street": 300, "postcode": 20, "notes": 500}
"""The longest text taken, in characters, by field."""

_EARLIEST = date(1880, 1, 1)
_OFFER = _("Choose one of the values offered.")


@dataclass
class Findings:
    """What was found: ``values`` as they may be stored, ``errors`` and ``warnings`` by field."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)


def check_contact(values: Mapping[str, Any], known: Mapping[str, Any] | None = None, *, today: date) -> Findings:
    """Clean and check the values of a contact; ``known`` holds what the record already has."""
    found = _clean(CONTACT, values, CONTACT_LENGTHS, {"role": ROLES})
    whole = {**(known or {}), **found.values}
    if {"first_name", "surname"} & values.keys() and not (whole.get("first_name") or whole.get("surname")):
        found.errors["surname"] = _("Enter the surname or the first name.")
    country = str(whole.get("country") or "") or None
    _examine(found, "phone", lambda typed: phone(typed, country))
    _examine(found, "mobile", lambda typed: phone(typed, country))
    _examine(found, "email", email_address)
    _check_birthday(found, today)
    return found


def check_address(values: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Findings:
    """Clean and check the values of an address; it must say at least the city or the street."""
    found = _clean(ADDRESS, values, ADDRESS_LENGTHS, {"kind": ADDRESS_KINDS})
    whole = {**(known or {}), **found.values}
    if {"city", "street"} & values.keys() and not (whole.get("city") or whole.get("street")):
        found.errors["city"] = _("Enter the city or the street.")
    return found


def _clean(
    kind: str, values: Mapping[str, Any], lengths: Mapping[str, int], choices: Mapping[str, tuple[str, ...]]
) -> Findings:
    found = Findings()
    for name, given in values.items():
        if name in lengths:
            found.values[name], problem = _clean_text(name, given, lengths[name])
        elif name in choices:
            found.values[name], problem = given, None if given in choices[name] else _OFFER
        elif name in _READERS:
            found.values[name], problem = _READERS[name](given)
        else:
            found.values[name], problem = read_own_value(kind, name, given)
        if problem is not None:
            found.errors[name] = problem
    return found


def _clean_text(name: str, given: Any, longest: int) -> tuple[str, Message | None]:
    typed = None if given is None else str(given)
    text = clean_block(typed) if name == "notes" else clean_line(typed)
    if name in ("phone", "mobile", "email") and no_value(text):
        text = ""
    too_long = _("This is too long: at most %(longest)s characters fit here.", longest=longest)
    return text, too_long if len(text) > longest else None


def _read_country(given: Any) -> tuple[str, Message | None]:
    typed = clean_line(None if given is None else str(given))
    if no_value(typed):
        return "", None
    code = country_code(typed)
    return code or "", None if code else _("There is no such country. Write its name or its two letters, such as LT.")


def _read_date(given: Any) -> tuple[date | None, Message | None]:
    if given in (None, ""):
        return None, None
    if isinstance(given, date):
        return given, None
    try:
        return date.fromisoformat(str(given).strip()), None
    except ValueError:
        return None, _("This is not a date. Write it as 2026-11-22.")


_READERS: Mapping[str, Callable[[Any], tuple[Any, Message | None]]] = {
    "country": _read_country,
    "birthday": _read_date,
    "is_main": lambda given: (bool(given), None),
}


def _examine(found: Findings, name: str, check: Callable[[str], Any]) -> None:
    typed = found.values.get(name)
    if not typed or name in found.errors:
        return
    checked = check(typed)
    if checked.problem is not None:
        (found.errors if checked.is_error else found.warnings)[name] = checked.problem


def _check_birthday(found: Findings, today: date) -> None:
    birthday = found.values.get("birthday")
    if birthday is None or "birthday" in found.errors:
        return
    if birthday > today:
        found.errors["birthday"] = _("This day is still to come. Check the year.")
    elif birthday < _EARLIEST:
        found.errors["birthday"] = _("Check the year of this date.")
