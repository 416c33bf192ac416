"""The tab, the forms and the panels of the module, through the browser."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka_crm_clients import service
from kartoteka_crm_clients.models import Address, Contact

CONTACT = {
    "first_name": "Jonas",
    "surname": "Jonaitis",
    "role": "director",
    "job_title": "Boss",
    "country": "LT",
    "mobile": "8 612 34567",
    "email": "jonas@zuvedra.lt",
    "birthday": "1980-02-29",
    "notes": "<b>Loud</b>",
}


def only(house: Any, model: type[Any]) -> Any:
    with house.reading() as session:
        return session.scalars(select(model)).one()


@pytest.mark.catalogue("CL-12")
def test_a_contact_is_added_and_shown_on_the_card(house: Any) -> None:
    client_id = house.client()
    answer = house.browser.post(f"/crm_clients/clients/{client_id}/contacts/new", data=CONTACT)
    assert (answer.status_code, answer.location) == (302, f"/crm_clients/clients/{client_id}/contacts")
    contact = only(house, Contact)
    assert (contact.client_id, contact.mobile_e164, contact.birthday) == (client_id, "+37061234567", date(1980, 2, 29))
    tab = house.browser.get(answer.location).text
    card = house.browser.get(f"/clients/{client_id}").text
    page = house.browser.get(f"/crm_clients/contacts/{contact.id}").text
    for shown in (tab, card, page):
        assert "Jonas Jonaitis" in shown
        assert 'href="tel:+37061234567"' in shown
        assert 'href="mailto:jonas@zuvedra.lt"' in shown
    assert "&lt;b&gt;Loud&lt;/b&gt;" in page
    assert "<b>Loud" not in page


@pytest.mark.catalogue("CL-13")
def test_addresses_of_several_kinds_are_kept(house: Any) -> None:
    client_id = house.client()
    for kind, city in (("delivery", "Kaunas"), ("invoice", "Trakai")):
        data = {"kind": kind, "city": city, "street": "Pilies g. 1", "country": "LT"}
        assert house.browser.post(f"/crm_clients/clients/{client_id}/addresses/new", data=data).status_code == 302
    tab = house.browser.get(f"/crm_clients/clients/{client_id}/contacts").text
    card = house.browser.get(f"/clients/{client_id}").text
    for shown in (tab, card):
        assert "Pilies g. 1, Kaunas" in shown
        assert "Invoice address" in shown


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(house: Any) -> None:
    client_id = house.client()
    data = {**CONTACT, "email": "nobody", "first_name": "Kept"}
    answer = house.browser.post(f"/crm_clients/clients/{client_id}/contacts/new", data=data)
    assert answer.status_code == 422
    assert "An e-mail address has an @ in it" in answer.text
    assert 'value="Kept"' in answer.text


def test_an_unusual_phone_is_saved_and_pointed_at(house: Any) -> None:
    client_id = house.client()
    data = {**CONTACT, "mobile": "123"}
    answer = house.browser.post(f"/crm_clients/clients/{client_id}/contacts/new", data=data, follow_redirects=True)
    assert answer.status_code == 200
    assert "short for a phone number" in answer.text
    assert only(house, Contact).mobile == "123"


def test_a_contact_is_changed(house: Any) -> None:
    contact_id = house.contact(house.client(), first_name="Jonas")
    page = house.browser.get(f"/crm_clients/contacts/{contact_id}/edit")
    assert 'name="version"' in page.text
    data = {**CONTACT, "surname": "Kitoks", "version": "1"}
    assert house.browser.post(f"/crm_clients/contacts/{contact_id}/edit", data=data).status_code == 302
    assert only(house, Contact).surname == "Kitoks"


def test_both_values_are_shown_when_two_people_change_a_field(house: Any) -> None:
    contact_id = house.contact(house.client(), **{**CONTACT, "birthday": date(1980, 2, 29)})
    with house.writing() as session:
        service.change_contact(session, contact_id, {"surname": "Theirs", "job_title": "Chair"})
    url = f"/crm_clients/contacts/{contact_id}/edit"
    answer = house.browser.post(url, data={**CONTACT, "surname": "Mine", "version": "1"})
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    assert 'value="Chair"' in answer.text
    again = {**CONTACT, "surname": "Mine", "job_title": "Chair", "version": "2"}
    assert house.browser.post(url, data=again).status_code == 302
    assert (only(house, Contact).surname, only(house, Contact).job_title) == ("Mine", "Chair")


def test_archived_ones_are_shown_when_asked(house: Any) -> None:
    client_id = house.client()
    contact_id, address_id = house.contact(client_id), house.address(client_id)
    for path in (f"contacts/{contact_id}", f"addresses/{address_id}"):
        assert house.browser.post(f"/crm_clients/{path}/archive").status_code == 302
    tab = f"/crm_clients/clients/{client_id}/contacts"
    house.browser.get(tab)
    shown, archived = house.browser.get(tab).text, house.browser.get(f"{tab}?archived=1").text
    assert "No contacts yet" in shown
    assert "No addresses yet" in shown
    assert "Jonaitis" in archived
    assert "Vilnius" in archived
    for path in (f"contacts/{contact_id}", f"addresses/{address_id}"):
        assert house.browser.post(f"/crm_clients/{path}/restore").status_code == 302
    assert "Jonaitis" in house.browser.get(tab).text


def test_the_tab_counts_contacts_in_use(house: Any) -> None:
    client_id = house.client()
    for surname in ("A", "B", "C", "D"):
        last = house.contact(client_id, surname=surname)
    with house.writing() as session:
        service.archive_contact(session, last)
    page = house.browser.get(f"/clients/{client_id}").text
    assert 'Contacts <span class="k-tab-count">3</span>' in page


def test_the_panel_shows_three_contacts_and_where_the_others_are(house: Any) -> None:
    client_id = house.client()
    for number in range(4):
        house.contact(client_id, surname=f"Person{number}")
    page = house.browser.get(f"/clients/{client_id}").text
    assert "Person2" in page
    assert "Person3" not in page
    assert "All contacts" in page


def test_an_address_leads_to_its_place_in_the_tab(house: Any) -> None:
    client_id = house.client()
    address_id = house.address(client_id)
    answer = house.browser.get(f"/crm_clients/addresses/{address_id}")
    assert answer.location == f"/crm_clients/clients/{client_id}/contacts#address-{address_id}"


def test_whoever_may_only_look_finds_no_buttons(house: Any) -> None:
    client_id = house.client()
    contact_id = house.contact(client_id)
    viewer_id = house.company.add_user(permissions=["clients.view", "crm_clients.view"], reach="all")
    viewer = house.company.browser(viewer_id)
    tab = viewer.get(f"/crm_clients/clients/{client_id}/contacts")
    assert tab.status_code == 200
    assert "/edit" not in tab.text.partition("contacts-title")[2]
    for path in (f"clients/{client_id}/contacts/new", f"contacts/{contact_id}/edit"):
        answer = viewer.get(f"/crm_clients/{path}")
        assert answer.status_code == 403
        assert "Change contacts and addresses" in answer.text
    assert viewer.post(f"/crm_clients/contacts/{contact_id}/archive").status_code == 403


def test_pages_of_clients_out_of_sight_are_not_there(house: Any) -> None:
    client_id = house.client(owner=house.other_id)
    contact_id, address_id = house.contact(client_id), house.address(client_id)
    for path in (
        f"clients/{client_id}/contacts",
        f"clients/{client_id}/contacts/new",
        f"clients/{client_id}/addresses/new",
        f"contacts/{contact_id}",
        f"contacts/{contact_id}/edit",
        f"addresses/{address_id}",
        f"addresses/{address_id}/edit",
    ):
        assert house.browser.get(f"/crm_clients/{path}").status_code == 404, path
        assert house.stranger.get(f"/crm_clients/{path}").status_code in (200, 302), path
    for path in (f"contacts/{contact_id}", f"addresses/{address_id}"):
        assert house.browser.post(f"/crm_clients/{path}/archive").status_code == 404
        assert house.browser.post(f"/crm_clients/{path}/edit", data=CONTACT).status_code == 404
    assert only_state(house, Contact, contact_id) == "active"
    assert only_state(house, Address, address_id) == "active"


def only_state(house: Any, model: type[Any], record_id: int) -> str:
    with house.company.database.reading(house.company.system) as session:
        return str(session.scalars(select(model.state).where(model.id == record_id)).one())


def test_nothing_of_the_module_is_left_while_it_is_off(house: Any) -> None:
    client_id = house.client()
    contact_id = house.contact(client_id)
    house.company.switch("crm_clients", on=False)
    card = house.browser.get(f"/clients/{client_id}")
    assert card.status_code == 200
    assert "Jonaitis" not in card.text
    assert "crm_clients" not in card.text
    for path in (
        f"/crm_clients/contacts/{contact_id}",
        f"/crm_clients/clients/{client_id}/contacts",
        "/crm_clients/nowhere",
        "/reports/crm_clients/birthdays",
        f"/actions/crm_clients/hand_over?id={client_id}",
    ):
        assert house.browser.get(path).status_code == 404, path
    house.company.switch("crm_clients")
    assert "Jonaitis" in house.browser.get(f"/clients/{client_id}").text
