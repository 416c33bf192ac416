"""A user who sees only his own clients: others' clients and what belongs to them are nowhere (CORE-04)."""

from __future__ import annotations

import io
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from tests.hostile.furnishing import furnish
from tests.hostile.house import House
from tests.installed import installed

THEIRS = ("Svetimas", "Slaptas", "Tolimas")  # words in the client, contact and address of a colleague
ABOUT_CLIENTS = ("/clients/<int:", "/clients/shares/", "/contacts/<int:", "/addresses/<int:", "/actions/")


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> House:
    """A company in which the administrator has one client, shared with one user."""
    made = company_on(request.param, modules=installed("crm_clients"))
    return furnish(made, client="UAB Svetimas", contact="Slaptas", city="Tolimas", user="tomas")


@pytest.fixture
def seller(house: House) -> FlaskClient:
    """A browser of a user with every right of a seller and one client of his own."""
    rights = {one.name for one in house.company.installation.registry.permissions}
    rights -= {"users.manage", "access.manage", "modules.manage", "clients.manage_groups"}
    user = house.company.add_user(permissions=rights, reach="own", login="seller")
    house.ids["own"] = house.company.add_client("UAB Savas", manager_id=user, phone="+37067777777").id
    return house.company.browser(user)


def told(text: str) -> list[str]:
    return [word for word in THEIRS if word in text]


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CORE-04", part="list, search, card, reports and their files; what modules keep of the client")
def test_others_clients_are_nowhere(house: House, seller: FlaskClient) -> None:
    everything = seller.get("/clients/").text
    assert "UAB Savas" in everything
    assert told(everything) == []
    for word in (*THEIRS, "61234567", "svetim"):
        for url in ("/clients/", "/clients/suggest"):
            page = seller.get(url, query_string={"q": word}).text
            assert [each for each in told(page) if each.lower() not in word.lower()] == []
            assert f'href="/clients/{house.ids["client"]}"' not in page
    for address in ("sort=-name", "go=S", "crm_clients.city=Tolimas", "manager=others", "manager=none", "count=exact"):
        page = seller.get(f"/clients/?{address}").text
        assert f'href="/clients/{house.ids["client"]}"' not in page, address
    report = "/reports/crm_clients/birthdays"
    everybody = {"since": "2026-01-01", "days": "365"}
    assert told(seller.get(report, query_string=everybody).text) == []
    assert told(seller.post(f"{report}.csv", query_string=everybody).get_data(as_text=True)) == []
    book = ZipFile(io.BytesIO(seller.post(f"{report}.xlsx", query_string=everybody).data))
    assert told("".join(book.read(name).decode() for name in book.namelist())) == []
    seen = house.browser(house.admin).get(report, query_string=everybody).text
    assert "Slaptas" in seen


@pytest.mark.catalogue("CORE-04", part="every address of a client and of what belongs to it is 404")
def test_every_address_of_others_clients_leads_nowhere(house: House, seller: FlaskClient) -> None:
    tables = ("core_client", "core_client_share", "crm_clients_contact", "crm_clients_address", "core_journal")
    before = {name: rows for name, rows in house.rows().items() if name in tables}
    visited = 0
    for method in ("GET", "POST"):
        for rule, address in house.every_address(method):
            if not any(part in rule.rule for part in ABOUT_CLIENTS):
                continue
            visited += 1
            values = {"confirmed": "1", "manager": str(house.admin), "version": "1", "surname": "x", "phone": "1"}
            answer = seller.open(address, method=method, data=values if method == "POST" else None)
            assert answer.status_code == 404, f"{method} {address}"
            assert told(answer.text) == [], f"{method} {address}"
    assert visited >= 25
    after = {name: rows for name, rows in house.rows().items() if name in tables}
    assert after == before
    panel = "/panels/crm_clients/contacts?record=clients.client:"
    assert seller.get(f"{panel}{house.ids['client']}").status_code == 404
    assert seller.get(f"{panel}{house.ids['own']}").status_code == 200


@pytest.mark.catalogue("CORE-04", part="many at once: one of others' among one's own stops all")
def test_an_action_on_own_and_others_clients_changes_none(house: House, seller: FlaskClient) -> None:
    before = house.rows()["core_client"]
    form = {"id": [house.ids["own"], house.ids["client"]], "kind": "clients.client", "confirmed": "1"}
    assert seller.post("/actions/clients/archive", data=form).status_code == 404
    assert house.rows()["core_client"] == before
    assert seller.post("/actions/clients/archive", data={**form, "id": house.ids["own"]}).status_code == 302
    assert house.rows()["core_client"] != before


@pytest.mark.catalogue("X-15", part="of a duplicate out of sight only its manager is named")
def test_a_duplicate_out_of_sight_names_its_manager_only(house: House, seller: FlaskClient) -> None:
    page = seller.get("/clients/duplicates?phone=%2B37061234567").text
    assert "Rasa Rasaitė" in page
    assert told(page) == []
    assert f"/clients/{house.ids['client']}" not in page


@pytest.mark.catalogue("CORE-04", part="a shared client is seen until the share ends")
@pytest.mark.needs_module("crm_clients")
def test_a_shared_client_is_seen_until_the_share_ends(house: House) -> None:
    house.company.switch("crm_clients")
    browser = house.browser(house.ids["user"])
    form = {"right.clients.view": "granted", "right.crm_clients.view": "granted"}
    assert house.browser(house.admin).post(f"/access/users/{house.ids['user']}", data=form).status_code == 302
    assert "UAB Svetimas" in browser.get("/clients/").text
    assert browser.get(f"/crm_clients/contacts/{house.ids['contact']}").status_code == 200
    assert house.browser(house.admin).post(f"/clients/shares/{house.ids['share']}/end").status_code == 302
    assert "UAB Svetimas" not in browser.get("/clients/").text
    assert browser.get(f"/clients/{house.ids['client']}").status_code == 404
    assert browser.get(f"/crm_clients/contacts/{house.ids['contact']}").status_code == 404
