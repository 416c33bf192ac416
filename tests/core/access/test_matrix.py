"""The rights matrix: what roles say, which pages they open, and why somebody can or can't open one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka.builtin.access.service import add_role, set_user_access
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.db.clock import utc_now
from kartoteka.testing.plugin import ADMINISTRATOR, Company


@pytest.fixture
def made(company: Callable[..., Company]) -> Company:
    return company()


def why(made: Company, boss: int, **asked: object) -> str:
    page = made.browser(boss).get("/access/why", query_string=asked)
    assert page.status_code == 200
    return page.text.split('id="verdict"')[1].split("</section>")[0] if 'id="verdict"' in page.text else ""


def test_the_matrix_shows_what_each_role_says(made: Company) -> None:
    boss = made.add_user(ADMINISTRATOR)
    with made.database.transaction(made.system) as session:
        add_role(session, title="Sellers", rights={"clients.view": True, "clients.delete": False})
    page = made.browser(boss).get("/access/matrix").text
    assert "Sellers" in page
    row = page.split("See clients")[1].split("</tr>")[0] if "See clients" in page else page
    assert "granted" in row
    assert "refused" in page


def test_pages_of_a_module_by_role(made: Company) -> None:
    boss = made.add_user(ADMINISTRATOR)
    with made.database.transaction(made.system) as session:
        add_role(session, title="Sellers", rights={"clients.view": True})
    page = made.browser(boss).get("/access/matrix?pages=clients").text
    row = page.split("/clients/new (GET, POST)")[1].split("</tr>")[0]
    assert row.count("granted") == 1
    assert row.count("refused") == 1
    assert made.browser(boss).get("/access/matrix?pages=nonsense").status_code == 200


def test_why_names_the_right_and_where_it_came_from(made: Company) -> None:
    boss, anna = made.add_user(ADMINISTRATOR), made.add_user(permissions=["clients.view"], login="anna")
    assert "Anna can open this page." in why(made, boss, user=anna, address="/clients/")
    assert "Granted by role: Role of anna" in why(made, boss, user=anna, address="http://x.example/clients/?q=1")
    said = why(made, boss, user=anna, address="/clients/new")
    assert "Anna can’t open" in said or "Anna can&#39;t open" in said
    assert "Nobody granted it" in said
    with made.database.transaction(made.system) as session:
        set_user_access(session, anna, role_ids=[], rights={"clients.view": False})
    assert "Refused to this user" in why(made, boss, user=anna, address="/clients/")


@pytest.mark.parametrize(("path", "status"), [("", 200), ("/log", 200), ("/edit", 403)])
def test_why_agrees_with_the_door_about_records(made: Company, path: str, status: int) -> None:
    boss = made.add_user(ADMINISTRATOR)
    anna = made.add_user(permissions=["clients.view"], login="anna")
    own = made.add_client("Own", manager_id=anna)
    other = made.add_client("Other", manager_id=boss)
    browser = made.browser(anna)
    for client, expected in ((own, status), (other, 404 if status == 200 else status)):
        address = f"/clients/{client.id}{path}"
        assert browser.get(address).status_code == expected
        said = why(made, boss, user=anna, address=address)
        assert ("can open this page" in said) == (expected == 200), said
    said = why(made, boss, user=anna, address=f"/clients/{other.id}")
    assert "Sees: Own clients only" in said
    assert "It belongs to: " in said
    with made.database.transaction(made.system) as session:
        share_client(session, other.id, anna, reason="holiday", until=utc_now().date() + timedelta(days=3))
    assert "Sees this record" in why(made, boss, user=anna, address=f"/clients/{other.id}")


@pytest.mark.needs_module("crm_clients")
def test_why_tells_of_sign_in_modules_and_hidden_fields(made: Company) -> None:
    boss, anna = made.add_user(ADMINISTRATOR), made.add_user(permissions=["clients.view"], login="anna", reach="all")
    client = made.add_client("Orchard")
    with made.database.transaction(made.system) as session:
        mark_fields(session, "clients.client", ["notes"])
    said = why(made, boss, user=anna, address=f"/clients/{client.id}")
    assert "see: " in said
    assert "Notes" in said
    made.switch("crm_clients")
    made.switch("crm_clients", on=False)
    assert "The module is off" in why(made, boss, user=anna, address="/crm_clients/contacts/")
    with made.database.transaction(made.actor(boss)) as session:
        deactivate_user(session, anna)
    assert "Is deactivated" in why(made, boss, user=anna, address="/clients/")


def test_why_for_a_role_and_for_a_demanded_second_factor(made: Company) -> None:
    boss, anna = made.add_user(ADMINISTRATOR), made.add_user(login="anna")
    client = made.add_client("Orchard")
    with made.database.transaction(made.system) as session:
        role = add_role(session, title="Careful", rights={"clients.view": True}, needs_second_factor=True)
        set_user_access(session, anna, role_ids=[role.id], rights={})
    assert "Must set up a second factor first" in why(made, boss, user=anna, address="/clients/")
    assert "depends on whose it is" in why(made, boss, role=role.id, address=f"/clients/{client.id}")


@pytest.mark.parametrize(
    "address",
    ["/nothing", "nonsense", "//", "/clients/999999999999999999999", "/clients/0", "javascript:alert(1)", "/%00"],
)
def test_strange_addresses_are_explained_too(made: Company, address: str) -> None:
    boss = made.add_user(ADMINISTRATOR)
    page = made.browser(boss).get("/access/why", query_string={"user": boss, "address": address})
    assert page.status_code == 200
    assert made.browser(boss).get("/access/why?user=7777&address=/").status_code == 404
    assert made.browser(made.add_user()).get("/access/matrix").status_code == 403
