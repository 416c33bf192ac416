"""What may be stored as sales terms: errors by field, one door for forms, services, API and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from kartoteka.api.texts import Message, Texts, clean_line
from kartoteka_crm_clients.checking import Findings
from kartoteka_crm_clients.terms.fields import CURRENCIES, FIELDS

_ = Texts("crm_clients")

LONGEST_REASON = 300
MOST_DAYS = 365
DEFAULT_CURRENCY = CURRENCIES[0]
_HIGHEST = Decimal(10) ** 12
_CENT = Decimal("0.01")
_OFFER = _("Choose one of the values offered.")
Read = tuple[Any, "Message | None"]


def check_terms(values: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Findings:
    """Clean and check terms by field name; ``known`` holds what is agreed already. A block must say why."""
    found = Findings()
    for name, given in values.items():
        value, problem = _READERS[name](given) if name in FIELDS else (given, _("There is no such field."))
        found.values[name] = value
        if problem is not None:
            found.errors[name] = problem
    whole = {**(known or {}), **found.values}
    if "credit_limit" in values and whole.get("credit_limit") is not None and not whole.get("credit_currency"):
        found.values["credit_currency"] = DEFAULT_CURRENCY
    if whole.get("is_blocked") and not whole.get("block_reason") and {"is_blocked", "block_reason"} & values.keys():
        found.errors.setdefault("block_reason", _("Say why: whoever tries to sell reads it."))
    return found


def _read_flag(given: Any) -> Read:
    if isinstance(given, str):
        folded = given.strip().casefold()
        return folded in _YES, None if folded in _YES or folded in _NO else _("Write yes or no.")
    return bool(given), None


def _read_reason(given: Any) -> Read:
    text = clean_line(None if given is None else str(given))
    longest = LONGEST_REASON
    too_long = _("This is too long: at most %(longest)s characters fit here.", longest=longest)
    return text, too_long if len(text) > longest else None


def _read_amount(given: Any) -> Read:
    number, problem = _read_number(given)
    if number is not None and not 0 <= number < _HIGHEST:
        return None, _("This number cannot be right. Write it as 1250 or 1250.50.")
    return number, problem


def _read_percent(given: Any) -> Read:
    number, problem = _read_number(given)
    if number is not None and not 0 <= number <= 100:
        return None, _("Write a percentage from 0 to 100.")
    return number, problem


def _read_number(given: Any) -> tuple[Decimal | None, Message | None]:
    if given in (None, ""):
        return None, None
    problem = _("This is not a number. Write it as 1250 or 1250.50.")
    try:
        number = Decimal("".join(str(given).replace("%", "").split()).replace(",", "."))
        return (number.quantize(_CENT), None) if number.is_finite() and abs(number) < _HIGHEST * 10 else (None, problem)
    except InvalidOperation:
        return None, problem


def _read_days(given: Any) -> Read:
    if given in (None, ""):
        return None, None
    written = str(given).strip()
    if written.isascii() and written.isdigit() and len(written) < 6 and int(written) <= MOST_DAYS:
        return int(written), None
    return None, _("Write a number of days from 0 to %(most)s.", most=MOST_DAYS)


def _read_currency(given: Any) -> Read:
    code = clean_line(None if given is None else str(given)).upper()
    return code, None if not code or code in CURRENCIES else _OFFER


def _read_entry(given: Any) -> Read:
    if given in (None, "", 0, "0"):
        return None, None
    written = str(given).strip()
    is_id = written.isascii() and written.isdigit() and len(written) < 10
    return (int(written), None) if is_id else (None, _OFFER)


_YES = frozenset({"yes", "true", "1", "x", "taip", "jah", "так", "да"})
_NO = frozenset({"", "no", "false", "0", "ne", "ei", "ні", "нет"})
_READERS: Mapping[str, Callable[[Any], Read]] = {
    "is_blocked": _read_flag,
    "block_reason": _read_reason,
    "credit_limit": _read_amount,
    "credit_currency": _read_currency,
    "payment_days": _read_days,
    "price_level": _read_entry,
    "discount_group": _read_entry,
    "discount": _read_percent,
}
