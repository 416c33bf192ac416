"""Running a report: what is shown, what is added up, what the chart is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kartoteka.builtin.reports.cells import cell_of, heading_of
from kartoteka.builtin.reports.charts import LABELS_IN_A_CHART, Chart, Month
from kartoteka.builtin.reports.running import body_columns, run_report
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.work import Report, ReportChart, ReportColumn
from kartoteka.vocabulary.message import text as _

COLUMNS = (
    ReportColumn("manager", _("Manager"), FieldType.USER),
    ReportColumn("calls", _("Calls"), FieldType.INTEGER),
    ReportColumn("income", _("Income"), FieldType.DECIMAL),
    ReportColumn("age", _("Age"), FieldType.INTEGER, total=False),
)
ROWS = [
    {"manager": "Ona", "calls": 2, "income": Decimal("10.50"), "age": 40},
    {"manager": "Ona", "calls": None, "income": 1, "age": 40},
    {"manager": "Jonas", "calls": 5, "income": Decimal("0.10"), "age": 30},
]


def make_report(**options: Any) -> Report:
    return Report(
        module="crm_test",
        name="calls",
        title=_("Calls"),
        description=_("Calls by manager."),
        permission="crm_test.view",
        columns=COLUMNS,
        rows=lambda session, params: ROWS,
        **options,
    )


def points(chart: Chart) -> list[tuple[Any, Any]]:
    (series,) = chart.series
    return list(zip(chart.labels, series.numbers, strict=True))


def points_of(kind: str, rows: list[Mapping[str, Any]], value: str | None = None) -> list[tuple[Any, Any]]:
    report = make_report(chart=ReportChart(kind, "label", value))  # type: ignore[arg-type]
    chart = run_report(report, rows).chart
    assert chart is not None
    return points(chart)


def test_numbers_are_added_up_unless_their_sum_means_nothing() -> None:
    assert run_report(make_report(), ROWS).totals == {"calls": {None: 7}, "income": {None: Decimal("11.60")}}


def test_all_rows_are_counted_though_few_are_shown() -> None:
    def endless() -> Iterator[dict[str, Any]]:
        yield from ({"calls": 1} for _number in range(5000))

    result = run_report(make_report(), endless(), limit=10)
    assert (len(result.rows), result.count, result.totals["calls"]) == (10, 5000, {None: 5000})
    assert result.is_cut


def test_neighbours_with_one_value_stand_under_one_heading() -> None:
    report = make_report(group="manager")
    result = run_report(report, ROWS)
    assert [(section.heading, len(section.rows)) for section in result.sections] == [("Ona", 2), ("Jonas", 1)]
    assert [column.name for column in body_columns(report)] == ["calls", "income", "age"]


def test_nothing_gives_no_sections_and_no_chart() -> None:
    result = run_report(make_report(chart=ReportChart("bar", "manager", "calls")), [])
    assert (result.sections, result.chart, result.count) == ([], None, 0)


def test_a_chart_adds_up_equal_labels() -> None:
    report = make_report(chart=ReportChart("bar", "manager", "calls"))
    chart = run_report(report, ROWS).chart
    assert chart is not None
    assert points(chart) == [("Ona", 2), ("Jonas", 5)]


def test_a_chart_without_a_value_counts_rows() -> None:
    assert points_of("bar", [{"label": "a"}, {"label": "b"}, {"label": "a"}]) == [("a", 2), ("b", 1)]


def test_days_without_anything_are_in_the_chart_too() -> None:
    first = date(2024, 2, 28)
    points = points_of("line", [{"label": first + timedelta(days=2)}, {"label": first}])
    assert points == [(first, 1), (date(2024, 2, 29), 0), (date(2024, 3, 1), 1)]


def test_distant_days_become_months() -> None:
    points = points_of("bar", [{"label": date(2025, 11, 5)}, {"label": datetime(2026, 1, 31, 23, tzinfo=UTC)}])
    assert points == [(Month(2025, 11), 1), (Month(2025, 12), 0), (Month(2026, 1), 0), (Month(2026, 2), 1)]
    assert str(points[0][0]) == "Nov 2025"


def test_too_many_labels_are_put_together() -> None:
    report = make_report(chart=ReportChart("pie", "label"))
    chart = run_report(report, [{"label": f"city {number}"} for number in range(100)]).chart
    assert chart is not None
    assert len(chart.labels) == LABELS_IN_A_CHART
    assert chart.series[0].left_out == 100 - LABELS_IN_A_CHART


def test_a_drawing_holds_plain_numbers() -> None:
    report = make_report(chart=ReportChart("pie", "manager", "income"))
    chart = run_report(report, ROWS).chart
    assert chart is not None
    drawing = chart.drawing(["Ona", "Jonas"], ["Income"])
    assert drawing["type"] == "doughnut"
    assert drawing["data"]["datasets"][0]["data"] == [11.5, 0.1]


@pytest.mark.parametrize(
    ("type", "value", "shown"),
    [
        (FieldType.LINE, "<b>Ona</b>", "&lt;b&gt;Ona&lt;/b&gt;"),
        (FieldType.LINE, None, '<span class="k-quiet">–</span>'),
        (FieldType.INTEGER, 0, "0"),
        (FieldType.INTEGER, 12345, "12,345"),
        (FieldType.DATE, date(2026, 11, 22), "22\xa0Nov\xa02026"),
        (FieldType.YES_NO, False, "No"),
        (FieldType.PHONE, "8 (612) 34-567", '<a class="text-nowrap" href="tel:861234567">8 (612) 34-567</a>'),
        (FieldType.EMAIL, 'o"@x.lt', '<a class="text-break" href="mailto:o%22@x.lt">o&#34;@x.lt</a>'),
        (FieldType.URL, "javascript:alert(1)", "javascript:alert(1)"),
        (FieldType.BLOCK, "one\n<two>", "one<br>&lt;two&gt;"),
    ],
)
def test_cells_show_values_by_their_type(type: FieldType, value: object, shown: str) -> None:
    assert cell_of(ReportColumn("value", _("Value"), type))({"value": value}) == shown


@pytest.mark.parametrize(("address", "linked"), [("/clients/7", True), ("javascript:x", False), ("//evil", False)])
def test_cells_link_to_pages_only(address: str, linked: bool) -> None:
    column = ReportColumn("value", _("Value"), FieldType.LINE, link=lambda row: address)
    assert ("<a " in cell_of(column)({"value": "Ona"})) is linked


def test_a_heading_says_how_near_a_day_is() -> None:
    assert heading_of(date(2000, 1, 5)) == "5\xa0Jan\xa02000"
    assert heading_of("Vilnius") == "Vilnius"
    assert heading_of(None) == "Without"
