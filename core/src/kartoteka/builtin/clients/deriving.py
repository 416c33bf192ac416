"""Columns of a client that follow from other columns: sort keys, and the forms that duplicates are found by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kartoteka.builtin.clients.checking import CHECKED_FIELDS, checked_value, unusual_fields
from kartoteka.builtin.clients.naming import name_key, shown_name
from kartoteka.vocabulary.text import no_value, sort_key

_NAME_INPUTS = ("kind", "company_name", "surname", "first_name")

FREE_MAIL = frozenset(
    word
    for line in (
        "gmail.com googlemail.com yahoo.com hotmail.com outlook.com live.com icloud.com me.com proton.me",
        "mail.com gmx.com gmx.net aol.com zoho.com inbox.lt inbox.lv inbox.eu one.lt delfi.lt takas.lt mail.lt",
        "mail.ee hot.ee online.ee neti.ee delfi.ee apollo.lv e-apollo.lv ukr.net i.ua meta.ua bigmir.net",
        "mail.ru yandex.ru bk.ru list.ru rambler.ru wp.pl o2.pl onet.pl zebra.lt protonmail.com",
    )
    for word in line.split()
)
"""Mail services that everybody uses: an equal domain there says nothing about two clients."""


def derive_client(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the derived columns whose every input is among ``values``; an absent input leaves its column alone."""
    derived: dict[str, Any] = {}
    is_whole = values.keys() >= INPUTS
    for inputs, compute in _RULES:
        if is_whole or all(name in values for name in inputs):
            derived |= compute(values)
    return derived


def domain_of(email: str, website: str) -> str:
    """Return the internet domain that tells the client apart, without "www."; "" for none or a public mail service."""
    for address in (website, email.rpartition("@")[2]):
        host = address.rpartition("//")[2].partition("/")[0].partition(":")[0].lower().removeprefix("www.")
        if "." in host and host not in FREE_MAIL:
            return host[:200]
    return ""


def _names(values: Mapping[str, Any]) -> dict[str, Any]:
    name = shown_name(*(values[field] or "" for field in _NAME_INPUTS))[:300]
    return {"name": name, "name_sort": sort_key(name), "name_key": name_key(name)}


def _normal(field: str, column: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def compute(values: Mapping[str, Any]) -> dict[str, Any]:
        typed = values[field] or ""
        return {column: "" if no_value(typed) else checked_value(field, typed, values["country"] or "")}

    return compute


def _domain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"domain": domain_of(values["email"] or "", values["website"] or "")}


def _unusual(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"unusual": unusual_fields(values)}


_RULES: tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Any]], dict[str, Any]]], ...] = (
    (_NAME_INPUTS, _names),
    (("registration_code", "country"), _normal("registration_code", "registration_code_norm")),
    (("vat_code", "country"), _normal("vat_code", "vat_code_norm")),
    (("personal_code", "country"), _normal("personal_code", "personal_code_norm")),
    (("phone", "country"), _normal("phone", "phone_e164")),
    (("mobile", "country"), _normal("mobile", "mobile_e164")),
    (("email", "country"), _normal("email", "email_norm")),
    (("email", "website"), _domain),
    (("kind", "country", *CHECKED_FIELDS), _unusual),
)

INPUTS = frozenset(name for inputs, _compute in _RULES for name in inputs)
"""The columns that the others follow from."""
