"""The report of new clients: each figure leads to the list with the same number, bars too; files and live chart."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from kartoteka.testing import run_jobs

REPORT = "/reports/crm_clients/new_clients"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def place(company_on: Any, clock: Any) -> Any:
    clock.set("2026-03-18 10:00")
    company = company_on(modules=["crm_clients"])
    ona = company.add_user(permissions=("clients.view", "clients.create"), reach="all", name="Ona", email="ona@x.lt")
    jonas = company.add_user(permissions=("clients.view",), reach="own", name="Jonas")
    days = [date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 2), date(2026, 3, 1), date(2025, 12, 31)]
    for number, day in enumerate(days):
        manager = (ona, jonas)[number % 2]
        company.add_client(f"Žuvėdra {number}", country="LT", manager_id=manager, registered_on=day)
    company.ona, company.jonas = ona, jonas
    return company


def counted(browser: Any, address: str) -> int:
    """Return how many clients a list says it has."""
    page = browser.get(address.replace("&amp;", "&")).text
    return len(set(re.findall(r'href="/clients/(\d+)"', page)))


def planned(place: Any) -> str:
    """Return the page of planned reports, signed in anew: days have passed."""
    place.tokens.clear()
    return place.browser(place.ona).get("/reports/planned").text


def links_of(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<a href="(/clients/\?[^"]*)">(\d+)</a>', page)


@pytest.mark.catalogue("CORE-24", part="a report of clients for a period; its figures lead to their records")
@pytest.mark.catalogue("X-32")
@pytest.mark.parametrize("query", ["", "?span=last_month", "?span=all", "?span=own&since=2026-01-10&until=2026-03-01"])
def test_every_figure_of_a_pivot_table_leads_to_a_list_of_as_many(place: Any, query: str) -> None:
    browser = place.browser(place.ona)
    joined = f"{query}{'&' if query else '?'}pivot_by=manager&pivot_across=registered_on:month"
    links = links_of(browser.get(REPORT + joined).text)
    assert len(links) >= 3
    for address, number in links:
        assert counted(browser, address) == int(number), address


@pytest.mark.catalogue("CORE-10", part="a bar opens the list behind it; rights apply")
def test_a_bar_leads_to_a_list_of_as_many_and_rights_apply(place: Any) -> None:
    for user, bars in ((place.ona, {"Ona": 2, "Jonas": 2}), (place.jonas, None)):
        browser = place.browser(user)
        page = browser.get(REPORT).text
        drawing = re.search(r'<script type="application/json" id="report-chart">(.*?)</script>', page, re.DOTALL)
        if bars is None:
            assert drawing is None, "one bar alone tells nothing"
            continue
        assert drawing is not None
        told = json.loads(drawing[1])
        assert dict(zip(told["data"]["labels"], told["data"]["datasets"][0]["data"], strict=True)) == bars
        for address, number in zip(told["data"]["datasets"][0]["links"], bars.values(), strict=True):
            assert counted(browser, address) == number


@pytest.mark.catalogue("CORE-10", part="the chart of an open page changes")
def test_the_chart_of_an_open_page_changes_after_somebody_else_has_saved(place: Any) -> None:
    browser = place.browser(place.ona)
    page = browser.get(REPORT).text
    found = re.search(r'hx-get="([^"]*/chart[^"]*)" hx-trigger="every (\d+)s"', page)
    assert found is not None
    assert int(found[2]) <= 10
    address = found[1].replace("&amp;", "&")
    assert browser.get(address, headers=FRAGMENT).status_code == 204
    place.add_client("Naujas", country="LT", manager_id=place.jonas, registered_on=date(2026, 3, 3))
    fresh = browser.get(address, headers=FRAGMENT)
    assert fresh.status_code == 200
    drawing = re.search(r'id="report-chart">(.*?)</script>', fresh.text, re.DOTALL)
    assert drawing is not None
    told = json.loads(drawing[1])["data"]
    assert dict(zip(told["labels"], told["datasets"][0]["data"], strict=True)) == {"Ona": 2, "Jonas": 3}
    assert browser.get(address).status_code == 302


@pytest.mark.catalogue("CORE-10", part="the chart of a report on the front page")
def test_the_front_page_shows_the_chart_of_a_report(place: Any) -> None:
    browser = place.browser(place.ona)
    assert browser.post("/dashboard/layout", data={"do": "add:reports.chart"}).status_code == 302
    found = re.search(
        r'href="(/dashboard/boxes/\d+)/options" aria-label="[^"]*Chart of a report"', browser.get("/").text
    )
    assert found is not None
    assert browser.post(f"{found[1]}/options", data={"report": "crm_clients.new_clients"}).status_code == 302
    box = browser.get(found[1], headers=FRAGMENT).text
    assert re.search(r'<canvas data-chart="report-chart-\d+"', box)
    assert "manager=" in box
    assert re.search(r'hx-get="/reports/crm_clients/new_clients/chart\?mark=\d+&amp;box=\d+"', box)


@pytest.mark.catalogue("CORE-24", part="PDF, XLSX and CSV of a report of clients")
def test_the_files_hold_what_the_page_shows(place: Any) -> None:
    browser = place.browser(place.ona)
    pivot = "?pivot_by=manager&pivot_across=registered_on:month"
    table = list(csv.reader(io.StringIO(browser.post(f"{REPORT}.csv{pivot}").text.lstrip("\ufeff")), delimiter=";"))
    assert table[0] == ["Manager", "Jan 2026", "Feb 2026", "Mar 2026", "Total"]
    assert table[-1] == ["Total", "2", "1", "1", "4"]
    pdf = browser.post(f"{REPORT}.pdf")
    assert pdf.mimetype == "application/pdf"
    text = PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()
    assert "Žuvėdra 0" in text
    assert "This year" in text
    turned = PdfReader(io.BytesIO(browser.post(f"{REPORT}.pdf{pivot}").data)).pages[0].extract_text()
    assert "Feb" in turned
    assert "Total" in turned


@pytest.mark.catalogue("X-32")
@pytest.mark.parametrize("file", ["pdf", "xlsx", "csv"])
def test_a_planned_report_arrives_on_monday_as_its_user_sees_it(
    place: Any, clock: Any, mailbox: Any, file: str
) -> None:
    mailbox.prepare(place.database)
    browser = place.browser(place.jonas)
    form = {"every": "week", "hour": "7", "file": file, "address": "jonas@example.com, boss@example.com"}
    assert browser.post(f"{REPORT}/plan?span=all", data=form).status_code == 302
    assert "jonas@example.com" in browser.get("/reports/planned").text
    clock.set("2026-03-22 23:50")  # a Sunday
    run_jobs(place)
    assert mailbox.messages == []
    clock.set("2026-03-23 07:10")
    run_jobs(place)
    run_jobs(place)
    assert mailbox.subjects == ["New clients"]
    assert sorted(mailbox.addressees[0]) == ["boss@example.com", "jonas@example.com"]
    (attachment,) = mailbox.messages[0].iter_attachments()
    assert attachment.get_filename() == f"new_clients-2026-03-23.{file}"
    content = attachment.get_payload(decode=True)
    if file == "csv":
        assert "Žuvėdra 1".encode() in content
        assert "Žuvėdra 0".encode() not in content, "Jonas sees his own clients only"
    clock.set("2026-04-20 12:00")  # nobody worked for four weeks: one late mail
    run_jobs(place)
    assert len(mailbox.messages) == 2


def test_a_planned_report_stops_with_the_rights_of_its_user(place: Any, clock: Any, mailbox: Any) -> None:
    mailbox.prepare(place.database)
    browser = place.browser(place.ona)
    form = {"every": "day", "hour": "7", "file": "csv", "address": "ona@example.com"}
    assert browser.post(f"{REPORT}/plan", data=form).status_code == 302
    run_jobs(place)
    place.switch("crm_clients", on=False)
    clock.set("2026-03-19 08:00")
    run_jobs(place)
    assert mailbox.messages == []
    assert "its module is off" in planned(place)
    place.switch("crm_clients")
    clock.set("2026-03-20 08:00")
    run_jobs(place)
    assert len(mailbox.messages) == 1
    assert "its module is off" not in planned(place)


@pytest.mark.parametrize(
    "wrong",
    [{"address": "nobody"}, {"address": ""}, {"hour": "24"}, {"hour": "x"}, {"file": "exe"}, {"every": "never"}],
)
def test_a_wrong_plan_names_its_field(place: Any, wrong: dict[str, str]) -> None:
    form = {"every": "week", "hour": "7", "file": "pdf", "address": "a@example.com", **wrong}
    answer = place.browser(place.ona).post(f"{REPORT}/plan", data=form)
    assert answer.status_code == 422
    assert "k-problem" in answer.text


def test_nobody_deletes_the_plan_of_somebody_else(place: Any) -> None:
    form = {"every": "week", "hour": "7", "file": "pdf", "address": "a@example.com"}
    place.browser(place.ona).post(f"{REPORT}/plan", data=form)
    assert place.browser(place.jonas).post("/reports/planned/1/delete").status_code == 404
    assert place.browser(place.ona).post("/reports/planned/1/delete").status_code == 302
    assert "No report is sent by e-mail yet" in place.browser(place.ona).get("/reports/planned").text
