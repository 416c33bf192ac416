"""Sums of a report: exact, apart for each unit, and what the rows behind a figure have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.work import ReportColumn

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
Row = Mapping[str, Any]
Number = int | Decimal
Totals = dict[Any, Number]
"""Sums by unit; numbers without a unit stand under None."""


class Sums:
    """Adds up the numbers of columns, row by row; ``totals`` are the sums by column and unit."""

    def __init__(self, columns: Sequence[ReportColumn]) -> None:
        self._columns = [(column.name, column.unit) for column in columns]
        self.totals: dict[str, Totals] = {name: {} if unit else {None: 0} for name, unit in self._columns}

    def add(self, row: Row) -> None:
        """Count a row in."""
        for name, unit in self._columns:
            value = row.get(name)
            if value is None:
                continue
            totals, key = self.totals[name], row.get(unit) if unit else None
            totals[key] = totals.get(key, 0) + exact(value)


class Common:
    """What all rows have in common: values by name. Nothing is gathered unless it is ``wanted``."""

    def __init__(self, *, wanted: bool = True) -> None:
        self.values: dict[str, Any] = {}
        self._is_first = wanted
        self._wanted = wanted

    def add(self, row: Row) -> None:
        """Keep only what this row has, too."""
        if self._is_first:
            self.values, self._is_first = dict(row), False
        elif self._wanted and self.values:
            gone = [name for name, value in self.values.items() if row.get(name) != value]
            for name in gone:
                del self.values[name]


def exact(value: Any) -> Number:
    """Return a number that can be added up without rounding."""
    return value if isinstance(value, (int, Decimal)) else Decimal(str(value))
