"""Messages as plain values, so that what a program says today is read in anybody's language tomorrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.vocabulary.message import Message, Translatable

_MARK = "message"
_PLAIN = (str, int, float, bool, type(None))


def to_plain(text: Translatable) -> str | dict[str, Any]:
    """Return a text as JSON keeps it; values that JSON does not know are kept as they read now."""
    if not isinstance(text, Message):
        return str(text)
    plain: dict[str, Any] = {_MARK: text.text, "domain": text.domain}
    if text.values:
        plain["values"] = {name: _plain_value(value) for name, value in text.values.items()}
    for name in ("plural", "count", "context"):
        if getattr(text, name) is not None:
            plain[name] = getattr(text, name)
    return plain


def from_plain(plain: Any) -> Translatable:
    """Return the text that `to_plain` was given."""
    if not isinstance(plain, Mapping) or _MARK not in plain:
        return str(plain)
    values = {str(name): _value(value) for name, value in plain.get("values", {}).items()}
    more = {name: plain[name] for name in ("domain", "plural", "count", "context") if name in plain}
    return Message(str(plain[_MARK]), values, **more)


def _plain_value(value: object) -> Any:
    if isinstance(value, Message):
        return to_plain(value)
    return value if isinstance(value, _PLAIN) else str(value)


def _value(plain: Any) -> object:
    return from_plain(plain) if isinstance(plain, Mapping) else plain
