"""What others save while clients are merged: nothing may land on a card that is a signpost by then (CL-41)."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.bin.service import delete_clients
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.db.session import Session
from kartoteka.testing.company import Company
from kartoteka.vocabulary.errors import Refused
from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.service import add_contact

MODULE = "crm_clients"
PATIENCE = 60


@pytest.fixture(params=["postgresql"])
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with contacts, on PostgreSQL: SQLite lets one write at a time."""
    return company_on(request.param, modules=[MODULE])


def save_contact(house: Company, client_id: int) -> int:
    with house.database.transaction(house.system, "Contact added") as session:
        return int(add_contact(session, client_id, {"surname": "Jonaitis"}).id)


def wait_until_it_waits(house: Company, saving: Future[Any]) -> None:
    """Return when a statement waits for a lock, or the saving has ended."""
    until = time.monotonic() + PATIENCE
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not saving.done() and time.monotonic() < until:
        with house.database.engine.connect() as connection:
            if connection.exec_driver_sql(waiting).scalar():
                return
        time.sleep(0.02)
    assert saving.done(), "nobody waits and nobody has saved"


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
