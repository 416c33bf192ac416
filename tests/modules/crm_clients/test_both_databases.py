"""What the two databases could answer differently: months and days, ranges of text, one statement for two tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, literal, select

from kartoteka.api.clients import Client
from kartoteka.api.db import utc_now
from kartoteka.api.declare import DuplicateProbe
from kartoteka.api.records import Period
from kartoteka.db.search import check_search
from kartoteka.extension.dispatch import find_duplicates, load_demo
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_clients import queries
from kartoteka_crm_clients.models import Address, Contact
from tests.modules.crm_clients.conftest import House


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> House:
    return House(company_on(request.param, modules=["crm_clients"]))


def test_birthdays_of_contacts_and_persons_stand_in_one_answer(house: House) -> None:
    company = house.client("UAB Žuvėdra")
    house.contact(company, first_name="Leap", birthday=date(1988, 2, 29))
    house.client("Rasienė", kind="person", first_name="Rasa", birth_date=date(1990, 2, 28))
    house.client("Liepa", kind="person", first_name="Lina", birth_date=date(1990, 12, 31))
    with house.reading() as session:
        found = queries.birthdays_in(session, Period.days_from(date(2027, 2, 28), 1))
        winter = queries.birthdays_in(session, Period.days_from(date(2026, 12, 30), 70))
        period = Period.days_from(date(2027, 2, 28), 1)
        clients = session.scalars(select(Client.name).where(queries.has_birthday(Client.id, period))).all()
    assert [(one.name, one.turns) for one in found] == [("Leap Jonaitis", 39), ("Rasa Rasienė", 37)]
    assert [one.name for one in winter] == ["Lina Liepa", "Leap Jonaitis", "Rasa Rasienė"]
    assert set(clients) == {"UAB Žuvėdra", "Rasienė Rasa"}


def test_cities_are_found_by_their_beginning(house: House) -> None:
    for city in ("Šiauliai", "Šiaurė", "Kaunas", "Київ"):
        house.address(house.client(f"UAB {city}"), city=city)
    for typed, names in (
        ("šiau", {"UAB Šiauliai", "UAB Šiaurė"}),
        ("SIAULIAI", {"UAB Šiauliai"}),
        ("киї", {"UAB Київ"}),
    ):
        with house.reading() as session:
            found = session.scalars(select(Client.name).where(queries.has_city(Client.id, typed))).all()
        assert set(found) == names


def test_duplicates_and_columns(house: House) -> None:
    client_id = house.client()
    house.contact(client_id, email="jonas@gmail.com", role="director")
    house.address(client_id, kind="site", city="Utena")
    house.address(client_id, kind="invoice", city="Trakai")
    probe = DuplicateProbe(country="LT", emails=("JONAS@gmail.com",))
    with house.reading() as session:
        assert [hit.field for hit in find_duplicates(session, probe)] == ["emails"]
        assert queries.cities(session, [client_id]) == {client_id: "Trakai"}
        assert session.scalar(select(queries.director_of(literal(client_id)))) == "Jonaitis"


def test_the_demo_company_has_contacts_and_addresses_every_time_the_same(house: House) -> None:
    for number in range(30):
        house.client(f"UAB Nr. {number}", country=("LT", "EE", "LV", "UA", "DE")[number % 5])
    house.client("Rasienė", kind="person", first_name="Rasa")
    made = [demo_people(house) for _time in range(2)]
    assert made[0] == made[1]
    assert len(made[0]) >= 30


def demo_people(house: House) -> list[Any]:
    with house.company.database.transaction(house.company.system) as session:
        load_demo(session, 31)
        rows = session.execute(select(Contact.surname, Contact.mobile, Contact.birthday).order_by(Contact.id))
        people = [tuple(row) for row in rows]
        assert session.scalar(select(func.count(Address.id))) >= 31
        assert not list(check_search(session))
        assert queries.birthdays_in(session, Period.days_from(utc_now().date(), 15))
        session.rollback()
    return people
