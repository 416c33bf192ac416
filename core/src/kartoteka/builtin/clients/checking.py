"""What the registry thinks of a client's values: errors stop a save, warnings mark the value as unusual."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kartoteka.vocabulary import identifiers
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import no_value

_CHECKS: dict[str, Callable[[str, str], Any]] = {
    "registration_code": identifiers.company_code,
    "vat_code": identifiers.vat_code,
    "personal_code": identifiers.personal_code,
    "bank_account": lambda typed, country: identifiers.bank_account(typed),
    "phone": identifiers.phone,
    "mobile": identifiers.phone,
    "fax": identifiers.phone,
    "email": lambda typed, country: identifiers.email_address(typed),
    "website": lambda typed, country: identifiers.website(typed),
}
CHECKED_FIELDS = tuple(_CHECKS)

COMPANY_ONLY = frozenset({"company_name", "registration_code", "vat_code", "activity"})
"""Fields that the card of a natural person hides and keeps (CL-55)."""
PERSON_ONLY = frozenset({"first_name", "surname", "personal_code", "birth_date", "sex", "income"})
"""Fields that the card of a company hides and keeps (CL-55)."""


@dataclass(frozen=True)
class Findings:
    """What is wrong with the values, by field: ``errors`` stop a save, ``warnings`` do not."""

    errors: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)


def hidden_fields(kind: str) -> frozenset[str]:
    """Return the fields that a client of this kind keeps but does not show."""
    return COMPANY_ONLY if kind == "person" else PERSON_ONLY
