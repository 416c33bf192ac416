"""Messages as plain values, so that what a program says today is read in anybody's language tomorrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kartoteka.vocabulary.message import Message, Translatable

_MARK = "message"
_PLAIN = (str, int, float, bool, type(None))
_READ: Mapping[str, Callable[[str], date | Decimal]] = {
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "amount": Decimal,
}

Shown = Callable[[date | datetime | Decimal], str]
"""Writes a day, a moment or an amount for whoever reads it."""


def to_plain(text: Translatable) -> str | dict[str, Any]:
    """Return a text as JSON keeps it; days, moments and amounts stay what they are, other values as they read now."""
    if not isinstance(text, Message):
        return str(text)
    plain: dict[str, Any] = {_MARK: text.text, "domain": text.domain}
    if text.values:
        plain["values"] = {name: _plain_value(value) for name, value in text.values.items()}
    for name in ("plural", "count", "context"):
        if getattr(text, name) is not None:
            plain[name] = getattr(text, name)
    return plain


def from_plain(plain: Any, shown: Shown = str) -> Translatable:
    """Return the text that `to_plain` was given, with days, moments and amounts as ``shown`` writes them."""
    if not isinstance(plain, Mapping) or _MARK not in plain:
        return str(plain)
    values = {str(name): _value(value, shown) for name, value in plain.get("values", {}).items()}
    more = {name: plain[name] for name in ("domain", "plural", "count", "context") if name in plain}
    return Message(str(plain[_MARK]), values, **more)


def _plain_value(value: object) -> Any:
    if isinstance(value, Message):
        return to_plain(value)
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"amount": str(value)}
    return value if isinstance(value, _PLAIN) else str(value)


def _value(plain: Any, shown: Shown) -> object:
    if not isinstance(plain, Mapping):
        return plain
    for name, read in _READ.items():
        if name in plain:
            return shown(read(plain[name]))
    return from_plain(plain, shown)
