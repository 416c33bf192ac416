"""An undo while somebody saves: what is saved meanwhile is a conflict and is never written over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client
from kartoteka.db.journal import operation_of
from kartoteka.db.journal.undo import UndoBlocked, UndoReason, undo_operation
from kartoteka.db.session import find
from kartoteka.testing.company import Company
from tests.core.waiting import PATIENCE, wait_until_it_waits


@pytest.fixture(params=["postgresql"])
def company(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company on PostgreSQL: SQLite lets one write at a time."""
    return company_on(request.param)


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
