"""The bin: what deleting a client means, taking it back with all that is its, deleting it for good (X-31)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from kartoteka.builtin.clients.bin.consequences import foresee
from kartoteka.builtin.clients.bin.job import empty_bin
from kartoteka.builtin.clients.bin.service import delete_clients, purge_clients, restore_deleted
from kartoteka.builtin.clients.fields import DELETE, MERGE, PURGE
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client, ClientShare
from kartoteka.builtin.clients.service import archive_clients
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.db.journal import changes_of_client
from kartoteka.db.session import find
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Forbidden, NotFound, Refused
from tests.installed import installed

from .abandoned import leave_behind
from .conftest import HEAD

MODULE = "crm_clients"
CLERK = (*HEAD, DELETE, MERGE, f"{MODULE}.view", f"{MODULE}.edit")
BOSS = (*CLERK, PURGE)


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with contacts and addresses, once on SQLite and once on PostgreSQL."""
    return company_on(request.param, modules=installed(MODULE))


def client_with_contact(house: Company, actor: Any, name: str = "UAB Žuvėdra") -> int:
    client = house.add_client(name, actor=actor, phone="+370 612 34567").id
    data = {"surname": "Kunigundė", "role": "director"}
    house.browser(actor.user_id).post(f"/{MODULE}/clients/{client}/contacts/new", data=data)
    with house.database.transaction(house.system) as session:
        share_client(session, client, actor.user_id, "Helps out")
    return client


def delete(house: Company, actor: Any, *ids: int) -> int:
    with house.database.transaction(actor) as session:
        return delete_clients(session, ids)


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("X-31", part="a deleted client comes back with all that is its")
def test_what_is_deleted_comes_back_with_everything(house):
    actor = house.actor(house.add_user(permissions=CLERK, reach="all"))
    browser = house.browser(actor.user_id)
    client = client_with_contact(house, actor)
    assert delete(house, actor, client) == 1
    assert "Žuvėdra" not in browser.get("/clients/").text
    assert "Kunigundė" not in browser.get(f"/{MODULE}/clients/{client}/contacts").text
    page = browser.get("/clients/bin").text
    assert "UAB Žuvėdra" in page
    assert actor.name in page
    with house.database.transaction(actor) as session:
        assert restore_deleted(session, [client]) == 1
    assert "Žuvėdra" in browser.get("/clients/").text
    assert "Kunigundė" in browser.get(f"/{MODULE}/clients/{client}/contacts").text
    assert "The bin is empty" in browser.get("/clients/bin").text


def test_an_archived_client_goes_back_to_the_archive(house):
    actor = house.actor(house.add_user(permissions=(*CLERK, "clients.archive"), reach="all"))
    client = client_with_contact(house, actor)
    with house.database.transaction(actor) as session:
        archive_clients(session, [client])
    delete(house, actor, client)
    with house.database.transaction(actor) as session:
        restore_deleted(session, [client])
        assert find(session, Client, client).state == "archived"


@pytest.mark.needs_module("crm_clients")
def test_pages_say_what_it_means_and_do_it(house):
    actor = house.actor(house.add_user(permissions=BOSS, reach="all"))
    browser = house.browser(actor.user_id)
    client = client_with_contact(house, actor)
    action = f"/actions/clients/delete?kind=clients.client&id={client}"
    asked = browser.get(action, follow_redirects=True).text
    assert "Contact persons: 1" in asked
    assert browser.post("/clients/delete", data={"id": client}).location == "/clients/"
    assert "in the bin" in browser.get(f"/clients/{client}").text
    assert browser.get(f"/clients/{client}/edit").status_code == 200
    assert browser.post(f"/clients/{client}/edit", data={"company_name": "X"}).status_code in (409, 422)
    assert browser.post("/clients/bin/restore", data={"id": client}).location == f"/clients/{client}"
    browser.post("/clients/delete", data={"id": client})
    assert "Nobody can take this back" in browser.post("/clients/bin/purge", data={"id": client}).text
    gone = browser.post("/clients/bin/purge", data={"id": client, "confirmed": "1"}, follow_redirects=True).text
    assert "One client is deleted permanently" in gone
    assert browser.get(f"/clients/{client}").status_code == 404


