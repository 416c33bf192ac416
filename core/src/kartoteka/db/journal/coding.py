"""Values as JSON and back, without loss, and the digest that proves them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.types import TypeDecorator, TypeEngine

_PLAIN = (str, bool, int, float, type(None))


def encode(value: Any) -> Any:
    """Return a value as JSON knows it: numbers with a scale, dates and moments as text, moments in UTC.

    Raises TypeError for what no column of ours can hold.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if coder := _ENCODERS.get(kind):
        return coder(value)
    for known, coder in _ENCODERS.items():
        if isinstance(value, known):
            return coder(value)
    return json.loads(json.dumps(value, default=encode))


def decode(value: Any, type_: TypeEngine[Any]) -> Any:
    """Return the value that ``encode`` was given, by the type of the column it belongs to."""
    if value is None:
        return None
    decoder = _DECODERS.get(_python_type(type_))
    return decoder(value) if decoder else value


def canonical(changes: Mapping[str, Any]) -> str:
    """Return the one text that stands for these (encoded) values: sorted keys, no spaces."""
    return json.dumps(changes, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def parsed(text: str) -> Any:
    """Read a canonical text."""
    return json.loads(text)


def digest_of(salt: str, text: str) -> str:
    """Return SHA-256 of salt and canonical text, in hexadecimal."""
    return hashlib.sha256((salt + text).encode()).hexdigest()


def _encode_moment(value: datetime) -> str:
    return (value if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _python_type(type_: TypeEngine[Any]) -> type[Any] | None:
    try:
        return (type_.impl_instance if isinstance(type_, TypeDecorator) else type_).python_type
    except NotImplementedError:
        return None


_ENCODERS: dict[type[Any], Callable[[Any], Any]] = {
    datetime: _encode_moment,  # before date, which it is a kind of
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda value: value / timedelta(microseconds=1),
    Decimal: str,
    bytes: bytes.hex,
    uuid.UUID: str,
    str: str.__str__,  # members of a StrEnum as plain texts
    bool: bool,
    int: int,
}

_DECODERS: dict[type[Any] | None, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    timedelta: lambda value: timedelta(microseconds=value),
    Decimal: Decimal,
    float: float,
    bytes: bytes.fromhex,
    uuid.UUID: uuid.UUID,
}
