"""Runs a report: reads its rows once, keeps those that fit on a page, adds up the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from kartoteka.builtin.reports.charts import Chart, ChartSums
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.work import Report, ReportColumn

ROWS_ON_A_PAGE = 1_000
"""Rows shown on the screen; files have them all."""

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """Rows under one heading; ``heading`` is None in a report that is not grouped."""

    heading: Any
    rows: list[Row]


@dataclass(frozen=True)
class Result:
    """What a report answered: the rows to show, how many there are in all, sums by column, the chart."""

    rows: list[Row]
    count: int
    totals: dict[str, int | Decimal]
    sections: list[Section] = field(default_factory=list)
    chart: Chart | None = None

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are shown."""
        return self.count > len(self.rows)


def run_report(report: Report, rows: Iterable[Row], limit: int = ROWS_ON_A_PAGE) -> Result:
    """Read all rows; sums and chart are made of all of them, ``limit`` are kept to be shown."""
    shown: list[Row] = []
    summed = summed_columns(report)
    totals: dict[str, int | Decimal] = dict.fromkeys((column.name for column in summed), 0)
    sums = ChartSums(report.chart) if report.chart else None
    count = 0
    for count, row in enumerate(rows, 1):
        if count <= limit:
            shown.append(row)
        for name in totals:
            totals[name] += _number(row.get(name))
        if sums is not None:
            sums.add(row)
    chart = sums.finish() if sums is not None else None
    return Result(shown, count, totals, _sections(report, shown), chart)


def summed_columns(report: Report) -> list[ReportColumn]:
    """Return the columns whose numbers are added up."""
    return [column for column in report.columns if column.total and column.type in NUMBERS]


def body_columns(report: Report) -> list[ReportColumn]:
    """Return the columns of the table; what the rows are grouped by stands in the headings."""
    return [column for column in report.columns if column.name != report.group]


def _sections(report: Report, rows: list[Row]) -> list[Section]:
    group = report.group
    if group is None:
        return [Section(None, rows)] if rows else []
    return [Section(value, list(members)) for value, members in groupby(rows, key=lambda row: row.get(group))]


def _number(value: Any) -> int | Decimal:
    if value is None:
        return 0
    return value if isinstance(value, (int, Decimal)) else Decimal(str(value))
