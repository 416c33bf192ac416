"""Pivot tables: the rows of a report grouped by one column, or by two, with sums in every direction (X-32)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from kartoteka.builtin.reports.sums import NUMBERS, Common, Number, Row, Totals, exact
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.work import Report, ReportColumn
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.period import Period
from kartoteka.web.i18n import current_formats

COUNT: Final = "count"
MOST_ACROSS: Final = 24
"""Columns of a pivot table; what is beyond them is put together."""
MOST_DOWN: Final = 1_000
REST: Final = ("rest",)
DAYS: Final = frozenset({FieldType.DATE, FieldType.DATETIME})
PARTS: Final = {"": _("by day"), "month": _("by month"), "year": _("by year")}


@dataclass(frozen=True)
class Part:
    """A month or a year (``month`` 0) that days are put together by."""

    year: int
    month: int = 0

    def __str__(self) -> str:
        return current_formats().month(date(self.year, self.month, 1)) if self.month else f"{self.year:04}"

    @property
    def period(self) -> Period:
        """Its days."""
        return Period.month(self.year, self.month) if self.month else Period.year(self.year)


@dataclass(frozen=True)
class Axis:
    """What a pivot table is grouped by in one direction: a column and, for days, ``part`` of "month" or "year"."""

    column: ReportColumn
    part: str = ""

    @property
    def code(self) -> str:
        """How the axis stands in an address."""
        return f"{self.column.name}:{self.part}" if self.part else self.column.name

    def value(self, row: Row) -> Any:
        """Return what a row is grouped under."""
        found = row.get(self.column.name)
        if isinstance(found, datetime):
            found = current_formats().local(found).date()
        if self.part and isinstance(found, date):
            return Part(found.year, found.month if self.part == "month" else 0)
        return None if found == "" else found


@dataclass(frozen=True)
class Cell:
    """A figure of a pivot table: sums by unit, and what the rows behind it have in common.

    Days that were put together are a Period there; ``common`` is None for figures that have no list of their own.
    """

    totals: Totals
    common: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class PivotTable:
    """A pivot table: ``lines`` are (label, cells in the order of ``heads``, sum of the line).

    A label or a head of REST stands for all that did not fit. ``heads`` is empty when it is grouped by one column.
    """

    pivot: Pivot
    heads: list[Any]
    lines: list[tuple[Any, list[Cell | None], Cell]]
    feet: list[Cell]
    total: Cell


@dataclass(frozen=True)
class Pivot:
    """How a report is turned: by what in lines, by what in columns, and which number, None for counting rows."""

    down: Axis
    across: Axis | None = None
    figure: ReportColumn | None = None

    def begin(self, *, traced: bool) -> PivotSums:
        """Return what adds up the rows."""
        return PivotSums(self, traced=traced)


class _Sum:
    """Sums by unit and what their rows have in common."""

    def __init__(self, *, traced: bool) -> None:
        self.totals: Totals = {}
        self.common = Common(wanted=traced)

    def add(self, row: Row, unit: Any, value: Number) -> None:
        self.totals[unit] = self.totals.get(unit, 0) + value
        self.common.add(row)


class PivotSums:
    """Adds up the rows of a report by the values of one or two columns."""

    def __init__(self, pivot: Pivot, *, traced: bool) -> None:
        self._pivot = pivot
        self._traced = traced
        self._cells: dict[tuple[Any, Any], _Sum] = {}
        self._lines: dict[Any, _Sum] = {}
        self._heads: dict[Any, _Sum] = {}
        self._total = _Sum(traced=traced)

    def add(self, row: Row) -> None:
        """Count a row in."""
        pivot, figure = self._pivot, self._pivot.figure
        value = 1 if figure is None else row.get(figure.name)
        if value is None:
            return
        unit = row.get(figure.unit) if figure is not None and figure.unit else None
        line = self._place(self._lines, pivot.down.value(row), MOST_DOWN)
        sums = [self._sum(self._lines, line), self._total]
        if pivot.across is not None:
            head = self._place(self._heads, pivot.across.value(row), MOST_ACROSS)
            sums += [self._sum(self._heads, head), self._sum(self._cells, (line, head))]
        for one in sums:
            one.add(row, unit, exact(value))

    def finish(self) -> PivotTable:
        """Return the table, days in their order and everything else as it came."""
        heads, lines = _ordered(self._heads), _ordered(self._lines)
        return PivotTable(
            self._pivot,
            heads,
            [
                (line, [self._cell(self._cells.get((line, head)), line, head) for head in heads], self._line(line))
                for line in lines
            ],
            [self._cell(self._heads[head], None, head) or Cell({}) for head in heads],
            Cell(self._total.totals, self._total.common.values),
        )

    def _line(self, line: Any) -> Cell:
        return self._cell(self._lines[line], line, None) or Cell({})

    def _cell(self, found: _Sum | None, line: Any, head: Any) -> Cell | None:
        if found is None:
            return None
        if REST in (line, head):
            return Cell(found.totals)
        common = dict(found.common.values)
        for axis, key in ((self._pivot.down, line), (self._pivot.across, head)):
            if axis is not None and isinstance(key, Part):
                common[axis.column.name] = key.period
        return Cell(found.totals, common)

    def _place(self, known: Mapping[Any, _Sum], value: Any, most: int) -> Any:
        return value if value in known or len(known) < most else REST

    def _sum(self, sums: dict[Any, _Sum], key: Any) -> _Sum:
        found = sums.get(key)
        if found is None:
            found = sums[key] = _Sum(traced=self._traced)
        return found


def read_pivot(report: Report, asked: Mapping[str, str]) -> Pivot | None:
    """Return how an address asks for a report to be turned; None when it does not, or names what is not there."""
    down = _axis(report, asked.get("pivot_by", ""))
    if down is None:
        return None
    across = _axis(report, asked.get("pivot_across", ""))
    return Pivot(down, None if across == down else across, figures_of(report).get(asked.get("pivot_of", COUNT)))


def axes_of(report: Report) -> list[Axis]:
    """Return what a report can be grouped by: everything but numbers that are added up."""
    axes: list[Axis] = []
    for column in report.columns:
        if column.type in NUMBERS and column.total:
            continue
        parts: Sequence[str] = tuple(PARTS) if column.type in DAYS else ("",)
        axes += [Axis(column, part) for part in parts]
    return axes


def figures_of(report: Report) -> dict[str, ReportColumn]:
    """Return the numbers of a report that can be added up, by name."""
    return {column.name: column for column in report.columns if column.total and column.type in NUMBERS}


def _axis(report: Report, code: str) -> Axis | None:
    return next((axis for axis in axes_of(report) if axis.code == code), None)


def _day_of(key: date | Part | None) -> date:
    if key is None:
        return date.min
    return key.period.first if isinstance(key, Part) else key


def _ordered(sums: Mapping[Any, Any]) -> list[Any]:
    keys = [key for key in sums if key != REST]
    if keys and all(isinstance(key, (date, Part)) for key in keys if key is not None):
        keys.sort(key=_day_of)
    return [*keys, *(key for key in sums if key == REST)]
