"""What an action is given, as plain values that a job can keep, and back: ids and the values of its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_TAG = "$"


def pack_ids(ids: Iterable[int]) -> str:
    """Return ids as one short text, runs of them as "first-last"; ascending, each once."""
    runs: list[list[int]] = []
    for number in sorted(set(ids)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def unpack_ids(packed: str) -> list[int]:
    """Return the ids of a packed text, ascending."""
    found: list[int] = []
    for run in filter(None, packed.split(",")):
        first, _sign, last = run.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def pack_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a form as JSON knows them; raises TypeError for a value of another type, such as a file."""
    return {name: _pack(value) for name, value in values.items()}


def unpack_values(packed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that `pack_values` was given."""
    return {name: _unpack(value) for name, value in packed.items()}


def _pack(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_pack(one) for one in value]
    if isinstance(value, datetime):
        return {_TAG: "datetime", "value": value.isoformat()}
    if isinstance(value, date):
        return {_TAG: "date", "value": value.isoformat()}
    if isinstance(value, Decimal):
        return {_TAG: "decimal", "value": str(value)}
    raise TypeError(f"A job cannot keep a value of type {type(value).__name__}.")


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpack(one) for one in value]
    if isinstance(value, Mapping):
        return _READERS[value[_TAG]](value["value"])
    return value


_READERS: Mapping[str, Any] = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal}
