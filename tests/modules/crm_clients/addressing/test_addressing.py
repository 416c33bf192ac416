"""Which contact and which address is right for which document: the settings page, mails, documents."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kartoteka_crm_clients.addressing.queries import address_for
from kartoteka_crm_clients.addressing.rules import Choice, choice_for

MAILS = ("clients.view", "crm_clients.view", "crm_clients.manage_addressing", "mail.send", "mail.view")
DOCUMENTS = ("documents.view", "documents.send")


@pytest.fixture
def office(house: Any) -> Any:
    """Return the browser of somebody who writes mails, sends documents and chooses their recipients."""
    user = house.company.add_user(permissions=(*MAILS, *DOCUMENTS), reach="all", login="office")
    return house.company.browser(user)


@pytest.fixture
def client_id(house: Any) -> int:
    """Return a client with an address of its own, an accountant and a buyer."""
    client = house.client(email="info@zuvedra.lt")
    house.contact(client, surname="Buhalterė", role="accounting", email="saskaitos@zuvedra.lt")
    house.contact(client, surname="Pirkėjas", role="purchasing", email="pirkimai@zuvedra.lt")
    return int(client)


def choose(office: Any, topic: str, *, role: str = "", address: str = "") -> None:
    answer = office.post("/crm_clients/addressing", data={f"role:{topic}": role, f"address:{topic}": address})
    assert answer.status_code == 302


def recipient(page: Any) -> str:
    """Return what the field "To" begins with."""
    assert page.status_code == 200
    field = re.search(r'<input[^>]*name="to"[^>]*>', page.text)
    assert field is not None
    value = re.search(r'value="([^"]*)"', field.group())
    return value.group(1) if value else ""


def issue(office: Any, client_id: int, name: str) -> str:
    made = office.post(f"/documents/new/crm_clients/{name}", data={"record": f"clients.client:{client_id}"})
    assert made.status_code == 302
    return str(made.location)


@pytest.mark.catalogue("CL-54")
def test_a_document_is_sent_to_the_contact_with_the_role_chosen_for_it(office: Any, client_id: int) -> None:
    sheet = issue(office, client_id, "client_sheet")
    assert recipient(office.get(f"{sheet}/send")) == "info@zuvedra.lt", "nothing is chosen: the client's own"
    for role, expected in (("accounting", "saskaitos@zuvedra.lt"), ("purchasing", "pirkimai@zuvedra.lt")):
        choose(office, "crm_clients.client_sheet", role=role)
        assert recipient(office.get(f"{sheet}/send")) == expected
    choose(office, "crm_clients.client_sheet", role="technical")
    assert recipient(office.get(f"{sheet}/send")) == "info@zuvedra.lt", "nobody has that role: the client's own"


@pytest.mark.catalogue("CL-54")
def test_a_mail_begun_with_a_template_goes_to_the_contact_chosen_for_it(office: Any, client_id: int) -> None:
    choose(office, "crm_clients.birthday", role="purchasing")
    plain = f"/mail/new?ref=clients.client:{client_id}"
    assert "info@zuvedra.lt" in recipient(office.get(plain))
    assert "pirkimai@zuvedra.lt" in recipient(office.get(f"{plain}&template=crm_clients.birthday"))


@pytest.mark.catalogue("CL-13")
def test_a_document_takes_the_address_chosen_for_it(house: Any, office: Any, client_id: int) -> None:
    house.address(client_id, kind="legal", city="Vilnius")
    house.address(client_id, kind="invoice", city="Kaunas")
    with house.reading() as session:
        found = address_for(session, client_id, "crm_clients.envelope")
        assert found is not None
        assert found.city == "Vilnius", "letters go to the legal address where there is no postal one"
    choose(office, "crm_clients.envelope", address="invoice")
    with house.reading() as session:
        found = address_for(session, client_id, "crm_clients.envelope")
        assert found is not None
        assert found.city == "Kaunas"


def test_what_makes_no_sense_is_refused(house: Any, office: Any) -> None:
    for field, value in (("role", "emperor"), ("address", "moon")):
        other = "address" if field == "role" else "role"
        topic = "crm_clients.envelope"
        office.post("/crm_clients/addressing", data={f"{field}:{topic}": value, f"{other}:{topic}": ""})
    page = office.get("/crm_clients/addressing")
    assert page.status_code == 200
    assert "emperor" not in page.text
    assert house.browser.get("/crm_clients/addressing").status_code == 403


def test_what_is_usual_holds_until_the_company_chooses() -> None:
    assert choice_for(["crm_invoices.invoice"], {}) == Choice("accounting", "invoice")
    assert choice_for(["crm_offers.offer"], {}) == Choice("purchasing", "")
    assert choice_for(["crm_offers.offer"], {"crm_offers.offer": Choice("director", "")}).role == "director"
    assert choice_for(["crm_invoices.invoice"], {"crm_invoices.invoice": Choice()}) == Choice()
    assert choice_for(["mail.letter_x", "crm_invoices.invoice"], {}).role == ""
