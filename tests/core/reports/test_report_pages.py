"""Pages of reports: the list, parameters, refusals, failures, files; with a module made for the test."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.declare import FieldType, Module, Permission, Report, ReportChart, ReportColumn
from kartoteka.api.errors import InvalidInput
from kartoteka.api.forms import Form, IntegerField
from kartoteka.api.texts import Texts

_ = Texts("crm_visits")
SECRET = "a secret name"


class ManyForm(Form):
    """How many rows to make."""

    many = IntegerField(_("How many"), required=True, default=3, least=0, most=5000)


def make_rows(session: Any, params: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    if params["many"] == 13:
        raise InvalidInput({"many": _("Not thirteen.")})
    for number in range(params["many"]):
        yield {"place": f"<b>{number % 2}</b>", "visits": number, "client_id": number}


def fail(session: Any, params: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    raise ZeroDivisionError(SECRET)


COLUMNS = (
    ReportColumn("place", _("Place"), FieldType.LINE, link=lambda row: f"/clients/{row['client_id']}"),
    ReportColumn("visits", _("Visits"), FieldType.INTEGER),
)


def report(name: str, **options: Any) -> Report:
    facts = {"title": _(name.title()), "description": _("About it."), "permission": "crm_visits.view"}
    return Report(name=name, **{"columns": COLUMNS, "rows": make_rows, **facts, **options})


class _EntryPoint:
    dist = None
    name = "crm_visits"
    value = "crm_visits.plugin"

    @staticmethod
    @cache
    def load() -> Any:
        plugin: Any = ModuleType("crm_visits")
        facts = {"name": "crm_visits", "title": _("Visits"), "description": _("Who went where."), "version": "1"}
        plugin.register_module = hookimpl(lambda: Module(api=API_VERSION, **facts))
        names = ("crm_visits.view", "crm_visits.secrets")
        permissions = [Permission(name=name, title=_(name), description=_(name)) for name in names]
        plugin.register_permissions = hookimpl(lambda: permissions)
        chart = ReportChart("bar", "place", "visits")
        reports = [
            report("places", params=ManyForm, chart=chart),
            report("broken", rows=fail),
            report("secrets", permission="crm_visits.secrets"),
        ]
        plugin.register_reports = hookimpl(lambda: reports)
        return plugin


@pytest.fixture
def company(company_on: Callable[..., Any]) -> Any:
    return company_on(modules=["crm_visits"], entry_points=[_EntryPoint()])


@pytest.fixture
def visitor(company: Any) -> Any:
    return company.browser(company.add_user(permissions=["crm_visits.view"]))


def test_reports_stand_under_their_modules_as_far_as_one_may_see_them(visitor: Any) -> None:
    page = visitor.get("/reports/").text
    assert "Visits" in page
    assert 'href="/reports/crm_visits/places"' in page
    assert "/reports/crm_visits/secrets" not in page


def test_nobody_sees_reports_without_signing_in(company: Any) -> None:
    company.add_user("administrator")  # without any user every page leads to the first steps
    for path in ("/reports/", "/reports/crm_visits/places", "/reports/crm_visits/places.csv"):
        answer = company.browser().get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 302
        assert "/login" in answer.location


def test_somebody_without_any_right_finds_an_empty_list(company: Any) -> None:
    page = company.browser(company.add_user(permissions=["clients.view"])).get("/reports/")
    assert page.status_code == 200
    assert "No reports for you yet" in page.text


def test_rows_sums_links_and_chart_are_shown(visitor: Any) -> None:
    page = visitor.get("/reports/crm_visits/places").text
    assert '<a href="/clients/2">&lt;b&gt;0&lt;/b&gt;</a>' in page
    assert "<strong>3</strong>" in page
    drawing = re.search(r'<script type="application/json" id="report-chart">(.*?)</script>', page, re.DOTALL)
    assert drawing is not None
    assert "<b>" not in drawing[1]
    assert json.loads(drawing[1])["data"] == {
        "labels": ["<b>0</b>", "<b>1</b>"],
        "datasets": [{"label": "Visits", "data": [2, 1], "backgroundColor": "#206bc4"}],
    }


def test_parameters_are_kept_in_links_to_files(visitor: Any) -> None:
    page = visitor.get("/reports/crm_visits/places?many=5&other=1").text
    assert 'value="5"' in page
    assert 'action="/reports/crm_visits/places.csv?many=5"' in page
    assert 'formaction="/reports/crm_visits/places.xlsx?many=5"' in page
    assert 'name="csrf_token"' in page.partition('action="/reports/crm_visits/places.csv')[2].partition("</form>")[0]
    assert len(visitor.post("/reports/crm_visits/places.csv?many=5").text.splitlines()) == 6


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".pdf"])
def test_the_address_of_a_file_leads_to_the_page_with_its_button(visitor: Any, ending: str) -> None:
    answer = visitor.get(f"/reports/crm_visits/places{ending}?many=5&other=1")
    assert answer.status_code == 302
    assert answer.location == "/reports/crm_visits/places?many=5"


def test_too_many_rows_for_a_page_are_all_in_the_file(visitor: Any) -> None:
    page = visitor.get("/reports/crm_visits/places?many=1500").text
    assert "The first 1,000 of 1,500 rows are shown" in page
    assert page.count("<tr>") < 1010
    assert len(visitor.post("/reports/crm_visits/places.csv?many=1500").text.splitlines()) == 1501


@pytest.mark.parametrize("many", ["-1", "x", "", "13"])
def test_wrong_parameters_are_told_beside_their_field(visitor: Any, many: str) -> None:
    answer = visitor.get(f"/reports/crm_visits/places?many={many}")
    assert answer.status_code == 422
    assert "k-problem" in answer.text
    assert "<table" not in answer.text


def test_a_report_that_fails_names_its_module_and_no_secrets(visitor: Any, caplog: pytest.LogCaptureFixture) -> None:
    answer = visitor.get("/reports/crm_visits/broken")
    assert answer.status_code == 500
    assert "The report could not be made" in answer.text
    assert SECRET not in answer.text + caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_missing_rights_are_named_and_unknown_reports_are_not_there(visitor: Any) -> None:
    answer = visitor.get("/reports/crm_visits/secrets")
    assert answer.status_code == 403
    assert "crm_visits.secrets" in answer.text
    for path in ("crm_visits/nothing", "nowhere/places", "crm_visits/places.doc", "crm_visits/nothing.csv"):
        assert visitor.get(f"/reports/{path}").status_code == 404, path
    for path in ("crm_visits/nothing.csv", "nowhere/places.xlsx"):
        assert visitor.post(f"/reports/{path}").status_code == 404, path


def test_reports_go_with_their_module(company: Any, visitor: Any) -> None:
    company.switch("crm_visits", on=False)
    for ending in ("", ".csv", ".xlsx"):
        for method in ("GET", "POST"):
            assert visitor.open(f"/reports/crm_visits/places{ending}", method=method).status_code == 404
    assert "Places" not in visitor.get("/reports/").text


def test_a_spreadsheet_holds_numbers_as_numbers_and_no_formulas(visitor: Any) -> None:
    answer = visitor.post("/reports/crm_visits/places.xlsx?many=2")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>1</v>" in sheet
    assert "<f>" not in sheet
