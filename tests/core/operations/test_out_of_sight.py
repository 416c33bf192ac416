"""Undoing work of which some records are not the user's to see any more: these stay, the others are taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from kartoteka.builtin.clients.models import Client, ClientShare
from kartoteka.builtin.clients.service import set_manager
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.builtin.operations import service
from kartoteka.db.journal import insert_rows, operation_of, update_rows
from kartoteka.extension.declarations import work
from kartoteka.testing import run_jobs
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds

CLERK = ("clients.view", "clients.create", "clients.edit", "clients.change_manager")
SHARED = 5
BEFORE, AFTER = "+37060000000", "+37061111111"
HIDDEN = "A record that you can’t see"


@pytest.fixture(params=chosen_kinds())
def company(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company, once on SQLite and once on PostgreSQL."""
    return company_on(request.param)


def add_clients(company: Company, number: int, manager_id: int, name: str) -> list[int]:
    usual = {"kind": "company", "registered_on": date(2026, 1, 1), "country": "LT", "phone": BEFORE}
    with company.database.transaction(company.system, "Clients added") as session:
        rows = [
            {**usual, "number": f"{name}{each:05}", "company_name": f"{name} {each}", "manager_id": manager_id}
            for each in range(number)
        ]
        return insert_rows(session, "core_client", rows)


def change_phones(company: Company, clerk_id: int, own: int) -> int:
    """Let a clerk change the phones of own and of shared clients, end the shares, and return the operation."""
    colleague = company.add_user(permissions=CLERK)
    ids = add_clients(company, SHARED, colleague, "Foreign") + add_clients(company, own, clerk_id, "Own")
    with company.database.transaction(company.system, "Shared") as session:
        for client_id in ids[:SHARED]:
            share_client(session, client_id, clerk_id, "Holidays")
    with company.database.transaction(company.actor(clerk_id), "Phones") as session:
        update_rows(session, "core_client", {client_id: {"phone": AFTER} for client_id in ids})
        number = operation_of(session)
    with company.database.transaction(company.system) as session:
        session.execute(update(ClientShare.__table__).values(until=date(2020, 1, 1)))
    return number


def phones(company: Company) -> dict[str, int]:
    with company.database.reading(company.system) as session:
        return dict(session.execute(select(Client.phone, func.count()).group_by(Client.phone)).all())


@pytest.mark.catalogue("X-11", part="records out of sight do not stop an undo")
def test_what_is_out_of_sight_is_listed_without_a_name_and_stays(company: Company) -> None:
    clerk_id = company.add_user(permissions=CLERK)
    page = f"/operations/{change_phones(company, clerk_id, 10)}"
    clerk = company.browser(clerk_id)
    for answer in (clerk.get(page), clerk.post(f"{page}/undo")):
        shown = answer.text
        assert shown.count(HIDDEN) == SHARED
        assert f"{SHARED} records stand in the way" in shown
        assert "You can no longer see it." in shown
        assert "Undo the rest" in shown
        assert "Foreign" not in shown
    assert phones(company) == {AFTER: SHARED + 10}
    clerk.post(f"{page}/undo", data={"rest": "1"})
    assert phones(company) == {AFTER: SHARED, BEFORE: 10}


@pytest.mark.catalogue("X-11", part="an undo in several steps leaves out what is out of sight")
def test_many_steps_go_to_the_end(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "STEP_SECONDS", 0)
    clerk_id = company.add_user(permissions=CLERK)
    page = f"/operations/{change_phones(company, clerk_id, 620)}"
    clerk = company.browser(clerk_id)
    asked = clerk.post(f"{page}/undo")
    assert (asked.status_code, asked.text.count(HIDDEN)) == (409, SHARED)
    job = clerk.post(f"{page}/undo", data={"rest": "1"}).location
    run_jobs(company)
    assert phones(company) == {AFTER: SHARED, BEFORE: 620}
    told = clerk.get(job).text
    assert f"Undone, but for {SHARED} records that were left as they are." in told
    assert f"{SHARED} records that are not yours to see any more were left as they are." in told
    assert "nothing was undone" not in told


def test_nothing_else_to_undo_says_so(company: Company) -> None:
    clerk_id = company.add_user(permissions=CLERK)
    page = f"/operations/{change_phones(company, clerk_id, 0)}"
    clerk = company.browser(clerk_id)
    shown = clerk.get(page).text
    assert (shown.count(HIDDEN), "Nothing else is left to be undone." in shown) == (SHARED, True)
    again = clerk.post(f"{page}/undo", data={"rest": "1"}, follow_redirects=True).text
    assert "Nothing of it is left to be undone." in again
    assert phones(company) == {AFTER: SHARED}


def test_clients_handed_over_are_all_taken_back_in_the_background(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is seen before, all are after: nothing of it stands in the way."""
    monkeypatch.setattr(work, "STEP_SECONDS", 0)
    one, other = company.add_user(permissions=CLERK), company.add_user(permissions=CLERK)
    ids = add_clients(company, 620, one, "Own")
    with company.database.transaction(company.actor(one), "Handed over") as session:
        set_manager(session, ids, other)
        number = operation_of(session)
    browser = company.browser(one)
    shown = browser.get(f"/operations/{number}").text
    assert "in the way" not in shown
    job: Any = browser.post(f"/operations/{number}/undo").location
    run_jobs(company)
    assert "Everything is undone." in browser.get(job).text
    with company.database.reading(company.system) as session:
        assert set(session.scalars(select(Client.manager_id))) == {one}


@pytest.mark.catalogue("X-11", part="what is too large to be looked through says so, and lists what it left")
def test_too_large_an_operation_says_what_will_be_left_and_lists_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LOOKED_THROUGH", 600)
    clerk_id = company.add_user(permissions=CLERK)
    ids = add_clients(company, 620, clerk_id, "Own")
    with company.database.transaction(company.actor(clerk_id), "Phones") as session:
        update_rows(session, "core_client", {client_id: {"phone": AFTER} for client_id in ids})
        number = operation_of(session)
    with company.database.transaction(company.system, "Later") as session:
        update_rows(session, "core_client", {ids[7]: {"phone": "+37062222222"}})
    browser = company.browser(clerk_id)
    shown = browser.get(f"/operations/{number}").text
    assert "too many changes to be looked through beforehand" in shown
    job: Any = browser.post(f"/operations/{number}/undo").location
    run_jobs(company)
    told = browser.get(job).text
    assert "Undone, but for one record that was left as it is." in told
    assert f"{ids[7]} was not changed: It was changed afterwards." in told
    assert phones(company) == {BEFORE: 619, "+37062222222": 1}
