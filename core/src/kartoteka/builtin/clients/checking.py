"""What the registry thinks of a client's values: errors stop a save, warnings mark the value as unusual.

One door for the form, the edit in place, the API and the loading of files: :func:`check_values`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from kartoteka.db.members import is_member
from kartoteka.extension.company_fields import fields_here
from kartoteka.vocabulary import identifiers
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_block, clean_line, no_value

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

NOTHING: Mapping[str, str] = {"kind": "company", "country": "", **dict.fromkeys(CHECKED_FIELDS, "")}
"""What :func:`unusual_fields` looks at, for a client of whom nothing is known."""

COMPANY_ONLY = frozenset({"company_name", "registration_code", "vat_code", "activity"})
"""Fields that the card of a natural person hides and keeps (CL-55)."""
PERSON_ONLY = frozenset({"first_name", "surname", "personal_code", "birth_date", "sex", "income"})
"""Fields that the card of a company hides and keeps (CL-55)."""

LENGTHS: Mapping[str, int] = {
    "company_name": 300,
    "first_name": 100,
    "surname": 200,
    "personal_code": 80,
    "registration_code": 80,
    "vat_code": 80,
    "external_source": 60,
    "external_id": 120,
    "phone": 100,
    "mobile": 100,
    "fax": 100,
    "email": 510,
    "website": 500,
    "bank_account": 80,
    "activity": 200,
    "notes": 20_000,
}
"""The longest text taken, in characters, by field."""

CHOICES: Mapping[str, frozenset[str]] = {
    "kind": frozenset({"company", "person"}),
    "relationship": frozenset({"existing", "potential"}),
    "importance": frozenset({"", "a", "b", "c"}),
    "client_kind": frozenset({"", "regular", "key", "occasional"}),
    "sex": frozenset({"", "female", "male"}),
}

MAY_BE_NULL = frozenset({"birth_date", "income", "external_source", "external_id", "group_id", "manager_id"})
_EARLIEST = date(1850, 1, 1)
_LATEST = date(2200, 1, 1)
_HIGHEST_ID = 2**31
_HIGHEST_INCOME = Decimal(10) ** 9


@dataclass(frozen=True)
class Findings:
    """What was found: ``values`` as they may be stored, ``errors`` and ``warnings`` by field."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)


def hidden_fields(kind: str) -> frozenset[str]:
    """Return the fields that a client of this kind keeps but does not show (CL-55)."""
    return COMPANY_ONLY if kind == "person" else PERSON_ONLY


