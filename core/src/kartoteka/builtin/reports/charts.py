"""The picture of a report, as the numbers it is drawn from: for the script that draws it and for a table beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kartoteka.builtin.reports.sums import Common, exact
from kartoteka.extension.declarations.work import ReportChart
from kartoteka.vocabulary.period import Period
from kartoteka.web.i18n import current_formats

LABELS_IN_A_CHART = 40
DAYS_BY_DAY = 62
"""Days that lie further apart are put together by month."""

_COLOURS = ("#206bc4", "#2fb344", "#f76707", "#ae3ec9", "#17a2b8", "#d63939", "#f59f00", "#616876")
_TYPES = {"bar": "bar", "line": "line", "pie": "doughnut"}


@dataclass(frozen=True)
class Month:
    """A month as the label of a chart."""

    year: int
    month: int

    def __str__(self) -> str:
        return current_formats().month(date(self.year, self.month, 1))


@dataclass(frozen=True)
class Chart:
    """The points of a chart in order: label and number. ``left_out`` is the sum of what did not fit.

    ``commons`` are what the rows behind each point have in common.
    """

    kind: str
    points: list[tuple[Any, int | Decimal]]
    left_out: int | Decimal = 0
    commons: list[Mapping[str, Any]] = field(default_factory=list)

    def drawing(self, labels: list[str], title: str) -> dict[str, Any]:
        """Return the instructions for chart.js, given the labels and the title in the reader's language."""
        several = self.kind == "pie"
        numbers = [float(number) if isinstance(number, Decimal) else number for _label, number in self.points]
        colours = [_COLOURS[place % len(_COLOURS)] for place in range(len(numbers))] if several else _COLOURS[0]
        series = {"label": title, "data": numbers, "backgroundColor": colours}
        if self.kind == "line":
            series |= {"borderColor": _COLOURS[0], "tension": 0.2}
        options: dict[str, Any] = {"aspectRatio": 4, "animation": False, "plugins": {"legend": {"display": several}}}
        if not several:
            options["scales"] = {"y": {"beginAtZero": True, "ticks": {"precision": 0}}}
        return {"type": _TYPES[self.kind], "data": {"labels": labels, "datasets": [series]}, "options": options}


class ChartSums:
    """Adds up the values of a chart, row by row."""

    def __init__(self, chart: ReportChart, *, traced: bool = False) -> None:
        self._chart = chart
        self._sums: dict[Any, int | Decimal] = defaultdict(int)
        self._commons: dict[Any, Common] | None = {} if traced else None

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a row in."""
        value = 1 if self._chart.value is None else row.get(self._chart.value)
        label = row.get(self._chart.label)
        if value is None:
            return
        label = current_formats().local(label).date() if isinstance(label, datetime) else label
        self._sums[label] += exact(value)
        if self._commons is not None:
            self._commons.setdefault(label, Common()).add(row)

    def finish(self) -> Chart | None:
        """Return the chart, or None when there is nothing to draw."""
        sums = dict(self._sums)
        if not sums:
            return None
        if all(isinstance(label, date) for label in sums):
            sums = _along_the_calendar(sums)
        points = list(sums.items())
        rest = points[LABELS_IN_A_CHART:] if not _is_calendar(points) else []
        left_out = sum((number for _label, number in rest), start=0)
        shown = points[: len(points) - len(rest)]
        return Chart(self._chart.kind, shown, left_out, [self._common(label) for label, _number in shown])

    def _common(self, label: Any) -> Mapping[str, Any]:
        """Return what the rows of a point have in common; those of a month are many days'."""
        known = self._commons or {}
        if isinstance(label, Month):
            return {self._chart.label: Period.month(label.year, label.month)}
        return known[label].values if label in known else {self._chart.label: label}


def _is_calendar(points: list[tuple[Any, Any]]) -> bool:
    return isinstance(points[0][0], (date, Month))


def _along_the_calendar(sums: Mapping[date, int | Decimal]) -> dict[Any, int | Decimal]:
    """Put days (or months) in order, with those between them that have nothing."""
    first, last = min(sums), max(sums)
    if (last - first).days <= DAYS_BY_DAY:
        days = (first + timedelta(days=count) for count in range((last - first).days + 1))
        return {day: sums.get(day, 0) for day in days}
    months: dict[Any, int | Decimal] = {}
    for number in range(_months(first), _months(last) + 1):
        months[Month(number // 12, number % 12 + 1)] = 0
    for day, number in sums.items():
        months[Month(day.year, day.month)] += number
    return months


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1