def test_what_refers_to_a_client_stops_it_with_names(house):
    actor = house.actor(house.add_user(permissions=BOSS, reach="all"))
    one, other = client_with_contact(house, actor), client_with_contact(house, actor, "Alfa")
    leave_behind(house, one, other)
    with house.database.transaction(actor) as session, pytest.raises(Refused, match="Old visits: 2"):
        delete_clients(session, [one])
    answer = house.browser(actor.user_id).post("/clients/delete", data={"id": one})
    assert answer.status_code == 422
    assert "Old visits: 2 (module not installed)" in answer.text
    with house.database.reading(actor) as session:
        means = foresee(session, [one])
        assert [str(moved.title) for moved in means.staying] == ["Old visits"]


def test_only_with_the_right_and_only_what_is_seen(house):
    clerk = house.actor(house.add_user(permissions=CLERK))
    without = house.actor(house.add_user(permissions=HEAD, reach="all"))
    own, foreign = client_with_contact(house, clerk), house.add_client("Foreign").id
    with pytest.raises(Forbidden):
        delete(house, without, own)
    with pytest.raises(NotFound):
        delete(house, clerk, own, foreign)
    delete(house, clerk, own)
    with house.database.transaction(clerk) as session, pytest.raises(Forbidden):
        purge_clients(session, [own])
    assert "Žuvėdra" not in house.browser(house.add_user(permissions=CLERK)).get("/clients/bin").text


@pytest.mark.needs_module("crm_clients")
def test_purging_leaves_no_row_and_no_value(house):
    actor = house.actor(house.add_user(permissions=BOSS, reach="all"))
    client, twin = client_with_contact(house, actor), client_with_contact(house, actor, "Zuvedra")
    with house.database.transaction(actor) as session:
        merge_clients(session, client, [twin])
    with house.database.transaction(actor) as session:
        assert purge_clients(session, [client]) == 0, "it is not in the bin"
    delete(house, actor, client)
    with house.database.transaction(actor) as session:
        assert purge_clients(session, [client]) == 1
    with house.database.reading(house.system) as session:
        for model in (Client, ClientShare):
            assert session.scalar(select(func.count()).select_from(model)) == 0
        entries = changes_of_client(session, client, ["clients.client", f"{MODULE}.contact"])
        assert entries
        assert not any(entry.changes for entry in entries)
        assert session.scalar(text("SELECT count(*) FROM crm_clients_contact")) == 0
        assert session.scalar(text("SELECT count(*) FROM core_search_text")) == 0
        audited = session.execute(text("SELECT event FROM core_audit ORDER BY id")).scalars().all()
        assert [event for event in audited if event.startswith("client.")] == ["client.deleted", "client.purged"]


def test_a_job_purges_what_lay_there_for_thirty_days(house):
    actor = house.actor(house.add_user(permissions=CLERK, reach="all"))
    old, new, stuck = (client_with_contact(house, actor, name) for name in ("Old", "New", "Stuck"))
    with at_moment(utc_now() - timedelta(days=31)):
        delete(house, actor, old)
        delete(house, actor, stuck)
    delete(house, actor, new)
    leave_behind(house, stuck, new)
    job = RunningJob(id=1)
    for _step in range(10):
        job.goes_on = False
        with house.database.transaction(house.system) as session:
            empty_bin(session, job)
        if not job.goes_on:
            break
    with house.database.reading(house.system) as session:
        assert set(session.scalars(select(Client.id))) == {new, stuck}
    assert "Old visits" in str(job.warnings[0])
    assert str(job.message) == "One client was deleted permanently."
