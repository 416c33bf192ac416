"""Figures: sums apart for each currency, groups and pivot tables whose totals agree, and the way to the records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from kartoteka.builtin.reports.asking import ask
from kartoteka.builtin.reports.forms import period_of
from kartoteka.builtin.reports.pivot import MOST_ACROSS, REST, read_pivot
from kartoteka.builtin.reports.running import run_report
from kartoteka.builtin.reports.showing import Showing
from kartoteka.builtin.reports.turned import pivot_columns, pivot_rows
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.work import Report, ReportChart, ReportColumn
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.period import Period

COLUMNS = (
    ReportColumn("day", _("Day"), FieldType.DATE),
    ReportColumn("manager", _("Manager"), FieldType.USER),
    ReportColumn("amount", _("Amount"), FieldType.DECIMAL, unit="currency"),
    ReportColumn("currency", _("Currency"), FieldType.CODE),
)
ROWS = [
    {"day": date(2026, 1, 5), "manager": "Ona", "manager_id": 1, "amount": Decimal("10.10"), "currency": "EUR"},
    {"day": date(2026, 1, 9), "manager": "Jonas", "manager_id": 2, "amount": Decimal("0.20"), "currency": "EUR"},
    {"day": date(2026, 3, 1), "manager": "Ona", "manager_id": 1, "amount": Decimal(5), "currency": "USD"},
    {"day": date(2026, 3, 2), "manager": "Ona", "manager_id": 1, "amount": Decimal(7), "currency": "EUR"},
]


def behind(params: Mapping[str, Any], common: Mapping[str, Any]) -> str:
    found = {name: common[name] for name in ("manager_id", "day", "currency") if name in common}
    if isinstance(found.get("day"), Period):
        found["day"] = f"{found['day'].first}..{found['day'].last}"
    return f"/sales/?{urlencode(found)}"


def make_report(**options: Any) -> Report:
    facts: dict[str, Any] = {"title": _("Sales"), "description": _("Sales."), "permission": "crm_test.view"}
    facts |= {"columns": COLUMNS, "rows": lambda session, params: ROWS, "behind": behind, **options}
    return Report(module="crm_test", name="sales", **facts)


def turned(report: Report, **asked: str) -> Any:
    pivot = read_pivot(report, asked)
    assert pivot is not None
    result = run_report(report, report.rows(None, {}), pivot=pivot)  # type: ignore[arg-type]
    return result.pivot


def test_sums_stand_apart_for_each_currency() -> None:
    totals = run_report(make_report(), ROWS).totals
    assert totals == {"amount": {"EUR": Decimal("17.30"), "USD": Decimal(5)}}


@pytest.mark.catalogue("X-32")
def test_the_totals_of_a_pivot_table_are_those_of_the_list() -> None:
    report = make_report()
    table = turned(report, pivot_by="manager", pivot_across="day:month", pivot_of="amount")
    assert [str(head) for head in table.heads] == ["Jan 2026", "Mar 2026"]
    assert [(label, total.totals) for label, _cells, total in table.lines] == [
        ("Ona", {"EUR": Decimal("17.10"), "USD": Decimal(5)}),
        ("Jonas", {"EUR": Decimal("0.20")}),
    ]
    assert table.lines[1][1][1] is None
    assert table.total.totals == run_report(report, ROWS).totals["amount"]
    for unit in ("EUR", "USD"):
        cells = [cell for _label, found, _total in table.lines for cell in found if cell]
        assert sum(cell.totals.get(unit, 0) for cell in cells) == table.total.totals[unit]
        assert sum(foot.totals.get(unit, 0) for foot in table.feet) == table.total.totals[unit]


def test_each_figure_of_a_pivot_table_leads_to_its_records() -> None:
    report = make_report()
    shown = Showing(ask(report, {"pivot_by": ["manager"], "pivot_across": ["day:month"]})).pivot(
        turned(report, pivot_by="manager", pivot_across="day:month")
    )
    assert shown is not None
    ona = shown.lines[0]
    march = ona[1][1]
    assert march is not None
    assert (march.text, march.url) == ("2", "/sales/?manager_id=1&day=2026-03-01..2026-03-31")
    assert ona[2].url == "/sales/?manager_id=1"
    assert shown.feet[0].url == "/sales/?day=2026-01-01..2026-01-31&currency=EUR"
    assert (shown.total.text, shown.total.url) == ("4", "/sales/?")


def test_a_bar_leads_to_its_records_and_currencies_are_drawn_apart() -> None:
    report = make_report(chart=ReportChart("bar", "manager", "amount"))
    chart = Showing(ask(report, {})).chart(run_report(report, ROWS))
    assert chart is not None
    drawn = [(one["label"], one["data"], one["links"]) for one in chart["drawing"]["data"]["datasets"]]
    jonas = "/sales/?manager_id=2&day=2026-01-09&currency=EUR"
    assert drawn == [
        ("EUR", [17.1, 0.2], ["/sales/?manager_id=1&currency=EUR", jonas]),
        ("USD", [5.0, 0], ["/sales/?manager_id=1&day=2026-03-01&currency=USD", None]),
    ]


def test_series_have_colours_of_their_own_and_the_first_labels_are_drawn() -> None:
    report = make_report(chart=ReportChart("bar", "manager", "amount", series="currency", most=1))
    chart = Showing(ask(report, {})).chart(run_report(report, ROWS))
    assert chart is not None
    drawing = chart["drawing"]
    first, second = drawing["data"]["datasets"]
    assert drawing["data"]["labels"] == ["Ona"]
    assert drawing["options"]["plugins"]["legend"]["display"]
    assert first["backgroundColor"] != second["backgroundColor"]
    assert chart["left_out"] == [Decimal("0.20"), 0]


def test_the_bar_of_a_month_leads_to_the_month() -> None:
    far = [*ROWS, {"day": date(2026, 9, 1), "manager": "Ona", "manager_id": 1, "amount": 1, "currency": "EUR"}]
    report = make_report(chart=ReportChart("bar", "day"))
    chart = Showing(ask(report, {})).chart(run_report(report, far))
    assert chart is not None
    assert chart["lines"][0][1] == ((2, "/sales/?day=2026-01-01..2026-01-31&currency=EUR"),)


def test_a_way_to_the_records_that_fails_or_leads_elsewhere_is_left_out() -> None:
    for bad in (
        lambda params, common: 1 / 0,
        lambda params, common: "javascript:alert(1)",
        lambda params, common: None,
    ):
        assert Showing(ask(make_report(behind=bad), {})).behind({}) is None


def test_too_many_columns_are_put_together_and_the_total_stays() -> None:
    rows = [{"day": None, "manager": f"M{number}", "amount": 1, "currency": "EUR"} for number in range(100)]
    report = make_report(rows=lambda session, params: rows)
    table = turned(report, pivot_by="currency", pivot_across="manager")
    assert (len(table.heads), table.heads[-1]) == (MOST_ACROSS + 1, REST)
    assert (table.feet[-1].totals, table.feet[-1].common) == ({None: 100 - MOST_ACROSS}, None)
    assert table.total.totals == {None: 100}


def test_a_pivot_table_is_a_file_too() -> None:
    table = turned(make_report(), pivot_by="day:year", pivot_across="currency", pivot_of="amount")
    assert [str(column.title) for column in pivot_columns(table)] == ["Day", "EUR", "USD", "Total"]
    assert list(pivot_rows(table)) == [
        {"line": "2026", "head0": Decimal("17.30"), "head1": Decimal(5), "total": "17.30\xa0EUR · 5\xa0USD"},
        {"line": "Total", "head0": Decimal("17.30"), "head1": Decimal(5), "total": "17.30\xa0EUR · 5\xa0USD"},
    ]


@pytest.mark.parametrize(
    "asked", [{}, {"pivot_by": ""}, {"pivot_by": "amount"}, {"pivot_by": "x'"}, {"pivot_across": "day"}]
)
def test_nonsense_turns_nothing(asked: dict[str, str]) -> None:
    assert read_pivot(make_report(), asked) is None


def test_periods_move_with_today() -> None:
    day = date(2026, 2, 10)
    assert period_of("last_month", day) == Period(date(2026, 1, 1), date(2026, 1, 31))
    assert period_of("quarter", day) == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert period_of("last_quarter", day) == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert period_of("last_year", day) == Period.year(2025)
    assert period_of("all", day) is None


def test_moments_are_grouped_by_the_readers_day() -> None:
    columns = (ReportColumn("at", _("When"), FieldType.DATETIME),)
    rows = [{"at": datetime(2026, 1, 31, 23, 30, tzinfo=UTC)}]
    report = make_report(columns=columns, rows=lambda session, params: rows)
    assert str(turned(report, pivot_by="at:month").lines[0][0]) == "Feb 2026"
