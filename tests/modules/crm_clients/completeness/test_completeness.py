"""How complete cards are: in all, by field, by manager, on the card, with weights of the company (CL-44)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from kartoteka.api.clients import change_client
from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka_crm_clients.completeness.fields import ITEMS
from kartoteka_crm_clients.completeness.queries import all_of, figures_by_manager, missing_of
from tests.modules.crm_clients.test_statements import statements_of

RIGHTS = ("clients.view", "clients.edit", "crm_clients.view", "crm_clients.edit", "crm_clients.weights")
NOTHING = {one.name: "0" for one in ITEMS}


@pytest.fixture
def boss(house: Any) -> Any:
    """A browser of somebody who sees all clients and chooses weights."""
    house.boss_id = house.company.add_user(permissions=RIGHTS, reach="all")
    return house.company.browser(house.boss_id)


def weigh(boss: Any, **weights: str) -> None:
    answer = boss.post("/crm_clients/completeness/weights", data={**NOTHING, **weights})
    assert answer.status_code == 302, answer.text


def share(house: Any, client_id: int) -> int:
    with house.company.database.reading(house.company.actor(house.boss_id)) as session:
        found = missing_of(session, client_id)
    assert found is not None
    return found[0]


@pytest.mark.catalogue("CL-44")
def test_the_share_follows_weights_and_what_the_card_says(house: Any, boss: Any) -> None:
    client_id = house.client("UAB Alfa")
    weigh(boss, phone="3", email="1", address="4", contact="2")
    assert share(house, client_id) == 0
    with house.writing() as session:
        change_client(session, client_id, {"mobile": "+37061234567"})
    assert share(house, client_id) == 30
    house.address(client_id)
    assert share(house, client_id) == 70
    contact_id = house.contact(client_id)
    assert share(house, client_id) == 90
    boss.post(f"/crm_clients/contacts/{contact_id}/archive")
    assert share(house, client_id) == 70
    weigh(boss, phone="1")
    assert share(house, client_id) == 100


def test_persons_are_asked_for_other_things_than_companies(house: Any, boss: Any) -> None:
    person = house.client(kind="person", surname="Onaitė", first_name="Ona", email="ona@langai.lt")
    company = house.client("UAB Alfa", email="info@langai.lt")
    weigh(boss, email="1", birth_date="1", registration_code="1", contact="2")
    assert (share(house, person), share(house, company)) == (50, 25)


@pytest.mark.catalogue("CL-44", part="card")
def test_the_card_says_what_to_fill_in_next(house: Any, boss: Any) -> None:
    client_id = house.client("UAB Alfa")
    panel = boss.get(f"/panels/crm_clients/completeness?record=clients.client:{client_id}").text
    assert f"/crm_clients/clients/{client_id}/addresses/new" in panel
    assert f"/crm_clients/clients/{client_id}/contacts/new" in panel
    assert "Fill in next" in panel
    weigh(boss, manager="1")
    done = boss.get(f"/panels/crm_clients/completeness?record=clients.client:{client_id}").text
    assert "Everything is filled in" in done


@pytest.mark.catalogue("CL-44", part="list")
def test_the_page_and_the_list_agree(house: Any, boss: Any) -> None:
    full = house.client("UAB Full", phone="+37061234567")
    house.client("UAB Empty", owner=house.other_id)
    weigh(boss, phone="1", email="1")
    page = boss.get("/crm_clients/completeness/").text
    assert "2 clients" in page
    assert "25% complete on average" in page
    assert re.search(r"Ona Onaitė</a></th>.*?50%", page, re.S)
    missing = boss.get("/clients/?crm_clients.missing=phone").text
    assert "UAB Empty" in missing
    assert "UAB Full" not in missing
    below = boss.get("/clients/?crm_clients.completeness=50").text
    assert "UAB Empty" in below
    assert "UAB Full" not in below
    report = boss.get("/reports/crm_clients/incomplete?below=101").text
    assert report.index(">UAB Empty<") < report.index(">UAB Full<")
    assert "Phone or mobile, E-mail" in report
    assert full
    own = house.browser.get("/crm_clients/completeness/").text
    assert "1 clients" in own


def test_nothing_is_told_of_fields_that_one_may_not_read(house: Any, boss: Any) -> None:
    client_id = house.client("UAB Alfa", phone="+37061234567")
    weigh(boss, phone="1", email="1")
    with house.company.database.transaction(house.company.system) as session:
        mark_fields(session, "clients.client", {"email"})
    with house.company.database.reading(house.company.actor(house.boss_id)) as session:
        figures = all_of(figures_by_manager(session))
    assert figures.items == {"phone": (1, 1)}
    assert "UAB Alfa" not in boss.get("/clients/?crm_clients.missing=email").text
    assert client_id


@pytest.mark.parametrize("value", ["x", "-1", "1e9", "", "4444"])
def test_nonsense_finds_nobody_and_breaks_nothing(house: Any, boss: Any, value: str) -> None:
    house.client("UAB Alfa")
    assert boss.get("/clients/", query_string={"crm_clients.completeness": value}).status_code in (200, 302)
    assert boss.get("/clients/", query_string={"crm_clients.missing": value}).status_code in (200, 302)


def test_weights_are_numbers_and_some_count(house: Any, boss: Any) -> None:
    url = "/crm_clients/completeness/weights"
    assert boss.post(url, data=NOTHING).status_code == 422
    assert boss.post(url, data={**NOTHING, "phone": "11"}).status_code == 422
    assert house.browser.get(url).status_code == 403


def test_the_page_asks_as_often_for_many_as_for_few(house: Any, boss: Any) -> None:
    counts = []
    for number in (1, 15):
        for place in range(number):
            house.client(f"UAB {number} {place}")
        boss.get("/crm_clients/completeness/")
        with statements_of(house) as heard:
            boss.get("/crm_clients/completeness/")
        counts.append(len(heard))
    assert counts[0] == counts[1]


@pytest.mark.catalogue("CORE-32", part="share of filled card fields by manager and period; each figure opens its rows")
def test_the_share_of_each_manager_in_a_period_is_a_report_that_opens_its_rows(house: Any, boss: Any) -> None:
    weigh(boss, phone="1", email="1")
    this, last = {"registered_on": "2026-03-02"}, {"registered_on": "2025-03-02"}
    house.client("UAB Alfa", phone="+37061234567", **this)
    house.client("UAB Beta", phone="+37061234568", email="info@beta.lt", **this)
    house.client("UAB Gamma", owner=house.other_id, **this)
    house.client("UAB Seni", **last)
    url = "/reports/crm_clients/completeness?span=own&since=2026-01-01&until=2026-12-31"
    page = boss.get(url).text
    rows = {
        cells[0]: cells[1:]
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)
        if len(
            cells := [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
        )
    }
    assert rows["Ona Onaitė"] == ["2", "75", "1"]
    assert rows["Petras Petraitis"] == ["1", "0", "1"]
    links = re.findall(r'href="(/clients/\?[^"]*)"', page)
    incomplete = next(one for one in links if "completeness=100" in one and f"manager={house.user_id}" in one)
    listed = boss.get(unescape(incomplete)).text
    assert "UAB Alfa" in listed
    assert not {"UAB Beta", "UAB Gamma", "UAB Seni"} & set(re.findall(r"UAB \w+", listed))
    everything = next(one for one in links if "completeness" not in one and f"manager={house.user_id}" in one)
    assert {"UAB Alfa", "UAB Beta"} == set(re.findall(r"UAB \w+", boss.get(unescape(everything)).text)) - {"UAB Seni"}
