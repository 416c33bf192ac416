"""Services of contacts and addresses: rights, one main address per kind, work of two people, the change log."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import EditConflict
from kartoteka.api.errors import Forbidden, InvalidInput, NotFound
from kartoteka.db.journal import JournalEntry, Operation
from kartoteka_crm_clients import queries, service
from kartoteka_crm_clients.models import Address, Contact


def read_contact(house: Any, contact_id: int) -> Contact:
    with house.reading() as session:
        return session.scalars(select(Contact).where(Contact.id == contact_id)).one()


def addresses(house: Any, client_id: int) -> list[tuple[str, str, bool]]:
    with house.reading() as session:
        return [(one.kind, one.city, one.is_main) for one in queries.addresses_of(session, client_id)]


def test_a_contact_takes_the_clients_country_for_phones(house: Any) -> None:
    client_id = house.client(country="EE")
    contact = read_contact(house, house.contact(client_id, mobile="512 3456"))
    assert (contact.country, contact.mobile_e164) == ("EE", "+3725123456")


def test_contacts_stand_by_role_and_then_by_name(house: Any) -> None:
    client_id = house.client()
    for surname, role in (("Žukas", "sales"), ("Ąžuolas", "sales"), ("Zeba", "director")):
        house.contact(client_id, surname=surname, role=role)
    with house.reading() as session:
        found = [one.surname for one in queries.contacts_of(session, client_id)]
    assert found == ["Zeba", "Ąžuolas", "Žukas"]


def test_nothing_can_be_written_without_the_right(house: Any) -> None:
    client_id = house.client()
    contact_id = house.contact(client_id)
    reader = house.company.actor(house.company.add_user(permissions=["clients.view", "crm_clients.view"], reach="all"))
    for write in (
        lambda session: service.add_contact(session, client_id, {"surname": "X"}),
        lambda session: service.change_contact(session, contact_id, {"surname": "X"}),
        lambda session: service.archive_contact(session, contact_id),
        lambda session: service.add_address(session, client_id, {"city": "X"}),
    ):
        with pytest.raises(Forbidden), house.company.database.transaction(reader) as session:
            write(session)


def test_contacts_of_clients_out_of_sight_do_not_exist(house: Any) -> None:
    client_id = house.client(owner=house.other_id)
    contact_id, address_id = house.contact(client_id), house.address(client_id)
    for write in (
        lambda session: service.add_contact(session, client_id, {"surname": "X"}),
        lambda session: service.change_contact(session, contact_id, {"surname": "X"}),
        lambda session: service.archive_contact(session, contact_id),
        lambda session: service.change_address(session, address_id, {"city": "X"}),
        lambda session: service.restore_address(session, address_id),
    ):
        with pytest.raises(NotFound), house.writing() as session:
            write(session)


def test_wrong_values_are_refused_by_field(house: Any) -> None:
    client_id = house.client()
    with pytest.raises(InvalidInput) as refused, house.writing() as session:
        service.add_contact(session, client_id, {"surname": "X", "email": "nobody"})
    assert set(refused.value.errors) == {"email"}


def test_two_people_change_different_fields_of_a_contact(house: Any) -> None:
    contact_id = house.contact(house.client(), first_name="Jonas", phone="")
    seen = read_contact(house, contact_id)
    as_seen = {"first_name": seen.first_name, "surname": seen.surname, "phone": seen.phone}
    with house.writing() as session:
        service.change_contact(session, contact_id, {**as_seen, "phone": "8 612 34567"}, seen.version)
    with house.writing() as session:
        service.change_contact(session, contact_id, {**as_seen, "surname": "Petraitis"}, seen.version)
    contact = read_contact(house, contact_id)
    assert (contact.surname, contact.phone) == ("Petraitis", "8 612 34567")


def test_two_people_change_the_same_field_of_a_contact(house: Any) -> None:
    contact_id = house.contact(house.client(), first_name="Jonas")
    seen = read_contact(house, contact_id)
    with house.writing() as session:
        service.change_contact(session, contact_id, {"surname": "Theirs", "job_title": "CEO"}, seen.version)
    with pytest.raises(EditConflict) as conflict, house.writing() as session:
        service.change_contact(session, contact_id, {"surname": "Mine", "job_title": ""}, seen.version)
    assert conflict.value.theirs == {"surname": "Theirs"}
    assert conflict.value.mine == {"surname": "Mine"}
    assert conflict.value.merged == {"job_title": "CEO"}
    assert conflict.value.by == "Ona Onaitė"


def test_the_first_address_of_a_kind_is_the_main_one(house: Any) -> None:
    client_id = house.client()
    house.address(client_id, kind="delivery", city="Kaunas")
    second = house.address(client_id, kind="delivery", city="Trakai", is_main=True)
    house.address(client_id, kind="legal", city="Vilnius")
    assert addresses(house, client_id) == [
        ("legal", "Vilnius", True),
        ("delivery", "Trakai", True),
        ("delivery", "Kaunas", False),
    ]
    with house.writing() as session:
        service.archive_address(session, second)
    assert addresses(house, client_id)[1:] == [("delivery", "Kaunas", True)]
    with house.writing() as session:
        service.restore_address(session, second)
    assert addresses(house, client_id)[1:] == [("delivery", "Kaunas", True), ("delivery", "Trakai", False)]


def test_an_address_that_changes_its_kind_leaves_a_main_one_behind(house: Any) -> None:
    client_id = house.client()
    first = house.address(client_id, kind="site", city="Kaunas")
    house.address(client_id, kind="site", city="Trakai")
    house.address(client_id, kind="postal", city="Varėna")
    with house.writing() as session:
        service.change_address(session, first, {"kind": "postal", "is_main": False})
    assert addresses(house, client_id) == [
        ("postal", "Varėna", True),
        ("postal", "Kaunas", False),
        ("site", "Trakai", True),
    ]


def test_two_main_addresses_after_a_merge_become_one_with_the_next_save(house: Any) -> None:
    client_id = house.client()
    with house.company.database.transaction(house.company.system) as session:
        session.add_all(Address(client_id=client_id, kind="legal", city=city, is_main=True) for city in "AB")
    house.address(client_id, kind="legal", city="C")
    assert [main for _kind, _city, main in addresses(house, client_id)] == [True, False, False]


def test_the_change_log_of_the_client_tells_of_contacts(house: Any) -> None:
    client_id = house.client()
    contact_id = house.contact(client_id, birthday=date(1980, 2, 29))
    with house.writing() as session:
        service.change_contact(session, contact_id, {"birthday": None, "phone": "8 612 34567"})
    with house.company.database.reading(house.company.system) as session:
        statement = (
            select(JournalEntry.action, JournalEntry.client_id, JournalEntry.changes, Operation.user_name)
            .join(Operation, Operation.id == JournalEntry.operation_id)
            .where(JournalEntry.kind == "crm_clients.contact")
            .order_by(JournalEntry.id)
        )
        created, changed = session.execute(statement).all()
    assert (created.action, created.client_id) == ("created", client_id)
    assert (changed.action, changed.user_name) == ("changed", "Ona Onaitė")
    assert set(changed.changes) == {"birthday", "phone"}
