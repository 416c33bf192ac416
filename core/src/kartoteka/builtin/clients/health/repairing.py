"""What somebody meant who typed a code, a phone or an address wrongly: tried out, and kept only when it is right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kartoteka.builtin.clients.checking import check_values
from kartoteka.vocabulary.text import fold

_EMAIL = re.compile(r"[^\s<>;,\"']+@[^\s<>;,\"']+\.[a-z]{2,}", re.IGNORECASE)
_IBAN = re.compile(r"[A-Z]{2}[0-9OIL]{2}[A-Z0-9]{11,30}")
_DIGITS = str.maketrans("OIL", "011")


def repaired(field: str, typed: str, known: Mapping[str, Any]) -> str:
    """Return a value that is right and so near to what was typed that it was meant, "" when there is none.

    ``known`` is what stands beside it on the card: country and kind.
    """
    for candidate in _candidates(field, typed, str(known.get("country") or "")):
        if candidate and candidate != typed and is_right(field, candidate, known):
            return candidate
    return ""


def is_right(field: str, value: str, known: Mapping[str, Any]) -> bool:
    """Tell whether there is nothing to say against a value."""
    found = check_values({field: value}, known)
    return not found.errors and not found.warnings


def _candidates(field: str, typed: str, country: str) -> Iterator[str]:
    if field in ("phone", "mobile"):
        yield from _phones(typed)
    elif field == "email":
        yield from _emails(typed)
    elif field == "bank_account":
        yield from _accounts(typed)
    elif field == "vat_code":
        yield from _vat_codes(typed, country)


def _phones(typed: str) -> Iterator[str]:
    for part in re.split(r"[,;/]| or | arba | или | або ", typed):
        digits = re.sub(r"\D", "", part)
        yield f"+{digits}" if "+" in part else digits
        if digits.startswith("00"):
            yield f"+{digits[2:]}"
        yield f"+{digits}"


def _emails(typed: str) -> Iterator[str]:
    plain = fold(typed).replace("mailto:", "")
    spelled = re.sub(r"\s*[\[(](?:at|eta)[\])]\s*", "@", plain).replace(" dot ", ".")
    for text in (plain, spelled, spelled.replace(" ", ""), spelled.replace(" ", "").replace(",", ".")):
        text = re.sub(r"@{2,}", "@", re.sub(r"\.{2,}", ".", text)).rstrip(".")
        yield from _EMAIL.findall(text)[:1]


def _accounts(typed: str) -> Iterator[str]:
    compact = re.sub(r"[^A-Z0-9]", "", typed.upper().replace("IBAN", ""))
    yield compact
    for found in _IBAN.findall(compact):
        yield found[:2] + found[2:4].translate(_DIGITS) + found[4:]
        yield found[:2] + found[2:].translate(_DIGITS)


def _vat_codes(typed: str, country: str) -> Iterator[str]:
    compact = re.sub(r"[^A-Z0-9]", "", typed.upper())
    yield compact
    yield f"{country}{compact}"
    yield compact.translate(_DIGITS)
    digits = re.sub(r"\D", "", compact)
    yield f"{country}{digits}"
