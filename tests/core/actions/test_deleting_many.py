"""All results of a list go to the bin: in the background, confirmed with what goes along, undone as a whole (X-31)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.testing.company import Company
from tests.core.actions.conftest import add_clients
from tests.core.actions.test_many_records import chosen, hidden

DELETE = "/actions/clients/delete"
BIN_RIGHTS = ("clients.view", "clients.edit", "clients.delete", "clients.share")
MANY = 700


def states(company: Company) -> dict[str, int]:
    with company.database.reading(company.system) as session:
        return dict(session.execute(select(Client.state, func.count()).group_by(Client.state)).all())


@pytest.mark.catalogue("X-31", part="everything that a list finds goes to the bin")
def test_all_results_go_to_the_bin_and_come_back(office: Company, run_jobs: Any) -> None:
    boss = office.add_user(permissions=BIN_RIGHTS, reach="all")
    ids = add_clients(office, MANY)
    with office.database.transaction(office.system) as session:
        for client_id in ids[-3:]:
            share_client(session, client_id, boss, "Holidays")
    browser = office.browser(boss)
    page = browser.post(DELETE, data=chosen())
    assert page.status_code == 200
    for words in (f"{MANY} records are chosen", "Also moved to the bin", "Shared clients: 3", "background", "30 days"):
        assert words in page.text, words
    assert states(office) == {"active": MANY}
    job = browser.post(DELETE, data=hidden(page.text)).location
    assert job.startswith("/jobs/")
    run_jobs(office)
    assert states(office) == {"deleted": MANY}
    assert f"{MANY} of {MANY} records changed." in browser.get(job).text
    browser.post(f"/operations/{last_operation(office)}/undo")
    run_jobs(office)
    assert states(office) == {"active": MANY}


@pytest.mark.parametrize("number", [1, 101])
def test_few_are_asked_about_on_a_page_of_their_own_and_ticked_hundreds_are_not(office: Company, number: int) -> None:
    boss = office.add_user(permissions=BIN_RIGHTS, reach="all")
    ids = add_clients(office, number)
    answer = office.browser(boss).post(DELETE, data={"kind": "clients.client", "id": ids})
    assert answer.status_code == (303 if number == 1 else 200)
    assert states(office) == {"active": number}


def last_operation(company: Company) -> int:
    with company.database.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT max(id) FROM core_operation").scalar_one())
