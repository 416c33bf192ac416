"""Undoing work with fields that the user may not write any more: their records stay, and are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.access.models import UserRole
from kartoteka.builtin.access.service import set_user_access
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.jobs import worker
from kartoteka.builtin.jobs.stepping import do_step
from kartoteka.builtin.operations import service
from kartoteka.db.journal import operation_of, update_rows
from kartoteka.extension.declarations import work
from kartoteka.testing import run_jobs
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from tests.core.operations.test_out_of_sight import AFTER, BEFORE, add_clients

CLERK = ("clients.view", "clients.edit", "clients.change_manager")
GIVEN = 5
MAY_NOT = "You may not change this."


@pytest.fixture(params=chosen_kinds())
def company(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company, once on SQLite and once on PostgreSQL."""
    return company_on(request.param)


def work_and_lose_the_right(company: Company, clerk_id: int, number: int) -> tuple[int, list[int]]:
    """Let a clerk change the phones of clients, give the first of them away, and lose the right to give away.

    Returns the operation and the clients that were given away: the last ones that an undo comes to.
    """
    colleague = company.add_user(permissions=CLERK)
    ids = add_clients(company, number, clerk_id, "Own")
    given = {client_id: {"phone": AFTER, "manager_id": colleague} for client_id in ids[:GIVEN]}
    with company.database.transaction(company.actor(clerk_id), "Given away") as session:
        update_rows(session, "core_client", given)
        update_rows(session, "core_client", {client_id: {"phone": AFTER} for client_id in ids[GIVEN:]})
        operation_id = operation_of(session)
    with company.database.transaction(company.system) as session:
        roles = session.scalars(select(UserRole.role_id).where(UserRole.user_id == clerk_id)).all()
        set_user_access(session, clerk_id, role_ids=roles, rights={"clients.change_manager": False})
    return operation_id, ids[:GIVEN]


def phones(company: Company) -> Counter[tuple[str, bool]]:
    """Return how many clients have which phone, and whether they were given away."""
    with company.database.reading(company.system) as session:
        rows = session.execute(select(Client.phone, Client.manager_id)).all()
    first = min(manager_id for _phone, manager_id in rows)
    return Counter((phone, manager_id != first) for phone, manager_id in rows)


@pytest.mark.catalogue("X-11", part="an undo at once names the fields that may not be written")
def test_a_field_that_may_not_be_written_stands_in_the_way(company: Company) -> None:
    clerk_id = company.add_user(permissions=CLERK, reach="all")
    operation_id, _given = work_and_lose_the_right(company, clerk_id, 12)
    page = f"/operations/{operation_id}"
    clerk = company.browser(clerk_id)
    for shown in (clerk.get(page).text, clerk.post(f"{page}/undo").text):
        assert shown.count(MAY_NOT) == GIVEN
        assert f"{GIVEN} records stand in the way" in shown
        assert "Manager" in shown
    assert phones(company) == {(AFTER, True): GIVEN, (AFTER, False): 7}, "nothing was undone yet"
    clerk.post(f"{page}/undo", data={"rest": "1"})
    assert phones(company) == {(AFTER, True): GIVEN, (BEFORE, False): 7}


@pytest.mark.catalogue("X-11", part="an undo in several steps leaves out fields that may not be written")
def test_an_undo_in_the_background_leaves_it_out_and_goes_to_the_end(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "STEP_SECONDS", 0)
    monkeypatch.setattr(service, "LOOKED_THROUGH", 600)  # nobody has looked: the last step meets it first
    clerk_id = company.add_user(permissions=CLERK, reach="all")
    operation_id, given = work_and_lose_the_right(company, clerk_id, 620)
    clerk = company.browser(clerk_id)
    job = clerk.post(f"/operations/{operation_id}/undo").location
    run_jobs(company)
    assert phones(company) == {(AFTER, True): GIVEN, (BEFORE, False): 615}
    told = clerk.get(job).text
    assert f"Undone, but for {GIVEN} records that were left as they are." in told
    for client_id in given:
        assert f"{client_id} was not changed: {MAY_NOT}" in told


@pytest.mark.catalogue("X-11", part="an undo in several steps goes to the end when a right is taken away meanwhile")
def test_an_undo_that_has_begun_leaves_alone_what_may_not_be_changed_any_more(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "STEP_SECONDS", 0)
    clerk_id = company.add_user(permissions=CLERK, reach="all")
    ids = add_clients(company, 520, clerk_id, "Own")
    with company.database.transaction(company.actor(clerk_id), "Phones") as session:
        update_rows(session, "core_client", {client_id: {"phone": AFTER} for client_id in ids})
        operation_id = operation_of(session)

    def do_step_and_lose_the_right(workshop: Any, held: Any) -> bool:
        goes_on = do_step(workshop, held)
        if held.name == service.JOB:
            with company.database.transaction(company.system) as session:
                roles = session.scalars(select(UserRole.role_id).where(UserRole.user_id == clerk_id)).all()
                set_user_access(session, clerk_id, role_ids=roles, rights={"clients.edit": False})
        return goes_on

    monkeypatch.setattr(worker, "do_step", do_step_and_lose_the_right)
    clerk = company.browser(clerk_id)
    job = clerk.post(f"/operations/{operation_id}/undo").location
    run_jobs(company)
    assert phones(company) == {(AFTER, False): 420, (BEFORE, False): 100}, "nothing without the right"
    told = clerk.get(job).text
    assert "Undone, but for 420 records that were left as they are." in told
    assert f"{ids[0]} was not changed: {MAY_NOT}" in told or told.count(MAY_NOT) == service.WARNED
