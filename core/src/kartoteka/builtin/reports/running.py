"""Runs a report: reads its rows once, keeps those that fit on a page, adds up all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kartoteka.builtin.reports.charts import Chart, ChartSums
from kartoteka.builtin.reports.pivot import Pivot, PivotTable
from kartoteka.builtin.reports.sums import NUMBERS, Common, Row, Sums, Totals
from kartoteka.extension.declarations.work import Report, ReportColumn

__all__ = ["NUMBERS", "ROWS_ON_A_PAGE", "Result", "Row", "Section", "body_columns", "run_report", "summed_columns"]

ROWS_ON_A_PAGE = 1_000
"""Rows shown on the screen; files have them all."""


@dataclass(frozen=True)
class Section:
    """Rows under one heading; ``heading`` is None in a report that is not grouped.

    ``totals`` are the sums of its numbers, ``common`` is what its rows have in common.
    """

    heading: Any
    rows: list[Row]
    totals: dict[str, Totals] = field(default_factory=dict)
    common: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What a report answered: the rows to show, how many there are in all, sums by column, the chart, the pivot."""

    rows: list[Row]
    count: int
    totals: dict[str, Totals]
    sections: list[Section] = field(default_factory=list)
    chart: Chart | None = None
    pivot: PivotTable | None = None
    common: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are shown."""
        return self.count > len(self.rows)


def run_report(report: Report, rows: Iterable[Row], limit: int = ROWS_ON_A_PAGE, pivot: Pivot | None = None) -> Result:
    """Read all rows; sums, chart and pivot are made of all of them, ``limit`` are kept to be shown."""
    shown: list[Row] = []
    sums = Sums(summed_columns(report))
    common = Common(wanted=report.behind is not None)
    drawn = _chart_sums(report)
    turned = pivot.begin(traced=report.behind is not None) if pivot else None
    count = 0
    for count, row in enumerate(rows, 1):
        if count <= limit:
            shown.append(row)
        sums.add(row)
        common.add(row)
        if drawn is not None:
            drawn.add(row)
        if turned is not None:
            turned.add(row)
    return Result(
        rows=shown,
        count=count,
        totals=sums.totals,
        sections=_sections(report, shown),
        chart=drawn.finish() if drawn is not None else None,
        pivot=turned.finish() if turned is not None else None,
        common=common.values,
    )


def _chart_sums(report: Report) -> ChartSums | None:
    chart = report.chart
    if chart is None:
        return None
    unit = next((column.unit for column in report.columns if column.name == chart.value), None)
    return ChartSums(chart, unit=unit, traced=report.behind is not None)


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
    return [_section(report, value, list(members)) for value, members in groupby(rows, key=lambda row: row.get(group))]


def _section(report: Report, heading: Any, rows: list[Row]) -> Section:
    sums, common = Sums(summed_columns(report)), Common(wanted=report.behind is not None)
    for row in rows:
        sums.add(row)
        common.add(row)
    return Section(heading, rows, sums.totals, common.values)
