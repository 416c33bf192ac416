"""The pages of operations: own work and everybody's, conflicts, rights, and undo from the toast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from kartoteka.db.session import use_workplace
from kartoteka.testing.checksums import differing_tables, table_checksums
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds
from tests.installed import installed

CLERK = ("clients.view", "clients.create", "clients.edit", "clients.change_manager", "clients.archive")


@pytest.fixture(params=chosen_kinds())
def company(request: pytest.FixtureRequest) -> Iterator[Company]:
    with open_company(request.param) as made:
        made.switch(*installed("crm_clients"))
        yield made


def undo_address(page: str) -> str:
    found = re.search(r'action="(/operations/\d+/undo)"', page)
    assert found, "the toast offers no undo"
    return found[1]


def last_page(browser: Any, answer: Any) -> str:
    return browser.get(answer.location).get_data(as_text=True)


def enter(browser: Any, name: str, **values: str) -> Any:
    form = {"kind": "company", "company_name": name, "name": name, "country": "LT", "relationship": "existing"}
    return browser.post("/clients/new", data={**form, "registered_on": "2026-01-02", **values})


def clients_in(company: Company) -> list[tuple[Any, ...]]:
    with company.database.engine.connect() as connection:
        return [
            tuple(row) for row in connection.exec_driver_sql("SELECT id, name, manager_id FROM core_client ORDER BY id")
        ]


@pytest.mark.catalogue("X-11", part="undo from the toast")
def test_a_new_client_is_taken_back_from_the_toast(company: Company) -> None:
    clerk = company.browser(company.add_user(permissions=CLERK))
    before = table_checksums(company.database)
    page = last_page(clerk, enter(clerk, "Žalia girelė UAB"))
    after = table_checksums(company.database)
    assert before != after
    undone = clerk.post(undo_address(page))
    shown = last_page(clerk, undone)
    assert "Undone." in shown
    assert "This was undone." in shown
    assert differing_tables(before, table_checksums(company.database)) == []
    again = clerk.post(undo_address(shown))
    assert again.status_code == 302
    assert differing_tables(after, table_checksums(company.database)) == []


def test_a_changed_client_is_taken_back_and_one_stays_on_the_page(company: Company) -> None:
    clerk_id = company.add_user(permissions=CLERK)
    clerk = company.browser(clerk_id)
    client = company.add_client("Medis UAB", actor=company.actor(clerk_id))
    page = f"/clients/{client.id}"
    answer = clerk.post(f"{page}/field/phone", data={"phone": "+370 600 12345", "version": str(client.version)})
    shown = last_page(clerk, answer)
    assert f'name="next" value="{page}"' in shown
    undone = clerk.post(undo_address(shown), data={"next": page})
    assert undone.location == page
    assert (
        "+370 600 12345" not in clerk.get(page).get_data(as_text=True).partition("k-toasts")[2].partition("</main>")[0]
    )


def test_edit_in_place_offers_undo(company: Company) -> None:
    clerk_id = company.add_user(permissions=CLERK)
    client = company.add_client("Medis UAB", actor=company.actor(clerk_id))
    answer = company.browser(clerk_id).post(
        f"/clients/{client.id}/field/phone",
        data={"phone": "+370 600 12345", "version": str(client.version)},
        headers={"HX-Request": "true"},
    )
    assert undo_address(answer.get_data(as_text=True))


def test_handing_over_is_taken_back_although_the_client_is_not_seen_any_more(company: Company) -> None:
    from kartoteka.builtin.clients.service import set_manager

    one, other = company.add_user(permissions=CLERK), company.add_user(permissions=CLERK)
    client = company.add_client("Medis UAB", actor=company.actor(one))
    with company.database.transaction(company.actor(one), "Handed over") as session:
        set_manager(session, [client.id], other)
    assert clients_in(company)[0][2] == other
    browser = company.browser(one)
    assert browser.get(f"/clients/{client.id}").status_code == 404
    browser.post(f"/operations/{operations(company)[-1]}/undo")
    assert clients_in(company)[0][2] == one


@pytest.mark.catalogue("X-11", part="conflict preview")
def test_a_conflict_is_shown_with_who_and_when_and_the_rest_is_undone(company: Company) -> None:
    boss_id, clerk_id = (
        company.add_user("administrator", name="Ona Bosienė"),
        company.add_user(permissions=CLERK, reach="all"),
    )
    clerk, boss = company.browser(clerk_id), company.browser(boss_id)
    clients = [company.add_client(f"Medis {n} UAB", actor=company.actor(clerk_id)) for n in (1, 2)]
    ids = [one.id for one in clients]
    archived = clerk.post("/actions/clients/archive", data={"kind": "clients.client", "id": ids, "confirmed": "1"})
    address = undo_address(last_page(clerk, archived))
    restored = boss.post("/actions/clients/restore", data={"kind": "clients.client", "id": ids[:1], "confirmed": "1"})
    assert restored.status_code == 302
    answer = clerk.post(address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    for words in (
        "One record stands in the way",
        "Medis 1 UAB",
        "Ona Bosienė",
        "Undo the rest",
        "Cancel",
        "State",
    ):
        assert words in page, words
    assert states(company) == ["active", "archived"]
    assert clerk.post(address, data={"rest": "1"}).status_code == 302
    assert states(company) == ["active", "active"]


def states(company: Company) -> list[str]:
    with company.database.engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT state FROM core_client ORDER BY id").scalars())


def test_who_may_look_and_undo(company: Company) -> None:
    owner, stranger = company.add_user(permissions=CLERK), company.add_user(permissions=CLERK)
    looker = company.add_user(permissions=(*CLERK, "operations.view"))
    admin = company.add_user("administrator")
    client = company.add_client("Slaptas UAB", actor=company.actor(owner))
    number = operations(company)[-1]
    page = f"/operations/{number}"
    assert company.browser(stranger).get(page).status_code == 404
    assert company.browser(stranger).post(f"{page}/undo").status_code == 404
    assert company.browser(owner).get(page).status_code == 200
    seen = company.browser(looker).get(page).get_data(as_text=True)
    assert "Slaptas UAB" not in seen
    assert "One more record that you can’t see." in seen
    refused = company.browser(looker).post(f"{page}/undo", follow_redirects=True).get_data(as_text=True)
    assert "Only whoever did this can undo it" in refused
    assert clients_in(company) == [(client.id, "Slaptas UAB", owner)]
    company.browser(admin).post(f"{page}/undo")
    assert not clients_in(company)


def test_a_right_taken_meanwhile_counts(company: Company) -> None:
    from kartoteka.builtin.access.service import set_user_access

    clerk_id = company.add_user(permissions=CLERK)
    company.add_client("Medis UAB", actor=company.actor(clerk_id))
    number = operations(company)[-1]
    with company.database.transaction(company.system) as session:
        set_user_access(session, clerk_id, role_ids=[], rights={"clients.view": True})
    answer = company.browser(clerk_id).post(f"/operations/{number}/undo", follow_redirects=True)
    assert "You do not have the right" in answer.get_data(as_text=True)
    assert clients_in(company)


def test_a_client_given_to_somebody_else_cannot_be_taken_back_by_the_first(company: Company) -> None:
    from kartoteka.builtin.clients.service import change_client, set_manager

    one, other = company.add_user(permissions=CLERK), company.add_user(permissions=CLERK)
    client = company.add_client("Medis UAB", actor=company.actor(one))
    with company.database.transaction(company.actor(one), "Client changed") as session:
        change_client(session, client.id, {"phone": "+370 600 12345"})
    number = operations(company)[-1]
    with company.database.transaction(company.system) as session:
        set_manager(session, [client.id], other)
    answer = company.browser(one).post(f"/operations/{number}/undo")
    assert "Medis UAB" not in answer.get_data(as_text=True)
    assert "A record that you can’t see" in answer.get_data(as_text=True)


def test_users_and_rights_are_not_undone_here(company: Company) -> None:
    admin = company.browser(company.add_user("administrator"))
    answer = admin.post("/access/roles/new", data={"title": "Ghost", "reach": "own"})
    assert "/undo" not in last_page(admin, answer)
    page = admin.get(f"/operations/{operations(company)[-1]}").get_data(as_text=True)
    assert "on their own pages" in page


def test_titles_are_read_in_the_readers_language(company: Company) -> None:
    clerk_id = company.add_user(permissions=CLERK, language="lt")
    admin = company.browser(company.add_user("administrator", language="en"))
    clerk = company.browser(clerk_id)
    enter(clerk, "Medis UAB")
    with company.database.engine.connect() as connection:
        title = connection.exec_driver_sql("SELECT title FROM core_operation ORDER BY id DESC LIMIT 1").scalar()
    assert title != "Client added"
    assert "Client added" in admin.get("/operations/").get_data(as_text=True)


def test_a_large_operation_is_undone_in_the_background(company: Company) -> None:
    from kartoteka.db.journal import insert_rows
    from kartoteka.testing import run_jobs

    admin_id = company.add_user("administrator")
    before = table_checksums(company.database)
    actor = company.actor(admin_id)
    with use_workplace(company.database, actor), company.database.transaction(actor, "Groups") as session:
        insert_rows(session, "core_client_group", [{"name": f"G{n}", "colour": ""} for n in range(1200)])
    number = operations(company)[-1]
    admin = company.browser(admin_id)
    answer = admin.post(f"/operations/{number}/undo")
    assert answer.location.startswith("/jobs/")
    run_jobs(company)
    assert "Everything is undone." in admin.get(answer.location).get_data(as_text=True)
    assert differing_tables(before, table_checksums(company.database)) == []


def operations(company: Company) -> list[int]:
    with company.database.engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT id FROM core_operation ORDER BY id").scalars())


def test_filters_and_pages(company: Company) -> None:
    from kartoteka.builtin.clients.service import create_client

    admin = company.browser(company.add_user("administrator"))
    clerk_id = company.add_user(permissions=CLERK)
    actor = company.actor(clerk_id)
    for number in range(60):
        with company.database.transaction(actor, f"Work {number}") as session:
            create_client(session, {"company_name": f"Medis {number} UAB"})
    page = admin.get(f"/operations/?user={clerk_id}").get_data(as_text=True)
    assert "60 operations" in page
    assert "Work 59" in page
    assert "Work 3<" not in page
    follow = re.search(r'rel="next" href="([^"]+)"', page)
    assert follow
    assert "Work 3<" in admin.get(follow[1].replace("&amp;", "&")).get_data(as_text=True)
    for query in (
        "kind=import",
        "until=2020-01-01",
        "since=2199-01-01",
        "since=nonsense&user=x&page=forged",
        "since=9999-12-31",
    ):
        assert admin.get(f"/operations/?{query}").status_code == 200
    assert "Nothing to show" in admin.get("/operations/?until=2020-01-01").get_data(as_text=True)
    assert admin.get("/operations/99999999999").status_code == 404


@pytest.mark.catalogue("X-11", part="what was done is told in words")
def test_values_are_told_in_words_as_in_the_clients_log(company: Company) -> None:
    from kartoteka.builtin.clients.service import change_client

    clerk_id = company.add_user(permissions=CLERK)
    keeper = company.browser(company.add_user("administrator"))
    keeper.post("/clients/groups", data={"name": "Builders"})
    actor = company.actor(clerk_id)
    client = company.add_client("Medis UAB", actor=actor, country="LT")
    with company.database.transaction(actor, "Moved abroad") as session:
        change_client(session, client.id, {"country": "EE", "group": 1})
    keeper.post("/clients/groups/1", data={"name": "Builders", "closed": "y", "version": "1"})
    clerk = company.browser(clerk_id)
    number = next(one for one in reversed(operations(company)) if "Moved abroad" in page_of(clerk, one))
    for page in (page_of(clerk, number), clerk.get(f"/clients/{client.id}/log").text):
        lines = changed_values(page)
        assert ("Country", "Lithuania", "Estonia") in lines
        assert ("Group", "–", "Builders") in lines


def page_of(browser: Any, number: int) -> str:
    return str(browser.get(f"/operations/{number}").text)


def changed_values(page: str) -> list[tuple[str, ...]]:
    """Return (field, before, after) of every line of a log, without the marks around them."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>', page)
    return [tuple(re.sub(r"<[^>]+>", "", cell) for cell in row) for row in rows]
