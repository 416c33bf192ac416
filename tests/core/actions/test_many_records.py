"""Actions on all results of a list: what was confirmed is what changes, in the background, with today's rights."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select, update

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.jobs.models import Job
from kartoteka.db.journal.models import JournalEntry, Operation
from kartoteka.testing.company import Company
from kartoteka.vocabulary.stored import from_plain
from tests.core.actions.conftest import RIGHTS, add_clients

CHANGE = "/actions/clients/change"


def hidden(html: str) -> dict[str, str]:
    """Return the hidden inputs of the page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {unescape(name): unescape(value) for name, value in found if name != "csrf_token"}


def chosen(where: str = "") -> dict[str, str]:
    """Return what a list sends when all its results are chosen."""
    return {"kind": "clients.client", "list": "clients", "everything": "1", "where": where, "next": "/clients/"}


def confirm(browser: Any, action: str, where: str = "", **values: str) -> Any:
    """Choose all results, look at the page, fill it in and confirm."""
    page = browser.post(action, data=chosen(where))
    assert page.status_code == 200, page.text
    return browser.post(action, data={**hidden(page.text), **values})


def values_of(company: Company, column: Any) -> dict[Any, int]:
    with company.database.reading(company.system) as session:
        return {row[0]: row[1] for row in session.execute(select(column, func.count()).group_by(column))}


def warnings(company: Company) -> str:
    """Return what the last job's page lists as worth looking at."""
    return "; ".join(str(from_plain(one)) for one in last_job(company).warnings)


def last_operation(company: Company) -> int:
    with company.database.reading(company.system) as session:
        return session.scalars(select(func.max(Operation.id))).one()


def last_job(company: Company) -> Any:
    with company.database.reading(company.system) as session:
        return session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()


@pytest.mark.catalogue("X-11")
@pytest.mark.catalogue("CORE-22")
def test_all_results_change_in_the_background_as_one_operation(office: Company, run_jobs: Any) -> None:
    boss = office.add_user(permissions=RIGHTS, reach="all")
    add_clients(office, 180, importance="b")
    add_clients(office, 30, importance="c")
    browser = office.browser(boss)
    page = browser.get("/clients/?importance=b")
    assert "All 180 results, on all pages" in page.text

    answer = confirm(browser, CHANGE, "importance=b", importance="a", relationship="potential")
    assert (answer.status_code, answer.location[:6]) == (302, "/jobs/")
    assert values_of(office, Client.importance) == {"b": 180, "c": 30}, "nothing yet"
    run_jobs(office)
    assert values_of(office, Client.importance) == {"a": 180, "c": 30}
    assert "180 of 180 records changed." in browser.get(answer.location).text
    with office.database.reading(office.system) as session:
        entries = select(JournalEntry.operation_id).where(JournalEntry.action == "changed")
        (operation,) = set(session.scalars(entries.where(JournalEntry.kind == "clients.client")))
        title = session.scalar(select(Operation.title).where(Operation.id == operation))
        assert title == "Many clients changed: Relationship, Importance"


@pytest.mark.catalogue("X-11")
@pytest.mark.catalogue("CORE-22")
def test_the_whole_job_is_undone_in_one_go(office: Company, run_jobs: Any) -> None:
    boss = office.add_user(permissions=RIGHTS, reach="all")
    add_clients(office, 620, importance="b", client_kind="key")
    browser = office.browser(boss)
    confirm(browser, CHANGE, "importance=b", importance="a", client_kind="nothing")
    run_jobs(office)
    assert values_of(office, Client.importance) == {"a": 620}
    assert browser.post(f"/operations/{last_operation(office)}/undo").status_code == 302
    run_jobs(office)
    assert values_of(office, Client.importance) == {"b": 620}
    assert values_of(office, Client.client_kind) == {"key": 620}


def test_few_records_change_at_once(office: Company) -> None:
    boss = office.add_user(permissions=RIGHTS, reach="all")
    ids = add_clients(office, 3)
    data = {"id": [str(one) for one in ids[:2]], "confirmed": "1", "client_kind": "key", "next": "/clients/"}
    answer = office.browser(boss).post(CHANGE, data=data, follow_redirects=True)
    assert "2 clients are changed." in answer.text
    assert values_of(office, Client.client_kind) == {"key": 2, "": 1}


def test_a_field_can_be_emptied_and_at_least_one_must_be_chosen(office: Company) -> None:
    boss = office.add_user(permissions=RIGHTS, reach="all")
    (client_id,) = add_clients(office, 1, client_kind="key")
    browser = office.browser(boss)
    nothing = browser.post(CHANGE, data={"id": str(client_id), "confirmed": "1", "client_kind": "", "importance": ""})
    assert (nothing.status_code, "at least one field" in nothing.text) == (422, True)
    browser.post(CHANGE, data={"id": str(client_id), "confirmed": "1", "client_kind": "nothing"})
    assert values_of(office, Client.client_kind) == {"": 1}


