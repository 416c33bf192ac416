"""Messages as JSON: the text in English with its values, so that each reader gets it in his language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kartoteka.vocabulary.message import CORE_DOMAIN, Message

LONGEST_VALUE = 300
Shown = Callable[[date | datetime | Decimal], str]
"""Writes a date, a moment or an amount for the reader."""


def encode(message: Message) -> dict[str, Any]:
    """Return a message as JSON can hold it; what is neither text, number, date nor message is written out."""
    coded: dict[str, Any] = {"text": message.text}
    if message.values:
        coded["values"] = {name: _encode(value) for name, value in message.values.items()}
    if message.domain != CORE_DOMAIN:
        coded["domain"] = message.domain
    if message.plural is not None:
        coded |= {"plural": message.plural, "count": message.count}
    if message.context is not None:
        coded["context"] = message.context
    return coded


def decode(coded: Mapping[str, Any], shown: Shown) -> Message:
    """Return the message again; ``shown`` writes dates, moments and amounts."""
    return Message(
        str(coded.get("text", "")),
        {name: _decode(value, shown) for name, value in coded.get("values", {}).items()},
        coded.get("domain", CORE_DOMAIN),
        plural=coded.get("plural"),
        count=coded.get("count"),
        context=coded.get("context"),
    )


def _encode(value: object) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Message):
        return {"message": encode(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"amount": str(value)}
    return str(value)[:LONGEST_VALUE]


def _decode(value: Any, shown: Shown) -> object:
    if not isinstance(value, dict):
        return value
    match value:
        case {"message": coded}:
            return decode(coded, shown)
        case {"moment": written}:
            return shown(datetime.fromisoformat(written))
        case {"date": written}:
            return shown(date.fromisoformat(written))
        case {"amount": written}:
            return shown(Decimal(written))
    return ""
