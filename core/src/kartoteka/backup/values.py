"""Values of table rows as lines of JSON that mean the same whichever database they came from or go to."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Date, DateTime, Double, Float, LargeBinary, Numeric, Time
from sqlalchemy.types import TypeEngine

Reader = Callable[[Any], Any]


def to_line(values: Sequence[Any]) -> bytes:
    """Return the values of a row as one line of JSON; equal rows of two engines give equal lines."""
    plain = [_plain(value) for value in values]
    written = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{written}\n".encode()


def from_line(line: bytes, readers: Sequence[Reader]) -> list[Any]:
    """Return the values of a line for columns with these readers; raises ValueError for a line that doesn't fit."""
    values = json.loads(line)
    if not isinstance(values, list):
        raise ValueError("A line holds one row.")
    return [None if value is None else read(value) for value, read in zip(values, readers, strict=True)]


def reader_of(column: Column[Any]) -> Reader:
    """Return what turns a value of a line into one that the driver stores in a column."""
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, DateTime):
        return _read_aware if kind.timezone else datetime.fromisoformat
    for types, read in _READERS:
        if isinstance(kind, types):
            return read
    return _same


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        utc = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return utc.isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _read_aware(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def _same(value: Any) -> Any:
    return value


_READERS: tuple[tuple[type | tuple[type, ...], Reader], ...] = (
    (Date, date.fromisoformat),
    (Time, time.fromisoformat),
    ((Float, Double), float),
    (Numeric, Decimal),
    (LargeBinary, base64.b64decode),
    (JSON, _same),
)
