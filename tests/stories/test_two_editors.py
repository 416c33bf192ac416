"""Two people change one record at once: nothing is lost silently, whatever the record is (X-30)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from tests.hostile.furnishing import furnish
from tests.hostile.house import House
from tests.installed import installed
from tests.stories.forms import shown_form

PAGES = {
    "client": ("/clients/{client}/edit", "activity", "notes"),
    "contact": ("/crm_clients/contacts/{contact}/edit", "job_title", "notes"),
    "address": ("/crm_clients/addresses/{address}/edit", "street", "district"),
}
PAGES = {name: one for name, one in PAGES.items() if "crm_clients" not in one[0] or installed("crm_clients")}


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> House:
    return furnish(company_on(request.param, modules=installed("crm_clients")))


@pytest.mark.catalogue("X-30", part="clients, contacts and addresses: the second editor sees both values")
@pytest.mark.parametrize("name", PAGES)
def test_the_second_editor_sees_both_values(house: House, name: str) -> None:
    address, disputed, other = PAGES[name]
    address = address.format(**house.ids)
    first, second = house.browser(house.admin), house.browser(house.company.add_user("administrator"))
    mine, theirs = shown_form(first.get(address).text), shown_form(second.get(address).text)
    assert first.post(address, data={**mine, disputed: "Pirmo žodis"}).status_code == 302

    answer = second.post(address, data={**theirs, disputed: "Antro žodis", other: "Antro pastaba"})
    assert answer.status_code == 409
    assert "Pirmo žodis" in answer.text
    again = shown_form(answer.text)
    assert (again[disputed], again[other]) == ("Antro žodis", "Antro pastaba"), "what was typed is still there"
    assert shown_form(first.get(address).text)[disputed] == "Pirmo žodis", "nothing is overwritten"

    assert second.post(address, data=again).status_code == 302
    saved = shown_form(first.get(address).text)
    assert (saved[disputed], saved[other]) == ("Antro žodis", "Antro pastaba")


@pytest.mark.catalogue("X-30", part="clients, contacts and addresses: different fields are merged")
@pytest.mark.parametrize("name", PAGES)
def test_different_fields_are_merged(house: House, name: str) -> None:
    address, one, other = PAGES[name]
    address = address.format(**house.ids)
    first, second = house.browser(house.admin), house.browser(house.company.add_user("administrator"))
    mine, theirs = shown_form(first.get(address).text), shown_form(second.get(address).text)
    assert first.post(address, data={**mine, one: "Pirmo žodis"}).status_code == 302
    assert second.post(address, data={**theirs, other: "Antro pastaba"}).status_code == 302
    saved = shown_form(first.get(address).text)
    assert (saved[one], saved[other]) == ("Pirmo žodis", "Antro pastaba")


@pytest.mark.catalogue("X-30", part="many savers at one moment: one wins, the others are told")
def test_many_savers_at_one_moment(house: House) -> None:
    address = f"/clients/{house.ids['client']}/field/activity"
    shown = shown_form(house.browser(house.admin).get(address).text)
    users = [house.company.add_user("administrator") for _each in range(4)]
    for user in users:
        house.company.token(user)

    def save(user: int) -> int:
        values = {**shown, "activity": f"Veikla {user}"}
        return house.company.browser(user).post(address, data=values).status_code

    with ThreadPoolExecutor(len(users)) as pool:
        answers = sorted(pool.map(save, users))
    assert answers == [302, 409, 409, 409]
