"""The core with crm_clients on, off and absent: every page works, and what is off leaves nothing behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.pages import Page, crawl

MODULE = "crm_clients"
PERSON, CITY = "Kunigundė", "Akmenytė"
DESCRIBED_BY_ADMINISTRATORS = ("/modules/", "/access/roles", "/access/users")
"""Pages that name modules and their rights whether they are on or not."""

COLUMN = f"{MODULE}.city"
CLIENT = "/clients/1"
SHARED = {
    "panel and badge on the card": CLIENT,
    "badge in the list": "/clients/",
    "search": "/clients/?q=kunigund",
    "search by city": "/clients/?q=akmenyt",
    "suggestions": "/clients/suggest?q=kunigund",
    "columns": "/clients/columns",
    "filters": "/clients/filters",
    "filter": f"/clients/?{COLUMN}=nowhere",
    "reports": "/reports/",
    "change log": f"{CLIENT}/log",
}
OWN = (
    f"/{MODULE}/clients/1/contacts",
    f"/{MODULE}/clients/1/contacts/new",
    f"/{MODULE}/contacts/1",
    f"/{MODULE}/contacts/1/edit",
    f"/{MODULE}/contacts/1/archive",
    f"/{MODULE}/addresses/1/edit",
    f"/actions/{MODULE}/hand_over?kind=clients.client&id=1",
    f"/reports/{MODULE}/birthdays",
    f"/reports/{MODULE}/birthdays.csv",
    f"/reports/{MODULE}/birthdays.xlsx",
    f"/panels/{MODULE}/contacts?record=clients.client:1",
)


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company], clock: Any) -> Company:
    """A company with the module on, and a client whose contact has a birthday today."""
    clock.set("2026-05-14")
    made = company_on(request.param, modules=[MODULE])
    client = made.add_client("UAB Žuvėdra")
    boss = made.browser(made.add_user("administrator", login="boss"))
    contact = {"surname": PERSON, "role": "director", "country": "LT", "birthday": "1980-05-14"}
    boss.post(f"/{MODULE}/clients/{client.id}/contacts/new", data=contact)
    boss.post(f"/{MODULE}/clients/{client.id}/addresses/new", data={"kind": "legal", "city": CITY, "country": "LT"})
    shown = ["name", COLUMN]
    boss.post("/clients/columns", data={"do": "save", "order": shown, "shown": shown})
    made.boss = boss  # type: ignore[attr-defined]
    return made


def look(office: Any) -> dict[str, str]:
    """Return what the shared pages show, but for the question that stands in their address."""
    shown = {what: (address, office.boss.get(address).text) for what, address in SHARED.items()}
    return {what: text.replace(address, "") if "?" in address else text for what, (address, text) in shown.items()}


def test_on_it_is_seen_everywhere(office: Company) -> None:
    shown = look(office)
    assert "Birthday today" in shown["panel and badge on the card"]
    assert "Birthday today" in shown["badge in the list"]
    assert PERSON in shown["panel and badge on the card"]
    assert f'"/{MODULE}/clients/1/contacts"' in shown["panel and badge on the card"], "the tab"
    assert f"/actions/{MODULE}/hand_over" in shown["panel and badge on the card"]
    assert CITY in shown["badge in the list"], "the column"
    for search in ("search", "search by city", "suggestions"):
        assert "UAB Žuvėdra" in shown[search]
    assert "UAB Žuvėdra" not in shown["filter"]
    for place in ("columns", "filters"):
        assert COLUMN in shown[place]
    assert f"/reports/{MODULE}/birthdays" in shown["reports"]
    assert PERSON in shown["change log"]


@pytest.mark.catalogue("CORE-01", part="a module that is off leaves nothing behind")
def test_off_nothing_of_it_is_left_and_on_again_all_is_back(office: Company) -> None:
    before = look(office)
    office.switch(MODULE, on=False)
    after = look(office)
    assert [what for what, text in after.items() if list(traces(text))] == []
    assert "UAB Žuvėdra" in after["badge in the list"]
    assert "UAB Žuvėdra" in after["filter"], "a filter that nobody knows any more is left out"
    for search in ("search", "search by city", "suggestions"):
        assert "UAB Žuvėdra" not in after[search]
    office.switch(MODULE)
    assert {what: sorted(traces(text)) for what, text in look(office).items()} == {
        what: sorted(traces(text)) for what, text in before.items()
    }


def test_off_its_addresses_are_not_there_whatever_the_method(office: Any) -> None:
    asked = list(product(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), OWN))
    office.switch(MODULE, on=False)
    for browser in (office.boss, office.browser()):
        answers = {one: browser.open(one[1], method=one[0]).status_code for one in asked}
        assert {one: status for one, status in answers.items() if status != 404} == {}


def test_off_actions_change_nothing(office: Any) -> None:
    heir = office.add_user(permissions=["clients.view"], name="Petras Perėmėjas")
    form = {"confirmed": "1", "id": "1", "manager": str(heir)}
    office.switch(MODULE, on=False)
    assert office.boss.post(f"/actions/{MODULE}/hand_over", data=form).status_code == 404
    assert "Petras Perėmėjas" not in office.boss.get(CLIENT).text
    office.switch(MODULE)
    office.boss.post(f"/actions/{MODULE}/hand_over", data=form)
    assert "Petras Perėmėjas" in office.boss.get(CLIENT).text


def test_pages_of_the_core_work_with_it_on_off_and_absent(company_on: Callable[..., Company]) -> None:
    there = company_on(modules=[MODULE])
    there.fill(12)
    on = walk(there)
    there.switch(MODULE, on=False)
    off = walk(there)
    never = company_on(entry_points=[])
    never.fill(12)
    absent = walk(never)
    for state, visited in (("on", on), ("off", off), ("absent", absent)):
        assert [(state, page.url, page.status) for page in visited if page.status >= 400] == []
    assert any(f"/{MODULE}/" in page.url for page in on)
    for page in (*off, *absent):
        if not page.url.startswith(DESCRIBED_BY_ADMINISTRATORS):
            assert (page.url, list(traces(page.text))) == (page.url, [])
    assert shapes(off) == shapes(absent)


def walk(company: Company) -> list[Page]:
    """Visit everything an administrator can reach by links."""
    return crawl(company.browser(company.add_user("administrator")), "/", limit=400)


def shapes(pages: list[Page]) -> set[str]:
    """Return the addresses without their numbers; how many pages a log has differs."""
    return {re.sub(r"\d+", "0", re.sub(r"\?after=\d+$", "", page.url)) for page in pages}


def traces(text: str) -> Iterator[str]:
    """Yield what shows that something of the module is on a page."""
    for trace in (f"/{MODULE}/", f"{MODULE}.", "Birthday today", PERSON, CITY):
        if trace in text:
            yield trace