def check_values(values: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Findings:
    """Clean and check the values of a client.

    ``known`` holds what the record already has, so that a single field can be checked by the country and kind beside
    it. Codes, phones and addresses of any quality warn; only what makes no sense at all is an error. Fields that the
    kind hides are cleaned but not complained about.
    """
    found = Findings()
    for name, given in values.items():
        found.values[name], problem = _cleaned(name, given)
        if problem is not None:
            found.errors[name] = problem
    whole = {**(known or {}), **found.values}
    kind = str(whole.get("kind") or "company")
    _identify(found, kind, str(whole.get("country") or ""))
    _require_name(kind, whole, values, found)
    return found


def checked_value(name: str, typed: str, country: str) -> str:
    """Return the form in which a code, phone or address is compared; "" when it has none."""
    return (_examined(name, typed, country).value or "") if typed else ""


def unusual_fields(values: Mapping[str, Any]) -> list[str]:
    """Return the names of shown fields whose value was kept although it looks wrong."""
    hidden = hidden_fields(str(values["kind"]))
    country = values["country"] or ""
    shown = (name for name in CHECKED_FIELDS if name not in hidden and values[name])
    return [name for name in shown if _examined(name, values[name], country).problem is not None]


def unusual_reasons(values: Mapping[str, Any]) -> dict[str, Message]:
    """Return, for each field that looks wrong, the sentence that says why."""
    country = values["country"] or ""
    found = ((name, _examined(name, values[name], country).problem) for name in unusual_fields(values))
    return {name: problem for name, problem in found if problem is not None}


@lru_cache(maxsize=4_096)
def _examined(name: str, typed: str, country: str) -> Any:
    return _CHECKS[name](typed, country)


def _identify(found: Findings, kind: str, country: str) -> None:
    hidden = hidden_fields(kind)
    for name in CHECKED_FIELDS:
        typed = found.values.get(name)
        if not typed or name in hidden or name in found.errors:
            continue
        checked = _examined(name, typed, country)
        if checked.problem is not None:
            (found.errors if checked.is_error else found.warnings)[name] = checked.problem


def _cleaned(name: str, given: Any) -> tuple[Any, Message | None]:
    if read := _READERS.get(name):
        return read(given)
    if name in CHOICES:
        choice = str(given or "")
        problem = None if choice in CHOICES[name] else _("Choose one of the values offered.")
        return choice, problem
    return _read_own(name, given) if is_member(name) else _cleaned_text(name, given)


def _read_own(name: str, given: Any) -> tuple[Any, Message | None]:
    """Read a value of a field that the company has added."""
    own = next((one for one in fields_here("clients.client") if one.name == name), None)
    return (None, _("Clients have no such field.")) if own is None else own.read(given)


def _cleaned_text(name: str, given: Any) -> tuple[Any, Message | None]:
    text = clean_block(given) if name == "notes" else clean_line(None if given is None else str(given))
    if name in _CHECKS and no_value(text):
        text = ""
    longest = LENGTHS.get(name, 300)
    if len(text) > longest:
        return text, _("This is too long: at most %(longest)s characters fit here.", longest=longest)
    return (text or None) if name in MAY_BE_NULL else text, None


def _read_date(given: Any) -> tuple[date | None, Message | None]:
    if given in (None, "") or isinstance(given, date):
        day = given or None
    else:
        try:
            day = date.fromisoformat(str(given).strip())
        except ValueError:
            return None, _("This is not a date. Write it as 2026-11-22.")
    if day is not None and not _EARLIEST <= day < _LATEST:
        return day, _("Check the year of this date.")
    return day, None


def _read_required_date(given: Any) -> tuple[date | None, Message | None]:
    day, problem = _read_date(given)
    return day, problem or (_("Enter a date.") if day is None else None)


def _read_income(given: Any) -> tuple[Decimal | None, Message | None]:
    if given in (None, ""):
        return None, None
    try:
        number = Decimal(str(given).replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None, _("This is not a number. Write it as 1250 or 1250.50.")
    if not number.is_finite() or not 0 <= number < _HIGHEST_INCOME:
        return None, _("This number cannot be right. Write it as 1250 or 1250.50.")
    return number.quantize(Decimal("0.01")), None


def _read_country(given: Any) -> tuple[str, Message | None]:
    typed = clean_line(None if given is None else str(given))
    if no_value(typed):
        return "", None
    code = identifiers.country_code(typed)
    if code is None:
        return "", _("There is no such country. Write its name or its two letters, such as LT.")
    return code, None


def _read_id(given: Any) -> tuple[int | None, Message | None]:
    if given in (None, "", 0, "0"):
        return None, None
    problem = _("Choose one of the values offered.")
    try:
        number = int(given)
    except (TypeError, ValueError):
        return None, problem
    return (number, None) if 0 < number < _HIGHEST_ID else (None, problem)


_READERS: dict[str, Callable[[Any], tuple[Any, Message | None]]] = {
    "birth_date": _read_date,
    "registered_on": _read_required_date,
    "income": _read_income,
    "country": _read_country,
    "group_id": _read_id,
    "manager_id": _read_id,
}


def _require_name(kind: str, whole: Mapping[str, Any], given: Mapping[str, Any], found: Findings) -> None:
    """Note an error when the client would have no name: a company's, or a person's surname or first name."""
    if not {"kind", "company_name", "surname", "first_name"} & set(given):
        return
    if kind == "person" and not (whole.get("surname") or whole.get("first_name")):
        found.errors.setdefault("surname", _("Enter the surname or the first name."))
    if kind == "company" and not whole.get("company_name"):
        found.errors.setdefault("company_name", _("Enter the name of the company."))
