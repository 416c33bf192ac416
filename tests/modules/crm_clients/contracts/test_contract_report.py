"""The report of contracts by validity: as many as there are contracts, by their days, on paper and in files."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from kartoteka_crm_clients.contracts.service import add_contract, archive_contract

REPORT = "/reports/crm_clients/contracts"
DAYS = {
    "old": ("2024-01-01", "2025-12-31"),
    "ended": ("2025-01-01", "2026-03-10"),
    "running": ("2026-01-01", "2026-12-31"),
    "endless": ("2020-01-01", None),
    "coming": ("2026-06-01", "2027-05-31"),
    "later": ("2027-01-01", None),
    "put away": ("2026-01-01", "2026-12-31"),
}


@pytest.fixture
def spring(clock: Any) -> None:
    clock.set("2026-03-18 10:00")


@pytest.fixture
def filed(spring: None, house: Any) -> Any:
    client_id = house.client()
    with house.writing() as session:
        for title, (since, until) in DAYS.items():
            given = {"number": title, "title": title, "signed_on": date(2020, 1, 1)}
            days = {name: day and date.fromisoformat(day) for name, day in (("since", since), ("until", until))}
            made = add_contract(session, client_id, {**given, **days})
            if title == "put away":
                archive_contract(session, made.id)
    rights = ("clients.view", "crm_clients.view", "crm_clients.view_contracts")
    return house.company.browser(house.company.add_user(permissions=rights, reach="all", login="clerk"))


def rows_of(browser: Any, query: str = "") -> list[list[str]]:
    table = list(csv.reader(io.StringIO(browser.post(f"{REPORT}.csv{query}").text.lstrip("\ufeff")), delimiter=";"))
    return table[1:]


@pytest.mark.catalogue("CORE-24", part="contracts by validity in a period")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["ended", "running", "endless", "coming"]),
        ("?span=all", ["old", "ended", "running", "endless", "coming", "later"]),
        ("?span=last_year", ["old", "ended", "endless"]),
        ("?which=ending", ["ended", "running"]),
        ("?which=ending&span=all", ["old", "ended", "running", "coming"]),
        ("?span=own&since=2026-03-10&until=2026-03-10", ["ended", "running", "endless"]),
    ],
)
def test_contracts_of_a_period_are_those_valid_or_ending_in_it(filed: Any, query: str, expected: list[str]) -> None:
    found = rows_of(filed, query)
    assert sorted(row[1] for row in found) == sorted(expected)
    standings = {row[1]: row[0] for row in found}
    assert all(standings[title] == "Expired" for title in ("old", "ended") if title in standings)
    assert all(standings[title] == "Not valid yet" for title in ("coming", "later") if title in standings)
    assert all(standings[title] == "Valid" for title in ("running", "endless") if title in standings)


@pytest.mark.catalogue("CORE-24", part="contracts by validity, on paper; each leads to its contract")
def test_the_report_leads_to_contracts_and_is_printed(filed: Any) -> None:
    page = filed.get(REPORT).text
    assert re.search(r'class="k-nowrap">[^<]*2026', page), "days are not broken at their hyphens"
    address = re.search(r'<a href="(/crm_clients/contracts/\d+)">running</a>', page)
    assert address is not None
    assert filed.get(address[1]).status_code == 200
    assert "288" in page, "days left of the running one"
    text = PdfReader(io.BytesIO(filed.post(f"{REPORT}.pdf").data)).pages[0].extract_text()
    assert "running" in text
    assert "put away" not in text


@pytest.mark.catalogue("CORE-24", part="contracts by validity, by rights")
def test_somebody_elses_contracts_are_not_reported(house: Any, filed: Any) -> None:
    rights = ("clients.view", "crm_clients.view", "crm_clients.view_contracts")
    own = house.company.browser(house.company.add_user(permissions=rights, reach="own", login="own"))
    assert rows_of(own) == []
    blind = house.company.browser(house.company.add_user(permissions=("clients.view",), reach="all", login="blind"))
    assert blind.get(REPORT).status_code == 403