def test_a_list_that_finds_others_meanwhile_is_confirmed_again(office: Company) -> None:
    boss = office.add_user(permissions=RIGHTS, reach="all")
    add_clients(office, 120, importance="b")
    browser = office.browser(boss)
    form = hidden(browser.post(CHANGE, data=chosen("importance=b")).text)
    add_clients(office, 1, importance="b", manager_id=boss)
    again = browser.post(CHANGE, data={**form, "importance": "a"})
    assert (again.status_code, "Look at them and confirm again" in again.text) == (422, True)
    assert "121 records are chosen" in again.text
    assert browser.post(CHANGE, data={**hidden(again.text), "importance": "a"}).location.startswith("/jobs/")


def test_what_vanishes_after_the_confirmation_is_counted_and_what_comes_is_not_touched(
    office: Company, run_jobs: Any
) -> None:
    boss = office.add_user(permissions=RIGHTS, reach="all")
    ids = add_clients(office, 150, importance="b")
    browser = office.browser(boss)
    job = confirm(browser, CHANGE, "importance=b", importance="a").location
    with office.database.transaction(office.system) as session:
        table = Client.__table__
        session.execute(update(table).where(table.c.id.in_(ids[:10])).values(state="deleted"))
    add_clients(office, 5, importance="b", manager_id=boss)
    run_jobs(office)
    assert values_of(office, Client.importance) == {"a": 140, "b": 15}
    assert "140 of 150 records changed." in browser.get(job).text
    assert "10 records were left out: they are gone" in warnings(office)


def test_a_restricted_user_changes_only_what_she_sees_then_and_now(office: Company, run_jobs: Any) -> None:
    seller = office.add_user(permissions=RIGHTS, reach="own")
    own = add_clients(office, 130, manager_id=seller)
    add_clients(office, 40)
    browser = office.browser(seller)
    job = confirm(browser, "/actions/clients/archive").location
    with office.database.transaction(office.system) as session:
        table = Client.__table__
        session.execute(update(table).where(table.c.id.in_(own[:30])).values(manager_id=None))
    run_jobs(office)
    assert values_of(office, Client.state) == {"archived": 100, "active": 70}
    assert "100 of 130 records changed." in browser.get(job).text
    assert "30 records were left out" in warnings(office)


def test_a_right_taken_away_meanwhile_stops_the_job(office: Company, run_jobs: Any) -> None:
    from kartoteka.builtin.access.service import set_user_access

    seller = office.add_user(permissions=RIGHTS, reach="all")
    add_clients(office, 130)
    browser = office.browser(seller)
    confirm(browser, CHANGE, importance="a")
    with office.database.transaction(office.system) as session:
        set_user_access(session, seller, role_ids=(), rights={"clients.view": True})
    run_jobs(office)
    assert values_of(office, Client.importance) == {"": 130}
    assert last_job(office).state == "failed"


def test_archived_ones_do_not_suit_and_are_counted(office: Company, run_jobs: Any) -> None:
    boss = office.add_user(permissions=RIGHTS, reach="all")
    add_clients(office, 110)
    add_clients(office, 20, state="archived", manager_id=boss)
    browser = office.browser(boss)
    job = confirm(browser, "/actions/clients/archive", "state=active&state=archived").location
    run_jobs(office)
    assert "110 of 130 records changed." in browser.get(job).text
    assert "20 records were left out: this cannot be done with them." in warnings(office)


@pytest.mark.parametrize(
    "where",
    ["importance=b&gone.filter=1", "registered_on.from=nonsense", "q=x&q", "a=" + "b" * 9000],
    ids=["unknown filter", "no date", "no pair", "too long"],
)
def test_filters_that_would_not_count_are_refused(company: Any, where: str) -> None:
    shop = company()
    boss = shop.add_user(permissions=RIGHTS, reach="all")
    add_clients(shop, 3)
    answer = shop.browser(boss).post(CHANGE, data=chosen(where))
    assert (answer.status_code, "Open the list again" in answer.text) == (422, True)


def test_there_is_no_list_of_another_name_or_kind(company: Any) -> None:
    shop = company()
    browser = shop.browser(shop.add_user(permissions=RIGHTS, reach="all"))
    for name in ("nowhere", "clients.directory"):
        assert browser.post(CHANGE, data={**chosen(), "list": name}).status_code == 404


def test_one_action_that_refuses_some_does_not_stop_the_others(office: Company, run_jobs: Any) -> None:
    """A group that is closed in between, a value that a client cannot have: the others go on."""
    boss = office.add_user(permissions=RIGHTS, reach="all")
    ids = add_clients(office, 120)
    with office.database.transaction(office.system) as session:
        table = Client.__table__
        broken = {"company_name": "", "kind": "company", "phone": "x" * 90}
        session.execute(update(table).where(table.c.id == ids[5]).values(**broken))
    browser = office.browser(boss)
    job = confirm(browser, CHANGE, country="EE").location
    run_jobs(office)
    assert "120 of 120 records changed." in browser.get(job).text
