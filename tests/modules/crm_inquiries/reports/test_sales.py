"""Reports of sales: their totals are those of the orders, and figures and bars open lists with the same total."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import close_inquiry, make_order
from kartoteka_crm_inquiries.naming import PROJECT_STATUSES, SOURCES
from kartoteka_crm_inquiries.projects.service import start_project
from tests.modules.crm_inquiries.conftest import RIGHTS, InquiryHouse, step

FRAGMENT = {"HX-Request": "true"}
SALES, BY_CLIENT, CONVERSION, PROJECTS = (
    f"/reports/crm_inquiries/{name}" for name in ("sales", "sales_by_client", "conversion", "projects_by_status")
)


@pytest.fixture
def friday(clock: Any) -> None:
    clock.set("2026-11-20 09:00")


@pytest.fixture
def shop(friday: None, house: InquiryHouse) -> InquiryHouse:
    """Two clients with orders of two managers in two months, a lost one, one in dollars, and one without a value."""
    first, second = house.client(), house.client("UAB Langas")
    for client, value, month, more in (
        (first, "100.10", 10, {}),
        (first, "250", 11, {"manager_id": house.other_id}),
        (second, "40", 11, {}),
        (second, "7", 11, {"currency": "USD"}),
        (second, None, 11, {}),
        (first, "9999", 11, {"lost": True}),
    ):
        lost = more.pop("lost", False)
        received = datetime(2026, month, 2, 12, tzinfo=UTC)
        made = house.inquiry(client, sort="order", subject="Goods", value=value, received_at=received, **more)
        if lost:
            with house.writing() as session:
                close_inquiry(session, made, "lost", reason_text="Gave up")
    house.clients = (first, second)
    return house


def chart_of(page: str, id: str = "report-chart") -> Any:
    found = re.search(rf'id="{id}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def listed(browser: Any, address: str) -> tuple[int, str]:
    """Return how many records a list holds, and the sums that it says."""
    page = unescape(browser.get(address).text)
    count = len(set(re.findall(r'href="/crm_inquiries/(?:inquiries|projects)/(\d+)"', page)))
    sums = re.findall(r"[\d,]+\.\d\d (?:EUR|USD)", page.replace("\xa0", " "))
    return count, " ".join(sums)


def rows_of(browser: Any, address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(browser.post(address).text.lstrip("\ufeff")), delimiter=";"))


@pytest.mark.catalogue("CORE-10", part="sales by month and manager; a bar opens the list with the same total")
@pytest.mark.catalogue("CORE-24", part="sales by manager and month equal the orders")
def test_sales_by_month_and_manager_equal_the_orders_behind_each_bar(shop: InquiryHouse) -> None:
    drawing = chart_of(shop.browser.get(SALES).text)["data"]
    assert drawing["labels"] == ["Oct 2026", "Nov 2026"]
    found = {one["label"]: one["data"] for one in drawing["datasets"]}
    assert found == {"Ona Onaitė, EUR": [100.1, 40], "Petras Petraitis, EUR": [0, 250], "Ona Onaitė, USD": [0, 7]}
    ona, petras, dollars = (
        next(one["links"] for one in drawing["datasets"] if one["label"] == label)
        for label in ("Ona Onaitė, EUR", "Petras Petraitis, EUR", "Ona Onaitė, USD")
    )
    assert petras[0] is None
    for address, number, total in ((ona[0], 1, "100.10 EUR"), (ona[1], 2, "40.00 EUR"), (petras[1], 1, "250.00 EUR")):
        count, sums = listed(shop.browser, address)
        assert (count, total in sums) == (number, True), address
    assert listed(shop.browser, dollars[1])[0] == 1
    with shop.reading() as session:
        orders = session.scalars(select(Inquiry).where(Inquiry.sort == "order", Inquiry.outcome != "lost")).all()
    table = rows_of(shop.browser, f"{SALES}.csv")
    assert table[0] == ["Month", "Manager", "Orders", "Sum", "Currency"]
    assert sum(int(row[2]) for row in table[1:] if row[1]) == len(orders) == 5
    euros = sum(Decimal(row[3].replace(",", ".")) for row in table[1:] if row[-1] == "EUR" and row[1])
    assert euros == sum(one.value or 0 for one in orders if one.currency == "EUR") == Decimal("390.10")


@pytest.mark.catalogue("CORE-10", part="ten largest clients")
@pytest.mark.catalogue("CORE-24", part="sales by client equal the orders")
def test_the_ten_largest_clients_are_drawn_and_all_are_listed(shop: InquiryHouse) -> None:
    for number in range(11):
        shop.inquiry(shop.client(f"Client {number}"), sort="order", value=str(1000 + number))
    page = shop.browser.get(BY_CLIENT).text
    drawing = chart_of(page)["data"]
    euros = next(one for one in drawing["datasets"] if one["label"] == "EUR")
    assert drawing["labels"] == [f"Client {number}" for number in range(10, 0, -1)]
    assert euros["data"] == [float(1000 + number) for number in range(10, 0, -1)]
    assert "1,390.10" in page, "all others: 1,000 and the five orders"
    assert listed(shop.browser, euros["links"][0]) == (1, "1,010.00 EUR")
    table = rows_of(shop.browser, f"{BY_CLIENT}.csv")
    assert ["UAB Žuvėdra", "2", "350.10", "EUR"] in [[*row[:2], row[2].replace(",", "."), row[3]] for row in table]


def test_clients_of_one_name_are_told_apart(shop: InquiryHouse) -> None:
    shop.inquiry(shop.client("UAB Žuvėdra", registration_code="7"), sort="order", value="5")
    labels = chart_of(shop.browser.get(BY_CLIENT).text)["data"]["labels"]
    assert len([one for one in labels if one.startswith("UAB Žuvėdra (")]) == 2


@pytest.mark.catalogue("CORE-24", part="conversion of inquiries to orders; figures lead to their inquiries")
def test_conversion_counts_inquiries_of_which_an_order_was_made(shop: InquiryHouse) -> None:
    asked = [shop.inquiry(shop.clients[0], subject=f"Ask {number}") for number in range(4)]
    with shop.writing() as session:
        make_order(session, asked[0], {}, step())
        again = make_order(session, asked[1], {}, step()).id
        close_inquiry(session, asked[2], "lost", reason_text="Too dear")
    with shop.writing() as session:
        close_inquiry(session, again, "lost", reason_text="Gave up")
    page = shop.browser.get(CONVERSION).text
    (row,) = rows_of(shop.browser, f"{CONVERSION}.csv")[1:2]
    assert row[:3] == ["Ona Onaitė", "4", "1"]
    assert row[4:] == ["1", "2"]
    ordered = re.search(r'href="([^"]*ordered=yes[^"]*)"', page)
    lost = re.search(r'href="([^"]*status=lost[^"]*)"', page)
    assert ordered is not None
    assert lost is not None
    assert listed(shop.browser, unescape(ordered[1]))[0] == 1
    assert listed(shop.browser, unescape(lost[1]))[0] == 1


@pytest.mark.catalogue("CORE-10", part="projects by status")
def test_projects_by_status_lead_to_lists_of_as_many(shop: InquiryHouse) -> None:
    with shop.company.database.transaction(shop.company.system) as session:
        add_start_entries(session, [PROJECT_STATUSES])
    with shop.writing() as session:
        entries = select(DirectoryEntry.code, DirectoryEntry.id).where(DirectoryEntry.directory == PROJECT_STATUSES)
        status = {row.code: row.id for row in session.execute(entries)}
        for name, code, value in (("A", "running", 10), ("B", "running", 20), ("C", "finished", 5), ("D", None, None)):
            given = {"name": name, "value": value, "status_id": status.get(code)}
            start_project(session, shop.clients[0], given)
    drawing = chart_of(shop.browser.get(PROJECTS).text)["data"]
    (series,) = drawing["datasets"]
    found = dict(zip(drawing["labels"], zip(series["data"], series["links"], strict=True), strict=True))
    assert {label: number for label, (number, _link) in found.items()} == {"Running": 2, "Finished": 1, "Not set": 1}
    for number, link in found.values():
        assert listed(shop.browser, link)[0] == number, link
    assert "30.00 EUR" in listed(shop.browser, found["Running"][1])[1]


@pytest.mark.catalogue(
    "CORE-10", part="three charts on the front page change after another user has saved; rights apply"
)
def test_three_charts_stand_on_the_front_page_and_change(shop: InquiryHouse) -> None:
    reports = ("sales", "sales_by_client", "projects_by_status")
    boss = shop.company.add_user(permissions=RIGHTS, reach="all", name="Boss")
    for _report in reports:
        assert shop.browser.post("/dashboard/layout", data={"do": "add:reports.chart"}).status_code == 302
    boxes = re.findall(
        r'href="(/dashboard/boxes/\d+)/options" aria-label="[^"]*Chart of a report"', shop.browser.get("/").text
    )
    assert len(boxes) == 3
    for box, report in zip(boxes, reports, strict=True):
        shop.browser.post(f"{box}/options", data={"report": f"crm_inquiries.{report}"})
    for box, report in zip(boxes[:2], reports[:2], strict=True):
        text = shop.browser.get(box, headers=FRAGMENT).text
        found = re.search(rf'hx-get="(/reports/crm_inquiries/{report}/chart[^"]*)" hx-trigger="every (\d+)s"', text)
        assert found is not None
        assert int(found[2]) <= 10
        again = unescape(found[1])
        assert shop.browser.get(again, headers=FRAGMENT).status_code == 204
        shop.inquiry(shop.clients[0], by=boss, sort="order", value="60000")
        fresh = shop.browser.get(again, headers=FRAGMENT)
        assert fresh.status_code == 200
        drawn = chart_of(fresh.text, f"report-chart-{box.rpartition('/')[2]}")["data"]["datasets"]
        assert max(max(one["data"]) for one in drawn) >= 60_000
    own = shop.company.add_user(permissions=("crm_inquiries.view", "clients.view"), reach="own", name="Jurga")
    assert "UAB Žuvėdra" not in shop.company.browser(own).get(BY_CLIENT).text


@pytest.mark.catalogue("CORE-24", part="print, XLSX and CSV of reports of sales")
def test_the_files_of_sales_hold_the_same_totals(shop: InquiryHouse) -> None:
    paper = PdfReader(io.BytesIO(shop.browser.post(f"{BY_CLIENT}.pdf").data)).pages[0].extract_text()
    assert "UAB Langas" in paper
    assert "390.10" in paper
    book = CalamineWorkbook.from_filelike(io.BytesIO(shop.browser.post(f"{BY_CLIENT}.xlsx").data))
    cells = book.get_sheet_by_index(0).to_python()
    assert ["UAB Žuvėdra", 2, 350.1, "EUR"] in [row[:4] for row in cells]


@pytest.mark.parametrize(
    "report", ["sources?pivot_by=source", "register?pivot_by=manager", "service_times?pivot_by=manager", "sales"]
)
def test_what_has_no_source_or_manager_leads_to_a_list_of_just_that(shop: InquiryHouse, report: str) -> None:
    with shop.company.database.transaction(shop.company.system, "Test") as session:
        add_start_entries(session, [SOURCES])
        nobodys = session.scalars(select(Inquiry).where(Inquiry.value == Decimal(40))).one()
        nobodys.manager_id = None
        for one in session.scalars(select(Inquiry).where(Inquiry.id != nobodys.id)):
            one.source_id = session.scalar(
                select(DirectoryEntry.id).where(DirectoryEntry.directory == SOURCES).limit(1)
            )
    page = unescape(shop.browser.get(f"/reports/crm_inquiries/{report}").text.replace("&amp;", "\x00")).replace(
        "\x00", "&"
    )
    links = {one for one in re.findall(r'href="(/crm_inquiries/inquiries/\?[^"]*)"', page) if "_id=none" in one}
    assert links
    for link in links:
        assert listed(shop.browser, link)[0] == 1, link
