"""What a company of a register is, whatever country's file it comes from; pure, no database."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter

from kartoteka.api.clients import bare_name
from kartoteka.api.texts import fold

COUNTRIES = ("LT", "EE", "LV", "UA")
TELLS_VAT = frozenset({"EE"})
"""Countries whose file says which companies are VAT payers: elsewhere no code means nothing."""
SHORTEST = 3
KEY_LENGTH = 60
LENGTHS = {
    "code": 20,
    "name": 300,
    "legal_form": 150,
    "vat_code": 20,
    "status_text": 150,
    "street": 300,
    "city": 120,
    "region": 120,
    "postcode": 20,
}
"""The longest text kept, in characters, by field; longer ones are cut, except codes."""

_WORDS = re.compile(r"[^\W_]+")


class Status(StrEnum):
    """What a register says about a company, as far as it matters to those who deal with it."""

    ACTIVE = "active"
    RESTRUCTURING = "restructuring"
    LIQUIDATION = "liquidation"
    BANKRUPT = "bankrupt"
    REMOVED = "removed"


ENDING = frozenset({Status.LIQUIDATION, Status.BANKRUPT, Status.REMOVED})
"""States in which nobody should sell on credit any more."""


@dataclass(frozen=True, slots=True)
class Company:
    """A company as one row of a register describes it; texts are empty where the file says nothing."""

    code: str
    name: str
    legal_form: str = ""
    vat_code: str = ""
    status: str = Status.ACTIVE
    status_text: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    registered_on: date | None = None

    @property
    def digest(self) -> str:
        """Sixteen signs that are equal for equal values."""
        return hashlib.blake2b(repr(_values_of(self)).encode(), digest_size=8).hexdigest()


_values_of = attrgetter(*Company.__slots__)


def name_keys(name: str) -> tuple[str, str, str]:
    """Return the texts that a name is found by: its bare words from the first, the second and the third one on.

    So "Baltic Nordic Wood" is found by "bal", by "nordic w" and by "wood", each time by a range of an index.
    """
    words = bare_name(name).split()
    first, second, third = (" ".join(words[start:])[:KEY_LENGTH].rstrip() for start in range(3))
    return first, second, third


def typed_key(query: str) -> str:
    """Return what somebody typed in the form of `name_keys`; "" when that is too short to look for."""
    key = bare_name(query)[:KEY_LENGTH]
    return key if len(key.replace(" ", "")) >= SHORTEST else ""


def typed_code(query: str) -> str:
    """Return the digits of a registration code, or a VAT code with its country, being typed; "" for anything else."""
    text = "".join(query.split()).upper().removeprefix("LV-").replace("-", "")
    digits = text[2:] if text[:2].isalpha() else text
    return text if digits.isascii() and digits.isdigit() and len(digits) >= SHORTEST else ""


def address_line(street: str, city: str, region: str, postcode: str) -> str:
    """Return an address on one line."""
    return ", ".join(part for part in (street, " ".join(filter(None, (postcode, city))), region) if part)


def same_name(one: str, other: str) -> bool:
    """Say whether two names differ at most in legal form, case, accents and quotes."""
    return bare_name(one) == bare_name(other)


def same_place(ours: str, theirs: str) -> bool:
    """Say whether an address is the register's: all its numbers, and most of its longer words, stand there too."""
    mine, known = (_WORDS.findall(fold(text)) for text in (ours, theirs))
    numbers = {word for word in mine if any(sign.isdigit() for sign in word)}
    words = {word for word in mine if len(word) > 3 and word not in numbers}
    beginnings = {word[:5] for word in known}
    missing = [word for word in words if word[:5] not in beginnings]
    return numbers <= set(known) and len(missing) * 2 <= len(words)
