"""The birthday report, the badge and the filter (CL-48, CORE-08)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from kartoteka.api.clients import archive_clients
from kartoteka.api.records import Period
from kartoteka_crm_clients import queries

NEW_YEARS_EVE = datetime(2026, 12, 30, 10, tzinfo=UTC)
URL = "/reports/crm_clients/birthdays"


@pytest.fixture
def new_years_eve() -> Iterator[None]:
    with time_machine.travel(NEW_YEARS_EVE, tick=False):
        yield


@pytest.fixture
def full_house(new_years_eve: None, house: Any) -> Any:
    """Birthdays on 30 December, 2 January, 28 and 29 February; one of them of a natural person."""
    company = house.client("UAB Žuvėdra", phone="+370 612 00000")
    person = {"kind": "person", "first_name": "Rasa", "name": "Rasienė", "birth_date": date(1990, 1, 2)}
    house.person_id = house.client(**person)
    house.contact(company, first_name="Today", birthday=date(1980, 12, 30), mobile="8 612 34567", role="director")
    house.contact(company, first_name="Feb28", birthday=date(1981, 2, 28))
    house.contact(company, first_name="Feb29", birthday=date(1988, 2, 29))
    house.contact(company, first_name="Nobody", birthday=None)
    hidden = house.client("UAB Kita", owner=house.other_id)
    house.contact(hidden, first_name="Hidden", birthday=date(1980, 12, 30))
    house.company_id = company
    return house


def names_in(house: Any, first: date, days: int) -> list[tuple[date, str, int]]:
    with house.reading() as session:
        found = queries.birthdays_in(session, Period.days_from(first, days))
    return [(one.day, one.name.partition(" ")[0], one.turns) for one in found]


def test_the_turn_of_the_year(full_house: Any) -> None:
    assert names_in(full_house, date(2026, 12, 30), 8) == [
        (date(2026, 12, 30), "Today", 46),
        (date(2027, 1, 2), "Rasa", 37),
    ]


def test_the_29th_of_february(full_house: Any) -> None:
    common, leap = date(2027, 2, 28), date(2028, 2, 28)
    assert names_in(full_house, common, 1) == [(common, "Feb28", 46), (common, "Feb29", 39)]
    assert names_in(full_house, leap, 1) == [(leap, "Feb28", 47)]
    assert names_in(full_house, leap, 2)[1] == (date(2028, 2, 29), "Feb29", 40)
    assert names_in(full_house, date(2027, 3, 1), 5) == []


def test_archived_people_and_clients_are_left_alone(full_house: Any) -> None:
    with full_house.company.database.transaction(full_house.company.system) as session:
        archive_clients(session, [full_house.company_id])
    assert [name for _day, name, _turns in names_in(full_house, date(2026, 12, 30), 8)] == ["Rasa"]


@pytest.mark.catalogue("CL-48", part="the report; the reminder comes with jobs")
def test_the_report_shows_today_and_the_next_seven_days(full_house: Any) -> None:
    page = full_house.browser.get(URL)
    assert page.status_code == 200
    text = page.text
    assert text.index("Today Jonaitis") < text.index("Rasa Rasienė")
    assert "today · 30\xa0Dec\xa02026" in text
    assert f'href="/clients/{full_house.person_id}"' in text
    assert 'href="tel:861234567"' in text
    assert "Feb28" not in text
    assert "Hidden" not in text
    assert 'data-chart="report-chart"' in text
    assert "The chart as a table" in text


def test_the_number_of_days_is_chosen(full_house: Any) -> None:
    page = full_house.browser.get(f"{URL}?since=2026-12-30&days=61")
    assert "Feb28" in page.text
    assert "Feb29" in page.text
    assert "2027-02-28" in full_house.browser.post(f"{URL}.csv?since=2026-12-30&days=61").text


@pytest.mark.parametrize("query", ["since=nonsense&days=7", "since=2026-01-01&days=-1", "days=9999", "since=&days=x"])
def test_nonsense_is_told_beside_its_field(full_house: Any, query: str) -> None:
    page = full_house.browser.get(f"{URL}?{query}")
    assert page.status_code == 422
    assert "k-problem" in page.text
    assert full_house.browser.post(f"{URL}.csv?{query}").status_code == 302


def test_nobody_has_a_birthday(house: Any) -> None:
    page = house.browser.get(URL)
    assert page.status_code == 200
    assert "Nothing to report" in page.text
    assert "data-chart" not in page.text


def test_the_report_as_a_csv_file(full_house: Any) -> None:
    full_house.contact(full_house.company_id, first_name="=cmd()", birthday=date(1980, 12, 31))
    answer = full_house.browser.post(f"{URL}.csv")
    assert 'filename="birthdays-2026-12-30.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Day", "Full name", "Turns", "Role", "Client", "Phone", "E-mail", "Manager"]
    assert rows[1][:5] == ["2026-12-30", "Today Jonaitis", "46", "Director", "UAB Žuvėdra"]
    assert rows[1][7] == "Ona Onaitė"
    assert rows[2][1] == "'=cmd() Jonaitis"
    assert len(rows) == 4


def test_the_report_as_an_xlsx_file(full_house: Any) -> None:
    answer = full_house.browser.post(f"{URL}.xlsx")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")


def test_the_report_needs_its_own_right(full_house: Any) -> None:
    viewer_id = full_house.company.add_user(permissions=["clients.view", "crm_clients.view"], reach="all")
    viewer = full_house.company.browser(viewer_id)
    assert viewer.get(URL).status_code == 403
    assert viewer.post(f"{URL}.csv").status_code == 403
    assert "Birthdays" not in viewer.get("/reports/").text.partition("<main")[2]
    assert "Birthdays" in full_house.browser.get("/reports/").text.partition("<main")[2]


@pytest.mark.catalogue("CORE-08", part="on the card and in the list of clients")
def test_the_card_is_marked(full_house: Any) -> None:
    company = full_house.browser.get(f"/clients/{full_house.company_id}").text
    person = full_house.browser.get(f"/clients/{full_house.person_id}").text
    assert "Birthday today" in company
    assert 'title="Today Jonaitis"' in company
    assert "Birthday in 3 days" in person


def test_the_list_is_marked_and_filtered(full_house: Any) -> None:
    person, company = f'href="/clients/{full_house.person_id}"', f'href="/clients/{full_house.company_id}"'
    all_clients = full_house.browser.get("/clients/").text
    today = full_house.browser.get("/clients/?crm_clients.birthday=0").text
    four_days = full_house.browser.get("/clients/?crm_clients.birthday=3").text
    assert "Birthday today" in all_clients
    assert person in all_clients
    assert company in today
    assert person not in today
    assert person in four_days
    assert full_house.browser.get("/clients/?crm_clients.birthday=soon").status_code == 200
