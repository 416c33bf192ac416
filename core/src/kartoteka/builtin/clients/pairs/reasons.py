"""By what two clients are taken for one, the surest first; empty values never match."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kartoteka.builtin.clients.fields import FIELDS
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _


@dataclass(frozen=True)
class Reason:
    """Columns of a client, normalised and indexed, of which an equal value makes a pair."""

    name: str
    columns: tuple[str, ...]
    title: Message
    fields: tuple[str, ...] = ()

    def keys(self, client: Mapping[str, Any]) -> set[str]:
        """Return what a client is compared by."""
        return {client[column] for column in self.columns if client[column]}

    def matches(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Tell whether two clients have an equal value."""
        return bool(self.keys(one) & self.keys(other))


REASONS = (
    Reason("registration_code", ("registration_code_norm",), _("The same registration code"), ("registration_code",)),
    Reason("personal_code", ("personal_code_norm",), _("The same personal code"), ("personal_code",)),
    Reason("vat_code", ("vat_code_norm",), _("The same VAT code"), ("vat_code",)),
    Reason("email", ("email_norm",), _("The same e-mail address"), ("email",)),
    Reason("phone", ("phone_e164", "mobile_e164"), _("The same phone number"), ("phone", "mobile")),
    Reason("name", ("name_key",), _("The same name")),
)
SIMILAR_NAME = _("Similar in several fields")
SURE = 90
"""From this strength (percent) on a pair is sure enough to be merged unseen by a careless clerk."""
LIKENESS: Mapping[str, Message] = {
    "name": _("Name"),
    "registration_code": _("Registration code"),
    "vat_code": _("VAT code"),
    "personal_code": _("Personal code"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "birth_date": _("Date of birth"),
    "address": _("Address"),
    "domain": _("Website"),
}
"""How the fields are called in which two clients are alike."""


def is_told(field: str, can: Callable[[str], bool]) -> bool:
    """Tell whether a user may know in what this field of two clients is alike."""
    return FIELDS[field].is_readable(can)


def reasons_for(can: Callable[[str], bool]) -> tuple[Reason, ...]:
    """Return the reasons that a user may be told; who may not see personal codes learns nothing of them."""
    return tuple(reason for reason in REASONS if all(FIELDS[name].is_readable(can) for name in reason.fields))
