"""Contact persons imported from a file (X-02)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kartoteka_crm_clients.models import Contact
from tests.core.importing.conftest import Importer, numbers

RIGHTS = ("importing.use", "clients.view", "crm_clients.view", "crm_clients.edit")
LIST = """Įmonės kodas;Klientas;Vardas;Pavardė;Pareigos;El. paštas;Telefonas;Gimimo data;Roll
1000001;;Ona;Žuvėdra;Direktorė;ona@langai.lt;861234567;1980-05-06;Director
;UAB Durys;Petras;Petraitis;;petras@durys.lt;;;Boss
;UAB Durys;;;;;;;
9999999;;Nieko;Nėra;;;;;
1000001;;Jonas;Jonaitis;;no address;;;
"""


@pytest.mark.catalogue("X-02", part="contacts")
def test_contacts_are_imported_and_found_again(company):
    office = company(modules=["crm_clients"])
    importer = Importer(office, office.add_user(permissions=RIGHTS, reach="all"))
    office.add_client("UAB Langai", country="LT", registration_code="1000001")
    office.add_client("UAB Durys", country="LT")
    number = importer.begin(LIST.encode(), "kontaktai.csv", "crm_clients.contacts")
    importer.go_on(number)
    assert importer.guessed(number)["Įmonės kodas"] == "client_code"
    assert importer.guessed(number)["Klientas"] == "client_name"
    assert len(importer.guessed(number)) == 9
    assert numbers(importer.check(number)) == (2, 0, 0, 0, 3, 0)
    assert numbers(importer.start(number)) == (2, 0, 0, 0, 3, 0)
    with office.database.reading(office.system) as session:
        ona = session.scalars(select(Contact).where(Contact.surname == "Žuvėdra")).one()
        assert (ona.phone_e164, ona.role, ona.birthday.isoformat()) == ("+37061234567", "director", "1980-05-06")
    page = importer.browser.get(f"/importing/{number}").text
    assert "There is no such client" in page
    assert "The role Boss is not known" in page
    again = importer.begin(LIST.replace("861234567", "869999999").encode(), "k.csv", "crm_clients.contacts")
    importer.go_on(again)
    assert numbers(importer.check(again)) == (0, 1, 1, 0, 3, 0)
    assert numbers(importer.start(again)) == (0, 1, 1, 0, 3, 0)


def test_contacts_go_to_clients_that_the_user_sees_only(company):
    office = company(modules=["crm_clients"])
    office.add_client("UAB Langai", country="LT", registration_code="1000001")
    importer = Importer(office, office.add_user(permissions=RIGHTS, reach="own"))
    number = importer.begin(LIST.encode(), "kontaktai.csv", "crm_clients.contacts")
    importer.go_on(number)
    assert numbers(importer.check(number))[0] == 0
