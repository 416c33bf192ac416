"""Handing over all 2,134 results of a list, in the background, and taking it back (X-11)."""

from __future__ import annotations

from typing import Any

import pytest

from kartoteka.builtin.clients.models import Client
from tests.core.actions.conftest import RIGHTS, add_clients
from tests.core.actions.test_many_records import confirm, last_operation, values_of

MANY = 2_134


@pytest.mark.catalogue("X-11")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_owner_of_2134_clients_changes_and_comes_back(company_on: Any, run_jobs: Any, kind: str) -> None:
    office = company_on(kind)
    office.switch("crm_clients")
    boss = office.add_user(permissions=RIGHTS, reach="all")
    colleague = office.add_user(role="administrator")
    add_clients(office, MANY)
    browser = office.browser(boss)
    job = confirm(browser, "/actions/crm_clients/hand_over", manager=str(colleague), note="Anna has left").location
    run_jobs(office)
    assert values_of(office, Client.manager_id) == {colleague: MANY}
    assert f"{MANY} of {MANY} records changed." in browser.get(job).text
    browser.post(f"/operations/{last_operation(office)}/undo")
    run_jobs(office)
    assert values_of(office, Client.manager_id) == {None: MANY}
    assert values_of(office, Client.notes) == {"": MANY}
