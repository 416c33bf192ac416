"""An undo while somebody saves: what is saved meanwhile is a conflict and is never written over."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client
from kartoteka.db.journal import operation_of
from kartoteka.db.journal.undo import UndoBlocked, UndoReason, undo_operation
from kartoteka.db.session import find
from kartoteka.testing.company import Company

PATIENCE = 60


@pytest.fixture(params=["postgresql"])
def company(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company on PostgreSQL: SQLite lets one write at a time."""
    return company_on(request.param)


def wait_until_it_waits(company: Company, work: Future[Any]) -> None:
    """Return when a statement waits for a lock, or the work has ended."""
    until = time.monotonic() + PATIENCE
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not work.done() and time.monotonic() < until:
        with company.database.engine.connect() as connection:
            if connection.exec_driver_sql(waiting).scalar():
                return
        time.sleep(0.02)
    assert work.done(), "nobody waits and nothing was undone"


@pytest.mark.catalogue("X-11", part="an undo waits for whoever is saving")
def test_what_is_saved_meanwhile_is_a_conflict(company: Company) -> None:
    client_id = company.add_client("Medis UAB", phone="+37060000000").id
    with company.database.transaction(company.system, "Phone") as session:
        change_client(session, client_id, {"phone": "+37061111111"})
        number = operation_of(session)

    def undo() -> None:
        with company.database.transaction(company.system) as session:
            undo_operation(session, number)

    with ThreadPoolExecutor(1) as others:
        with company.database.transaction(company.system, "Saved") as session:
            change_client(session, client_id, {"phone": "+37062222222"})
            undoing = others.submit(undo)
            wait_until_it_waits(company, undoing)
        with pytest.raises(UndoBlocked) as blocked:
            undoing.result(PATIENCE)
    assert [one.reason for one in blocked.value.plan.conflicts] == [UndoReason.CHANGED]
    with company.database.reading(company.system) as session:
        assert find(session, Client, client_id).phone == "+37062222222"
