"""What the module adds to the search for duplicates and to the queue of data health (CL-42, M-20)."""

from __future__ import annotations

import pytest

from kartoteka.testing import run_jobs


def as_boss(house):
    """Return the browser of somebody who sees, changes and merges all."""
    rights = ("clients.view", "clients.edit", "clients.create", "clients.merge", "crm_clients.view", "crm_clients.edit")
    return house.company.browser(house.company.add_user(permissions=rights, reach="all", login="boss"))


@pytest.mark.catalogue("CL-42", part="addresses count")
def test_clients_are_recognised_by_their_addresses(house):
    first, second = house.client("UAB Baltijos langai"), house.client("Baltijos langai ir durys")
    house.client("Baltijos langai ir stogai")
    for number in (first, second):
        house.address(number, street="Žirmūnų g. 12-5", postcode="LT-09101", city="Vilnius")
    boss = as_boss(house)
    boss.post("/clients/pairs/search")
    run_jobs(house.company)
    page = boss.get("/clients/pairs").text
    assert "Baltijos langai ir durys" in page
    assert "stogai" not in page
    assert "Address 100%" in page


@pytest.mark.catalogue("M-20", part="missing contact")
def test_companies_without_a_contact_are_in_the_queue(house):
    lonely, known = house.client("UAB Vienišė"), house.client("UAB Žuvėdra")
    house.contact(known)
    house.client(kind="person", surname="Onaitė")
    page = house.browser.get("/health/?check=crm_clients.no_contact").text
    assert "UAB Vienišė" in page
    assert f"/crm_clients/clients/{lonely}/contacts/new" in page
    assert house.browser.post("/health/crm_clients.no_contact/fix", data={"key": str(lonely)}).status_code == 422
    house.contact(lonely)
    assert "Nothing is wrong here" in house.browser.get("/health/?check=crm_clients.no_contact").text
