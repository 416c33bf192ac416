"""A report as its page shows it: cells, sums and figures in the reader's words, each with the way to its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kartoteka.builtin.reports import cells
from kartoteka.builtin.reports.asking import Asked
from kartoteka.builtin.reports.charts import Chart
from kartoteka.builtin.reports.pivot import Cell, PivotTable
from kartoteka.builtin.reports.running import Result, body_columns, summed_columns
from kartoteka.builtin.reports.sums import Totals
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _


@dataclass(frozen=True)
class Figure:
    """A number as it is read, and the address of the records behind it."""

    text: str
    url: str | None = None


@dataclass(frozen=True)
class ShownPivot:
    """A pivot table in the reader's words."""

    title: Translatable
    heads: list[str]
    lines: list[tuple[str, list[Figure | None], Figure]]
    feet: list[Figure]
    total: Figure
    figure_title: Translatable


class Showing:
    """Writes what a report answered."""

    def __init__(self, asked: Asked) -> None:
        self._report = asked.report
        self._params = asked.params

    def page(self, result: Result) -> dict[str, Any]:
        """Return the values for the template of a report's page."""
        report = self._report
        write = cells.table_writer(body_columns(report))
        return {
            "sections": [
                {
                    "heading": cells.heading_of(section.heading),
                    "rows": write(section.rows),
                    "totals": self._totals(section.totals, section.common) if report.group else {},
                    "count": self.figure({None: len(section.rows)}, section.common),
                }
                for section in result.sections
            ],
            "totals": self._totals(result.totals, result.common),
            "summed": {column.name for column in summed_columns(report)},
            "count": self.figure({None: result.count}, result.common),
            "chart": self.chart(result),
            "pivot": self.pivot(result.pivot),
        }

    def figure(self, totals: Totals, common: Mapping[str, Any] | None) -> Figure:
        """Return sums as they are read, apart for each unit, with the way to the records behind them."""
        return Figure(cells.write_totals(totals), None if common is None else self.behind(common))

    def behind(self, common: Mapping[str, Any]) -> str | None:
        """Return the address of the list with the records that have this in common, None when there is no such list."""
        ask = self._report.behind
        if ask is None:
            return None
        try:
            address = ask(self._params, common)
        except Exception:  # noqa: BLE001 - a figure without a link is still a figure
            return None
        return address if cells.is_safe(address) else None

    def chart(self, result: Result) -> dict[str, Any] | None:
        """Return the chart as a drawing and as a table; None when there is nothing to draw."""
        chart, declared = result.chart, self._report.chart
        if chart is None or declared is None or len(chart.labels) * len(chart.series) < 2:
            return None
        titles = {column.name: column.title for column in self._report.columns}
        title = str(titles[declared.value]) if declared.value else str(_("Rows"))
        labels = [cells.plain(label) for label in chart.labels]
        heads = self._heads(chart, title)
        links = [[None if one is None else self.behind(one) for one in series.commons] for series in chart.series]
        drawing = chart.drawing(labels, heads)
        for drawn, found in zip(drawing["data"]["datasets"], links, strict=True):
            if any(found):
                drawn["links"] = found
        columns = [
            list(zip(series.numbers, found or [None] * len(labels), strict=True))
            for series, found in zip(chart.series, links, strict=True)
        ]
        left_out = [series.left_out for series in chart.series]
        return {
            "drawing": drawing,
            "label_title": titles[declared.label],
            "value_title": title,
            "heads": heads,
            "lines": list(zip(labels, zip(*columns, strict=True), strict=True)),
            "left_out": left_out if any(left_out) else None,
        }

    def _heads(self, chart: Chart, title: str) -> list[str]:
        """Return what each series is called: by its name, and by its unit where there are several."""
        named = self._report.chart is not None and self._report.chart.series is not None
        is_one_unit = len({one.unit for one in chart.series}) == 1
        found = []
        for one in chart.series:
            parts = [cells.plain(one.name)] if named else []
            parts += [] if is_one_unit else [cells.plain(one.unit)]
            found.append(", ".join(parts) or title)
        return found

    def pivot(self, table: PivotTable | None) -> ShownPivot | None:
        """Return a pivot table in the reader's words."""
        if table is None:
            return None
        asked = table.pivot
        return ShownPivot(
            title=asked.down.column.title,
            heads=[cells.label_of(head) for head in table.heads],
            lines=[
                (cells.label_of(label), [self._cell(cell) for cell in found], self.figure(total.totals, total.common))
                for label, found, total in table.lines
            ],
            feet=[self.figure(foot.totals, foot.common) for foot in table.feet],
            total=self.figure(table.total.totals, table.total.common),
            figure_title=asked.figure.title if asked.figure else _("Rows"),
        )

    def _cell(self, cell: Cell | None) -> Figure | None:
        return None if cell is None else self.figure(cell.totals, cell.common)

    def _totals(self, totals: Mapping[str, Totals], common: Mapping[str, Any]) -> dict[str, Figure]:
        url = self.behind(common)
        return {name: Figure(cells.write_totals(sums), url) for name, sums in totals.items()}
