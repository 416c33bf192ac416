"""Pure functions: addresses, placeholders, when to try again, and what a server's answer means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from html import escape
from typing import Any

from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.identifiers import email_address
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line

MOST_RECIPIENTS = 100
NAME_LENGTH = 200
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]{0,59})\}")
_NAMED = re.compile(r'("[^"]*"\s*+|[^<>",;@]*+)<([^<>\s,;]+)>')
_DELAYS = (1, 5, 15, 60, 4 * 60, 12 * 60)
"""Minutes to wait after each try that failed; together somewhat more than 17 hours."""
_OUTAGE = (1, 2, 5, 10, 15)
MOST_ATTEMPTS = len(_DELAYS) + 1


def read_address(written: str, field: str = "to") -> tuple[str, str]:
    """Return name and address of ``Name <address>`` or a bare address; raises InvalidInput naming the field."""
    line = clean_line(written)
    named = _NAMED.fullmatch(line)
    name, address = (named[1].strip().strip('"'), named[2]) if named else ("", line)
    checked = email_address(address)
    several = "," in address or ";" in address
    if checked.is_error or not checked.value or several:
        problem = _("This is more than one address.") if several else checked.problem or _("Enter an e-mail address.")
        raise InvalidInput({field: _("%(address)s: %(problem)s", address=line[:100], problem=problem)})
    return clean_line(name)[:NAME_LENGTH], checked.value


def read_addresses(written: Iterable[str], field: str = "to") -> list[tuple[str, str]]:
    """Return names and addresses, each address once."""
    found: dict[str, tuple[str, str]] = {}
    for one in written:
        name, address = read_address(one, field)
        found.setdefault(address, (name, address))
    return list(found.values())


def wire_address(address: str) -> str:
    """Return an address with its domain as servers know it (RFC 3490): name@xn--... for an international one."""
    local, _at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    return f"{local}@{domain.encode('idna').decode()}"


def split_addresses(line: str) -> list[str]:
    """Divide what somebody typed into one field: by commas and semicolons outside quotes and angle brackets."""
    parts = re.findall(r'(?:"[^"]*"|<[^>]*>|[^,;"<]|["<])+', line)
    return [part.strip() for part in parts if part.strip()]


def recipients_line(recipients: Iterable[Mapping[str, Any]]) -> str:
    """Return the recipients as lists show them, at most 300 characters."""
    named = (f"{one['name']} <{one['address']}>" if one.get("name") else str(one["address"]) for one in recipients)
    return ", ".join(named)[:300]


def placeholders_in(text: str) -> set[str]:
    """Return the names of the placeholders of a template, ``{name}`` each."""
    return set(_PLACEHOLDER.findall(text))


def fill_in(text: str, values: Mapping[str, str], *, html: bool = False) -> str:
    """Put values into the placeholders of a text, once: what a value brings along is text and no placeholder.

    A placeholder without a value stays as it is. ``html`` makes values harmless within HTML.
    """

    def value_of(found: re.Match[str]) -> str:
        value = values.get(found[1])
        if value is None:
            return found[0]
        return escape(value).replace("\n", "<br>") if html else value

    return _PLACEHOLDER.sub(value_of, text)


def delay_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many tries that failed; None when it is enough."""
    return timedelta(minutes=_DELAYS[attempts - 1]) if 0 < attempts <= len(_DELAYS) else None


def outage_delay(failures: int) -> timedelta:
    """Return how long to leave a server alone that could not be reached so many times."""
    return timedelta(minutes=_OUTAGE[min(max(failures, 1), len(_OUTAGE)) - 1])


def is_final(code: int) -> bool:
    """Tell whether an answer of a server means that trying again is of no use (RFC 5321 4.2.1: 5yz)."""
    return 500 <= code < 600


def answer_of(code: int, said: bytes | str) -> Message:
    """Return what a server answered, as people read it."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _("The mail server answered: %(answer)s", answer=clean_line(f"{code} {words}")[:500])
