"""An e-shop registers people through the API: they are the same people as here, entered once (CORE-28)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.builtin.rest.service import make_key
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_clients.models import Contact
from tests.modules.crm_clients.conftest import RIGHTS, House

URL = "/api/v1/crm_clients/registrations"


class Shop:
    """An e-shop with a key, beside the company's own people."""

    def __init__(self, company: Any) -> None:
        self.house = House(company)
        seller = company.add_user(permissions=RIGHTS, reach="all")
        with company.database.transaction(company.system) as session:
            _key, token = make_key(session, title="Shop", scopes=("*:read", "*:create", "*:change"), user_id=seller)
        self.head, self.program = {"Authorization": f"Bearer {token}"}, company.app.test_client()

    def register(self, **values: Any) -> Any:
        return self.program.post(URL, json=values, headers=self.head)

    def contacts(self) -> list[tuple[int, str, str]]:
        with self.house.company.database.reading(self.house.company.system) as session:
            rows = session.execute(select(Contact.client_id, Contact.email, Contact.phone).order_by(Contact.id))
            return [tuple(row) for row in rows]


@pytest.fixture(params=chosen_kinds())
def shop(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Shop:
    return Shop(company_on(request.param, modules=["crm_clients"]))


@pytest.mark.catalogue("CORE-28", part="a contact gets an account without retyping, under the same id")
def test_a_contact_of_a_client_is_known_to_the_shop_by_the_same_id(shop: Shop) -> None:
    client_id = shop.house.client("UAB Langai")
    contact_id = shop.house.contact(client_id, email="Ona@Langai.lt", phone="+37061234567")
    told = shop.program.get(f"{URL}/{contact_id}", headers=shop.head).json
    assert (told["client"], told["email"], told["phone"]) == (client_id, "Ona@Langai.lt", "+37061234567")
    joined = shop.register(email="ona@langai.lt", first_name="Ona", phone="+37060000000")
    assert joined.status_code == 201, joined.json
    assert (joined.json["id"], joined.json["client"]) == (contact_id, client_id)
    assert joined.json["first_name"] == "Ona", "what was empty is filled in"
    assert joined.json["phone"] == "+37061234567", "what is known stays"
    assert len(shop.contacts()) == 1


@pytest.mark.catalogue("CORE-28", part="a known address joins, an unknown one makes a potential client")
def test_known_addresses_join_and_unknown_ones_become_potential_clients(shop: Shop) -> None:
    client_id = shop.house.client("UAB Langai", email="info@langai.lt")
    joined = shop.register(email="info@langai.lt", surname="Onaitė")
    assert joined.json["client"] == client_id
    new = shop.register(email="jonas@nauji.lt", first_name="Jonas", surname="Jonaitis", mobile="+37061234567")
    assert new.status_code == 201, new.json
    with shop.house.company.database.reading(shop.house.company.system) as session:
        client = session.get(Client, new.json["client"])
        assert (client.name, client.relationship, client.kind) == ("Jonaitis Jonas", "potential", "person")
    again = shop.register(email="JONAS@nauji.lt")
    assert (again.json["id"], again.json["client"]) == (new.json["id"], new.json["client"])
    assert [email for _client, email, _phone in shop.contacts()] == ["info@langai.lt", "jonas@nauji.lt"]


@pytest.mark.catalogue("CORE-28", part="a change in one shows in the other")
def test_a_phone_changed_on_either_side_shows_on_the_other(shop: Shop) -> None:
    client_id = shop.house.client("UAB Langai")
    contact_id = shop.house.contact(client_id, email="ona@langai.lt", phone="+37061234567")
    head = {**shop.head, "If-Match": "*"}
    changed = shop.program.patch(f"{URL}/{contact_id}", json={"phone": "+37069999999"}, headers=head)
    assert changed.status_code == 200, changed.json
    assert "+37069999999" in shop.house.browser.get(f"/crm_clients/contacts/{contact_id}").text
    form = {"surname": "Jonaitis", "role": "other", "email": "ona@langai.lt", "phone": "+37061111111"}
    assert shop.house.browser.post(f"/crm_clients/contacts/{contact_id}/edit", data=form).status_code == 302
    assert shop.program.get(f"{URL}/{contact_id}", headers=shop.head).json["phone"] == "+37061111111"


def test_nobody_is_registered_without_an_address_or_a_right(shop: Shop) -> None:
    for email in ("", "none", "x"):
        assert shop.register(email=email, surname="Onaitė").status_code == 422
    assert shop.register(surname="Onaitė").json["errors"][0]["field"] == "email"
    assert shop.register(email="ona@langai.lt", client=999_999).status_code == 404
    assert shop.contacts() == []
