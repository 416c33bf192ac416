"""What the module does for the list of clients: search, columns, filters, duplicates, handing over."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import literal, select

from kartoteka.api.clients import Client
from kartoteka.api.declare import DuplicateProbe
from kartoteka.db.journal import Operation
from kartoteka.extension.dispatch import find_duplicates
from kartoteka_crm_clients import queries


def found(house: Any, query: str) -> str:
    answer = house.browser.get("/clients/", query_string={"q": query})
    assert answer.status_code == 200
    return str(answer.text)


@pytest.mark.catalogue("CL-35")
@pytest.mark.parametrize("query", ["jonait", "612 34567", "+37061234567", "jonas@gmail", "Zalgirio", "lt-08220"])
def test_a_client_is_found_by_its_contacts_and_addresses(house: Any, query: str) -> None:
    client_id = house.client("UAB Žuvėdra")
    house.client("UAB Kita")
    house.contact(client_id, first_name="Jonas", mobile="8 612 34567", email="jonas@gmail.com")
    house.address(client_id, street="Žalgirio g. 5", postcode="LT-08220")
    page = found(house, query)
    assert "Žuvėdra" in page
    assert "Kita" not in page


def test_nobody_finds_by_contacts_without_the_right_or_while_the_module_is_off(house: Any) -> None:
    house.contact(house.client("UAB Žuvėdra"), surname="Retenybė")
    viewer = house.company.browser(house.company.add_user(permissions=["clients.view"], reach="all"))
    assert "Žuvėdra" not in viewer.get("/clients/?q=retenyb").text
    assert "Žuvėdra" in found(house, "retenyb")
    house.company.switch("crm_clients", on=False)
    assert "Žuvėdra" not in found(house, "retenyb")


def test_contacts_of_others_clients_find_nothing(house: Any) -> None:
    house.contact(house.client("UAB Kita", owner=house.other_id), surname="Retenybė")
    assert "Kita" not in found(house, "retenyb")


@pytest.mark.catalogue("CL-32", part="address and director")
def test_city_address_and_director_are_columns(house: Any) -> None:
    first, second = house.client("UAB Pirma"), house.client("UAB Antra")
    house.contact(first, first_name="Zita", surname="Zitaitė", role="director")
    house.contact(first, first_name="Ana", surname="Anaitė", role="director")
    house.contact(first, first_name="Jonas", role="sales")
    house.address(first, kind="delivery", city="Kaunas")
    house.address(first, kind="legal", city="Trakai", street="Karaimų g. 1")
    with house.reading() as session:
        assert queries.cities(session, [first, second]) == {first: "Trakai"}
        assert queries.address_lines(session, [first, second]) == {first: "Karaimų g. 1, Trakai"}
        assert director(session, first) == "Ana Anaitė"
        assert director(session, second) is None


def director(session: Any, client_id: int) -> str | None:
    return session.scalar(select(queries.director_of(literal(client_id))))


@pytest.mark.catalogue("CL-32", part="address and director")
def test_the_list_shows_address_and_director(house: Any) -> None:
    client_id = house.client()
    house.contact(client_id, first_name="Zita", surname="Zitaitė", role="director")
    house.address(client_id, city="Trakai", street="Karaimų g. 1")
    house.address(house.client("UAB Kita"), city="Kaunas")
    page = house.browser.get("/clients/").text
    assert "Zita Zitaitė" in page
    assert "Karaimų g. 1, Trakai" in page
    filtered = house.browser.get("/clients/?crm_clients.city=trakai").text
    assert "Žuvėdra" in filtered
    assert "UAB Kita" not in filtered


def test_values_of_clients_out_of_sight_are_not_told(house: Any) -> None:
    hidden = house.client(owner=house.other_id)
    house.contact(hidden, role="director")
    house.address(hidden)
    with house.reading() as session:
        assert queries.cities(session, [hidden]) == {}
        assert director(session, hidden) is None


@pytest.mark.parametrize(("city", "names"), [("siaul", {"UAB Pirma"}), ("ŠIAULIAI", {"UAB Pirma"}), ("iauliai", set())])
def test_clients_are_filtered_by_city(house: Any, city: str, names: set[str]) -> None:
    house.address(house.client("UAB Pirma"), city="Šiauliai")
    house.address(house.client("UAB Antra"), city="Kaunas")
    with house.reading() as session:
        shown = session.scalars(select(Client.name).where(queries.has_city(Client.id, city))).all()
    assert set(shown) == names


def test_a_clients_contact_is_known_already(house: Any) -> None:
    client_id = house.client()
    hidden = house.client("UAB Kita", owner=house.other_id)
    house.contact(client_id, phone="8 612 34567", email="Jonas@Gmail.com")
    house.contact(hidden, mobile="+370 612 34567")
    probe = DuplicateProbe(country="LT", phones=("+370 (612) 34567",), emails=("jonas@gmail.com",))
    with house.reading() as session:
        hits = {(hit.client_id, hit.field) for hit in find_duplicates(session, probe)}
        excluded = find_duplicates(session, DuplicateProbe(country="LT", phones=("861234567",), exclude_id=client_id))
        nothing = find_duplicates(session, DuplicateProbe(country="LT", phones=("-",), emails=("",)))
    assert hits == {(client_id, "phones"), (client_id, "emails"), (hidden, "phones")}
    assert [hit.client_id for hit in excluded] == [hidden]
    assert nothing == []


def managers(house: Any) -> dict[str, int]:
    with house.company.database.reading(house.company.system) as session:
        return {row.name: row.manager_id for row in session.execute(select(Client.name, Client.manager_id))}


@pytest.mark.catalogue("CL-50", part="handing over one and many clients")
def test_clients_are_handed_over_with_a_note(house: Any) -> None:
    ids = [house.client(f"UAB {name}") for name in ("Pirma", "Antra")]
    url = "/actions/crm_clients/hand_over"
    page = house.browser.get(url, query_string={"id": ids})
    assert page.status_code == 200
    assert "Petras Petraitis" in page.text
    data = {"id": ids, "manager": house.other_id, "note": "She is\non leave", "confirmed": "1"}
    answer = house.browser.post(url, data=data)
    assert answer.status_code == 302
    assert managers(house) == {"UAB Pirma": house.other_id, "UAB Antra": house.other_id}
    with house.company.database.reading(house.company.system) as session:
        title = session.scalars(select(Operation.title).order_by(Operation.id.desc())).first()
        notes = session.scalars(select(Client.notes)).all()
    assert title == "Handed over to Petras Petraitis: She is on leave"
    assert notes == ["She is\non leave"] * 2


def test_handing_over_needs_its_right_and_a_colleague(house: Any) -> None:
    client_id = house.client()
    url = f"/actions/crm_clients/hand_over?id={client_id}"
    assert house.browser.post(url, data={"manager": 9999, "confirmed": "1"}).status_code == 422
    assert house.browser.post(url, data={"confirmed": "1"}).status_code == 422
    viewer = house.company.browser(house.company.add_user(permissions=["clients.view"], reach="all"))
    assert viewer.get(url).status_code == 404
    assert set(managers(house).values()) == {house.user_id}


def test_others_clients_cannot_be_handed_over(house: Any) -> None:
    ids = [house.client("UAB Mano"), house.client("UAB Kita", owner=house.other_id)]
    data = {"id": ids, "manager": house.user_id, "confirmed": "1"}
    assert house.browser.post("/actions/crm_clients/hand_over", data=data).status_code == 404
    assert managers(house)["UAB Kita"] == house.other_id
