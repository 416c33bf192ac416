"""What the registers answer while somebody types a new client."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import CompanySuggestion
from kartoteka.api.texts import Message
from kartoteka_crm_clients.registers import queries
from kartoteka_crm_clients.registers.fields import GONE_TITLE, REGISTER_TITLES, STATUS_TITLES
from kartoteka_crm_clients.registers.rules import Status

_SHORT = (
    ("uždaroji akcinė bendrovė", "UAB"),
    ("akcinė bendrovė", "AB"),
    ("mažoji bendrija", "MB"),
    ("viešoji įstaiga", "VšĮ"),
    ("individuali įmonė", "IĮ"),
    ("sabiedrība ar ierobežotu atbildību", "SIA"),
    ("акціонерне товариство", "АТ"),
    ("товариство з обмеженою відповідальністю", "ТОВ"),
    ("приватне підприємство", "ПП"),
    ("фермерське господарство", "ФГ"),
    ("державне підприємство", "ДП"),
)
_SHORT_OF = dict(_SHORT)
_LONG = re.compile("^(" + "|".join(long for long, _short in _SHORT) + r")\b", re.IGNORECASE)


def suggest(session: Session, query: str, country: str) -> Sequence[CompanySuggestion]:
    """Return companies of all registers that what was typed may mean; one statement, whatever their size."""
    return [suggestion_of(row) for row in queries.suggest(session, query, country)]


def suggestion_of(row: Any) -> CompanySuggestion:
    """Return a company as the form of a new client takes it."""
    return CompanySuggestion(
        name=short_name(row.name),
        source=REGISTER_TITLES[row.country],
        country=row.country,
        registration_code=row.code,
        vat_code=row.vat_code,
        legal_form=row.legal_form,
        street=row.street,
        city=row.city,
        region=row.region,
        postcode=row.postcode,
        warning=warning_of(row),
    )


def short_name(name: str) -> str:
    """Return a name with its legal form written as people write it: „Uždaroji akcinė bendrovė“ is UAB."""
    return _LONG.sub(lambda found: _SHORT_OF[found[1].lower()], name)


def warning_of(row: Any) -> Message | None:
    """Return what one should know before selling to a company, None when nothing speaks against it."""
    if row.status != Status.ACTIVE:
        return STATUS_TITLES[row.status]
    return GONE_TITLE if row.gone_on is not None else None
