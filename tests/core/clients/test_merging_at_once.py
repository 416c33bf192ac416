"""What others save while clients are merged: nothing may land on a card that is a signpost by then (CL-41)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.bin.service import delete_clients
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.db.session import Session
from kartoteka.testing.company import Company
from kartoteka.vocabulary.errors import Refused
from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.service import add_contact
from tests.core.waiting import PATIENCE, wait_until_it_waits

MODULE = "crm_clients"


@pytest.fixture(params=["postgresql"])
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with contacts, on PostgreSQL: SQLite lets one write at a time."""
    return company_on(request.param, modules=[MODULE])


def save_contact(house: Company, client_id: int) -> int:
    with house.database.transaction(house.system, "Contact added") as session:
        return int(add_contact(session, client_id, {"surname": "Jonaitis"}).id)


def merge(session: Session, kept: int, other: int) -> None:
    merge_clients(session, kept, [other])


def delete(session: Session, kept: int, other: int) -> None:
    delete_clients(session, [other])


@pytest.mark.catalogue("CL-41", part="what is saved meanwhile is not lost from view")
@pytest.mark.parametrize("change", [merge, delete])
def test_a_contact_saved_during_it_is_refused_and_not_lost(
    house: Company, change: Callable[[Session, int, int], None]
) -> None:
    kept, other = (house.add_client(name).id for name in ("Žuvėdra UAB", "Zuvedra, UAB"))
    with ThreadPoolExecutor(1) as others:
        with house.database.transaction(house.system, "Change") as session:
            change(session, kept, other)
            saving = others.submit(save_contact, house, other)
            wait_until_it_waits(house, saving)
        with pytest.raises(Refused, match="not in use any more"):
            saving.result(PATIENCE)
    with house.database.reading(house.system) as session:
        assert session.scalars(select(Contact.client_id)).all() == []


@pytest.mark.catalogue("CL-41", part="what is being saved comes along")
def test_a_contact_that_is_being_saved_goes_to_the_kept_client(house: Company) -> None:
    kept, other = (house.add_client(name).id for name in ("Žuvėdra UAB", "Zuvedra, UAB"))

    def merge_them() -> None:
        with house.database.transaction(house.system, "Change") as session:
            merge(session, kept, other)

    with ThreadPoolExecutor(1) as others:
        with house.database.transaction(house.system, "Contact added") as session:
            add_contact(session, other, {"surname": "Jonaitis"})
            merging = others.submit(merge_them)
            wait_until_it_waits(house, merging)
        merging.result(PATIENCE)
    with house.database.reading(house.system) as session:
        assert session.scalars(select(Contact.client_id)).all() == [kept]
