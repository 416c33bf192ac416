"""Managers are told which clients changed hands, once per operation and never by themselves (CL-50)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.many import change_clients
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client, set_manager
from kartoteka.builtin.notifications.models import Notification
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.stored import from_plain
from tests.core.actions.conftest import add_clients
from tests.installed import installed

TYPE = "clients.changed_hands"


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=installed("crm_clients"))


@pytest.fixture
def people(office: Company) -> SimpleNamespace:
    """Sellers who see their own clients only, and the boss, who sees all."""
    found = {name: office.add_user(role="clients.sales_manager", name=name) for name in ("anna", "rasa", "jonas")}
    return SimpleNamespace(boss=office.add_user(role="administrator", name="boss"), **found)


def heard(company: Company, user_id: int) -> list[str]:
    """Return what a user was told, the oldest first."""
    with company.database.reading(company.system) as session:
        rows = session.scalars(select(Notification).where(Notification.user_id == user_id).order_by(Notification.id))
        return [str(from_plain(one.message)) for one in rows if one.type == TYPE]


@pytest.mark.catalogue("CL-50", part="a change of the manager notifies both")
def test_both_managers_are_told_in_the_page(office: Company, people: Any) -> None:
    (client_id,) = add_clients(office, 1, manager_id=people.anna)
    boss = office.browser(people.boss)
    data = {"manager": str(people.rasa), "version": "1"}
    assert boss.post(f"/clients/{client_id}/field/manager", data=data).status_code == 302
    mine = office.browser(people.rasa).get("/notifications/").text
    assert "<strong>Client 0</strong><span>One client was handed over to you</span>" in mine
    assert "<span>One client is not yours any more</span>" in office.browser(people.anna).get("/notifications/").text
    assert heard(office, people.boss) == heard(office, people.jonas) == []


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CL-50", part="many clients are told of in one line")
def test_many_clients_are_one_line_for_each_person(office: Company, people: Any, run_jobs: Any) -> None:
    add_clients(office, 130, manager_id=people.anna)
    add_clients(office, 40, manager_id=people.jonas)
    add_clients(office, 5, manager_id=people.rasa)
    browser = office.browser(people.boss)
    chosen = {"kind": "clients.client", "everything": "1", "list": "clients", "where": ""}
    page = browser.post("/actions/crm_clients/hand_over", data=chosen).text
    mark = page.split('name="mark" value="')[1].split('"')[0]
    sent = {**chosen, "mark": mark, "confirmed": "1", "manager": str(people.rasa)}
    assert browser.post("/actions/crm_clients/hand_over", data=sent).location.startswith("/jobs/")
    run_jobs(office)
    assert heard(office, people.rasa) == ["170 clients were handed over to you"]
    assert heard(office, people.anna) == ["130 clients are not yours any more"]
    assert heard(office, people.jonas) == ["40 clients are not yours any more"]


@pytest.mark.catalogue("CL-50", part="handing over all work tells the successor")
def test_the_steps_of_a_long_hand_over_add_up(
    office: Company, people: Any, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kartoteka.builtin.handover.running.STEP", 50)
    add_clients(office, 130, manager_id=people.anna)
    data = {"how": "for_good", "successor": str(people.rasa)}
    office.browser(people.boss).post(f"/handover/{people.anna}", data=data)
    run_jobs(office)
    assert heard(office, people.rasa) == ["130 clients were handed over to you"]
    assert heard(office, people.anna) == ["130 clients are not yours any more"]


def test_nobody_is_told_what_he_did_himself(office: Company, people: Any) -> None:
    ids = add_clients(office, 3, manager_id=people.anna)
    with office.database.transaction(office.actor(people.boss)) as session:
        set_manager(session, ids, people.boss)
    with office.database.transaction(office.actor(people.boss)) as session:
        set_manager(session, ids[:2], people.rasa)
    assert heard(office, people.boss) == []
    assert heard(office, people.anna) == ["3 clients are not yours any more"]
    assert heard(office, people.rasa) == ["2 clients were handed over to you"]


def test_what_does_not_change_hands_is_not_told(office: Company, people: Any) -> None:
    (client_id,) = add_clients(office, 1, manager_id=people.anna)
    boss = office.actor(people.boss)
    with office.database.transaction(boss) as session:
        change_client(session, client_id, {"phone": "+370 612 34567"})
        set_manager(session, [client_id], people.anna)
        change_clients(session, [client_id], {"importance": "a"})
    assert heard(office, people.anna) == []
    with office.database.transaction(boss) as session:
        change_clients(session, [client_id], {"manager_id": people.rasa})
    with office.database.transaction(boss) as session:
        set_manager(session, [client_id], None)
    assert heard(office, people.anna) == heard(office, people.rasa)[1:] == ["One client is not yours any more"]
    with office.database.reading(office.system) as session:
        assert session.scalar(select(Client.manager_id)) is None


def test_it_reads_in_the_language_of_the_reader(office: Company, people: Any) -> None:
    ids = add_clients(office, 12, manager_id=people.anna)
    lithuanian = office.add_user(role="clients.sales_manager", language="lt")
    with office.database.transaction(office.actor(people.boss)) as session:
        set_manager(session, ids, lithuanian)
    assert "Jums perduota 12 klientų" in office.browser(lithuanian).get("/notifications/").text
