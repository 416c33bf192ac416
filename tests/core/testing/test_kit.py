"""The test kit itself: companies, people, clients, the clock, counted statements, and walks through pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from kartoteka.api.clients import Client, create_client
from kartoteka.api.db import utc_now
from kartoteka.db.migrate import status
from kartoteka.extension.lineages import lineages
from kartoteka.testing import databases
from kartoteka.testing.company import default_kind, demo_template, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.pages import crawl
from tests.installed import installed


def count_clients(company: Any) -> int:
    with company.database.reading(company.system) as session:
        return session.scalar(select(func.count(Client.id)))


@pytest.mark.parametrize("kind", chosen_kinds())
def test_a_company_has_a_migrated_database_of_its_own(company_on: Any, kind: str) -> None:
    first, second = company_on(kind), company_on(kind)
    assert first.database.url.get_backend_name() == kind
    assert status(first.database, lineages(first.installation.registry)).is_current
    first.add_client("Alfa")
    assert (count_clients(first), count_clients(second)) == (1, 0)


def test_without_modules_there_is_the_core_alone(company_on: Any) -> None:
    alone = company_on(entry_points=[])
    assert alone.installation.registry.installed == alone.installation.registry.builtins
    found = status(alone.database, lineages(alone.installation.registry))
    assert found.is_current
    assert found.data_without_code == ()


def test_the_database_of_all_tests_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kartoteka.testing.company.chosen_kinds", lambda: ("sqlite", "postgresql"))
    monkeypatch.delenv("KARTOTEKA_TEST_DATABASE", raising=False)
    assert default_kind() == "sqlite"
    monkeypatch.setenv("KARTOTEKA_TEST_DATABASE", "postgresql")
    assert default_kind() == "postgresql"
    monkeypatch.setenv("KARTOTEKA_TEST_DATABASE", "oracle")
    with pytest.raises(ValueError, match="must be one of sqlite, postgresql, not 'oracle'"):
        default_kind()


def test_files_of_databases_go_with_their_company() -> None:
    with open_company("sqlite") as company:
        file = company.database.url.database
        assert file
        assert databases.Path(file).exists()
    assert not databases.Path(file).exists()


@pytest.mark.needs_module("crm_clients")
def test_the_company_of_a_test_is_made_once(company: Any, app: Flask) -> None:
    assert company() is company(modules=["crm_clients"])
    assert company().app is app
    with pytest.raises(ValueError, match="made already"):
        company(database="sqlite")


def test_people_sign_in_with_the_rights_they_are_given(login_as: Any, client_factory: Any, client: Any) -> None:
    mine, other = login_as(permissions=["clients.view"]), login_as(permissions=["clients.view"])
    made = client_factory("Alfa", manager_id=mine.user_id)
    page = f"/clients/{made.id}"
    assert [one.get(page).status_code for one in (mine, other, login_as(), login_as("administrator"), client)] == [
        200,
        404,
        403,
        200,
        401,
    ]
    with pytest.raises(LookupError, match=r"No module offers the role crm\.nobody"):
        login_as("crm.nobody")


@pytest.mark.needs_module("crm_clients")
def test_role_templates_can_be_tried(company: Any, login_as: Any) -> None:
    company(modules=["crm_clients"])
    seller = login_as("crm_clients.sales_manager")
    assert seller.get("/reports/crm_clients/birthdays").status_code == 200


def test_clients_are_companies_unless_they_are_persons(client_factory: Any) -> None:
    assert client_factory("UAB Langai").name == "UAB Langai"
    assert client_factory().name != client_factory().name
    person = client_factory(kind="person", first_name="Ona", surname="Petraitė", birth_date=date(1990, 5, 1))
    assert (person.name, person.birth_date) == ("Petraitė Ona", date(1990, 5, 1))


def test_a_session_for_services_is_put_back(request: pytest.FixtureRequest, company: Any) -> None:
    session = request.getfixturevalue("session")
    create_client(session, {"kind": "company", "company_name": "Alfa"})
    assert session.scalar(select(func.count(Client.id))) == 1
    session.rollback()
    assert count_clients(company()) == 0


def test_the_clock_moves_everything(clock: Any, company: Any) -> None:
    clock.set("2026-03-29 02:30")
    assert utc_now() == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    clock.move(hours=1)
    assert utc_now() == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    clock.set(date(2026, 7, 1))
    made = company().add_client("Alfa")
    assert made.registered_on == date(2026, 7, 1)
    assert made.created_at.date() == date(2026, 7, 1)
    clock.release()
    assert utc_now() != made.created_at


@pytest.mark.parametrize("kind", chosen_kinds())
def test_statements_are_counted_without_their_frame(company: Any, statements: Any, kind: str) -> None:
    made = company(database=kind)
    with statements() as seen, made.database.transaction(made.system) as session:
        session.execute(text("SELECT 1"))
        with session.begin_nested():
            session.execute(text("SELECT 2"))
    assert seen == ["SELECT 1", "SELECT 2"]
    with made.database.reading(made.system) as session:
        session.execute(text("SELECT 3"))
    assert len(seen) == 2, "only what happens within the block"


def test_pages_are_walked_through_by_their_links(login_as: Any, pages: Any, client_factory: Any) -> None:
    for number in range(9):
        client_factory(f"Client {number}")
    visited = {page.url: page for page in pages(login_as("administrator"), "/")}
    assert {page.status for page in visited.values()} <= {200, 302, 303}
    assert {"/", "/clients/", "/users/", "/modules/"} <= set(visited)
    cards = [url for url in visited if url.removeprefix("/clients/").isdigit()]
    assert len(cards) == 3, "of pages that are alike only some"
    assert not any(url.startswith("/static/") for url in visited)


def test_a_walk_stays_within_its_limits() -> None:
    app = Flask("endless")
    app.add_url_rule("/<int:n>", "page", lambda n: f'<a href="{n + 1}">on</a><a href="http://else.where/">out</a>')
    app.add_url_rule("/gone", "gone", lambda: ("", 302, {"Location": "/1"}))
    browser = app.test_client()
    assert [page.url for page in crawl(browser, "/1", alike=4)] == ["/1", "/2", "/3", "/4", "/5"]
    assert [page.url for page in crawl(browser, "/1", limit=2)] == ["/1", "/2"]
    assert [page.url for page in crawl(browser, "/1", follow=lambda url: url < "/3")] == ["/1", "/2"]
    assert [(page.url, page.status) for page in crawl(browser, "/gone", limit=2)] == [("/gone", 302), ("/1", 200)]
    assert crawl(browser, "/missing")[0].status == 404


def test_the_demo_company_can_be_copied() -> None:
    template = demo_template(*installed("crm_clients"), clients=5)
    assert demo_template(*installed("crm_clients"), clients=5) is template
    for _again in range(2):
        with open_company(template=template) as company:
            assert count_clients(company) == 5
            assert company.browser(company.add_user("administrator")).get("/clients/").status_code == 200
