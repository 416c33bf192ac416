"""The picture of a report, as the numbers it is drawn from: for the script that draws it and for a table beside it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from kartoteka.builtin.reports.sums import Common, Number, exact
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
class Series:
    """The numbers of one colour, one for each label of the chart; ``unit`` is what they are counted in.

    ``left_out`` is the sum of what did not fit. ``commons`` are what the rows behind each number have in common, None
    where there are no rows.
    """

    name: Any
    unit: Any
    numbers: list[Number]
    left_out: Number = 0
    commons: list[Mapping[str, Any] | None] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """The labels of a chart in their order, and one series of numbers, or several."""

    kind: str
    labels: list[Any]
    series: list[Series]

    def drawing(self, labels: Sequence[str], titles: Sequence[str]) -> dict[str, Any]:
        """Return the instructions for chart.js, given labels and titles of series in the reader's language."""
        is_legend_shown = self.kind == "pie" or len(self.series) > 1
        drawn = [
            self._drawn(one, title, place) for place, (one, title) in enumerate(zip(self.series, titles, strict=True))
        ]
        options: dict[str, Any] = {"aspectRatio": 4, "animation": False}
        options["plugins"] = {"legend": {"display": is_legend_shown}}
        if self.kind != "pie":
            options["scales"] = {"y": {"beginAtZero": True, "ticks": {"precision": 0}}}
        return {"type": _TYPES[self.kind], "data": {"labels": list(labels), "datasets": drawn}, "options": options}

    def _drawn(self, series: Series, title: str, place: int) -> dict[str, Any]:
        numbers = [number if isinstance(number, int) else float(number) for number in series.numbers]
        own = _COLOURS[place % len(_COLOURS)]
        round_about = [_COLOURS[number % len(_COLOURS)] for number in range(len(numbers))]
        drawn = {"label": title, "data": numbers, "backgroundColor": round_about if self.kind == "pie" else own}
        return drawn | {"borderColor": own, "tension": 0.2} if self.kind == "line" else drawn


_Sums = dict[Any, Number]
_Commons = dict[Any, Mapping[str, Any]]


class ChartSums:
    """Adds up the values of a chart, row by row; ``unit`` is the column with what the values are counted in."""

    def __init__(self, chart: ReportChart, *, unit: str | None = None, traced: bool = False) -> None:
        self._chart = chart
        self._unit = unit
        self._traced = traced
        self._sums: dict[tuple[Hashable, Hashable], _Sums] = {}
        self._commons: dict[tuple[Hashable, Hashable], dict[Any, Common]] = {}
        self._labels: dict[Any, None] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a row in."""
        value = 1 if self._chart.value is None else row.get(self._chart.value)
        label = row.get(self._chart.label)
        if value is None:
            return
        label = current_formats().local(label).date() if isinstance(label, datetime) else label
        self._labels[label] = None
        key = (row.get(self._chart.series or ""), row.get(self._unit or ""))
        sums = self._sums.setdefault(key, {})
        sums[label] = sums.get(label, 0) + exact(value)
        if self._traced:
            self._commons.setdefault(key, {}).setdefault(label, Common()).add(row)

    def finish(self) -> Chart | None:
        """Return the chart, or None when there is nothing to draw."""
        if not self._labels:
            return None
        labels = list(self._labels)
        part_of: Mapping[Any, Any] = {label: label for label in labels}
        if all(isinstance(label, date) for label in labels):
            labels, part_of = _along_the_calendar(labels)
            shown = labels
        else:
            shown = labels[: self._chart.most or LABELS_IN_A_CHART]
        series = [self._series(key, labels, shown, part_of) for key in self._sums]
        return Chart(self._chart.kind, shown, series)

    def _series(
        self, key: tuple[Hashable, Hashable], labels: list[Any], shown: list[Any], part_of: Mapping[Any, Any]
    ) -> Series:
        sums: _Sums = {}
        for label, number in self._sums[key].items():
            sums[part_of[label]] = sums.get(part_of[label], 0) + number
        commons: _Commons = {}
        for label, common in self._commons.get(key, {}).items():
            whole = part_of[label]
            commons[whole] = _shared(commons[whole], common.values) if whole in commons else common.values
        for whole in [one for one in commons if isinstance(one, Month)]:
            commons[whole] = {**commons[whole], self._chart.label: Period.month(whole.year, whole.month)}
        return Series(
            name=key[0],
            unit=key[1],
            numbers=[sums.get(label, 0) for label in shown],
            left_out=sum((sums.get(label, 0) for label in labels[len(shown) :]), start=0),
            commons=[commons.get(label) for label in shown],
        )


def _shared(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in one.items() if name in other and other[name] == value}


def _along_the_calendar(days: Sequence[date]) -> tuple[list[Any], Mapping[date, Any]]:
    """Return all days (or months) from the first to the last, and to which of them each day belongs."""
    first, last = min(days), max(days)
    if (last - first).days <= DAYS_BY_DAY:
        return [first + timedelta(days=count) for count in range((last - first).days + 1)], {day: day for day in days}
    months = [Month(number // 12, number % 12 + 1) for number in range(_months(first), _months(last) + 1)]
    return months, {day: Month(day.year, day.month) for day in days}


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1
