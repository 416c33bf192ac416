"""Reading through the API: with a key, within the rights of its user, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka.builtin.rest.limits import Limiter, shared_count
from kartoteka.builtin.rest.queries import list_keys
from kartoteka.builtin.rest.service import end_key
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.testing.databases import chosen_kinds
from tests.core.rest.conftest import CLIENTS, make_program


def test_a_key_reads_clients_with_its_users_rights(company):
    company.add_client("UAB Langai", phone="+370 612 34567", income="12.50")
    seeing_all = make_program(company, "clients.clients:read")
    seeing_own = make_program(company, reach="own")
    (shown,) = seeing_all.get(CLIENTS).json["items"]
    assert shown["company_name"] == "UAB Langai"
    assert (shown["id"], shown["version"], shown["state"]) == (1, 1, "active")
    assert "personal_code" not in shown, "nobody gave the user the right to see it"
    assert seeing_own.get(CLIENTS).json == {"items": [], "next": None, "previous": None}
    assert seeing_own.get(f"{CLIENTS}/1").status_code == 404


def test_all_values_are_json_without_loss(company, program):
    company.add_client(kind="person", surname="Õun", first_name="Žygimantė", birth_date="1980-02-29", income="1250.50")
    answer = program.get(f"{CLIENTS}/1")
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["birth_date"] == "1980-02-29"
    assert answer.json["income"] == "1250.50"
    assert answer.json["name"] == "Õun Žygimantė"
    assert program.get(f"{CLIENTS}/1", headers={"If-None-Match": '"1"'}).status_code == 304


def test_lists_are_walked_by_cursors_and_filtered(company, program):
    for number in range(7):
        company.add_client(f"UAB {number:02}", importance="a" if number % 2 else "b")
    seen, address = [], f"{CLIENTS}?limit=3&sort=-name"
    while address:
        page = program.get(address).json
        seen += [one["company_name"] for one in page["items"]]
        address = page["next"]
    assert seen == [f"UAB {number:02}" for number in range(6, -1, -1)]
    assert [one["id"] for one in program.get(f"{CLIENTS}?importance=a").json["items"]] == [2, 4, 6]
    assert [one["id"] for one in program.get(f"{CLIENTS}?id=5,1").json["items"]] == [1, 5]


def test_lists_are_searched_as_on_the_page(company, program):
    for name in ("UAB Šiaurės langai", "UAB Durys", "Langų namai"):
        company.add_client(name, phone="+370 612 34567" if "Durys" in name else "")
    assert [one["id"] for one in program.get(f"{CLIENTS}?q=lang siau").json["items"]] == [1]
    assert [one["id"] for one in program.get(f"{CLIENTS}?q=861234567&sort=-name").json["items"]] == [2]
    page = program.get(f"{CLIENTS}?q=lang&limit=1").json
    assert [one["id"] for one in program.get(page["next"]).json["items"]] == [3]
    assert program.get("/api/v1/clients/groups?q=a").json["errors"][0]["field"] == "q"


def test_a_key_of_somebody_who_has_left_lets_nobody_in(company, program):
    assert program.get(CLIENTS).status_code == 200
    with company.database.transaction(company.system) as session:
        deactivate_user(session, session.scalar(select(User.id).order_by(User.id.desc())))
    assert program.get(CLIENTS).status_code == 401


def test_confidential_fields_are_nowhere(company, program):
    company.add_client("UAB Langai", phone="+370 612 34567", email="info@langai.lt")
    with company.database.transaction(company.system) as session:
        mark_fields(session, "clients.client", ["email"])
    assert "email" not in program.get(f"{CLIENTS}/1").json
    assert program.get(f"{CLIENTS}?email=info@langai.lt").status_code == 400
    assert program.patch(f"{CLIENTS}/1", {"email": "x@y.lt"}, If_Match="*").status_code == 422
    document = program.get("/api/v1/openapi.json").text
    assert '"email"' not in document.split("crm_clients.")[0]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=9999999999", "limit"),
        ("limit=x", "limit"),
        ("sort=notes", "sort"),
        ("cursor=eyJ.x", "cursor"),
        ("importanse=a", "importanse"),
        ("state=gone", "state"),
        ("manager=me", "manager"),
        ("id=1,,2", "id"),
        ("registered_on=2026-02-30", "registered_on"),
        ("personal_code=1", "personal_code"),
    ],
)
def test_nonsense_in_the_address_is_named(company, program, query, field):
    answer = program.get(f"{CLIENTS}?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.json["errors"][0]["field"] == field


def test_who_is_not_let_in(company, program):
    browser = company.app.test_client()
    assert browser.get(CLIENTS).status_code == 401
    assert browser.get(CLIENTS).headers["WWW-Authenticate"].lower().startswith("bearer")
    for authorization in ("Bearer kk_wrong", "Bearer ", "Basic eDp5", "Bearer " + program.token + "x", program.token):
        answer = browser.get(CLIENTS, headers={"Authorization": authorization})
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), authorization
    assert program.get(CLIENTS).status_code == 200
    with company.database.transaction(company.system) as session:
        end_key(session, program.key_id)
    assert program.get(CLIENTS).status_code == 401


def test_a_key_expires_and_remembers_its_last_day(company):
    today = utc_now().date()
    program = make_program(company, expires_on=today)
    assert program.get(CLIENTS).status_code == 200
    with company.database.reading(company.system) as session:
        assert [row.ApiKey.last_used_on for row in list_keys(session)] == [today]
    with at_moment(utc_now() + timedelta(days=1)):
        assert program.get(CLIENTS).status_code == 401


def test_a_key_opens_the_api_only(company, program):
    for page in ("/clients/", "/users/me", "/static/manifest.json?x=1", "/search/palette"):
        assert program.get(page).status_code in (401, 404, 200 if page.startswith("/static") else 401), page


def test_what_is_not_there(company, program):
    for path in (
        "/api/v1/clients/nothing",
        "/api/v1/nothing/clients",
        f"{CLIENTS}/1",
        f"{CLIENTS}/99999999999999999999",
        "/api/v2/clients",
        "/api/",
    ):
        answer = program.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), path
    assert program.ask("PUT", CLIENTS).status_code == 405


@pytest.mark.needs_module("crm_clients")
def test_contacts_belong_to_a_client_and_go_with_their_module(company, program):
    company.add_client("UAB Langai")
    contact = {"client": 1, "surname": "Žukauskas", "phone": "+370 612 34567"}
    made = program.post("/api/v1/crm_clients/contacts", contact)
    assert (made.status_code, made.json["client"], made.json["surname"]) == (201, 1, "Žukauskas")
    assert [one["id"] for one in program.get("/api/v1/crm_clients/contacts?client=1").json["items"]] == [1]
    assert "/api/v1/crm_clients/contacts" in program.get("/api/v1/openapi.json").json["paths"]
    company.switch("crm_clients", on=False)
    assert program.get("/api/v1/crm_clients/contacts").status_code == 404
    assert program.ask("OPTIONS", "/api/v1/crm_clients/contacts").status_code == 404
    assert "/api/v1/crm_clients/contacts" not in program.get("/api/v1/openapi.json").json["paths"]


def test_a_key_is_let_in_so_many_times_a_minute(company, program):
    company.app.extensions["kartoteka"].caches["api_limiter"] = Limiter(requests=2)
    assert [program.get(CLIENTS).status_code for _each in range(3)] == [200, 200, 429]
    assert 0 < int(program.get(CLIENTS).headers["Retry-After"]) <= 60


@pytest.mark.parametrize("kind", chosen_kinds())
def test_processes_count_requests_together_and_write_seldom(company_on, kind):
    database = company_on(kind).database
    written = []

    def counted(*given):
        written.append(given)
        return shared_count(database)(*given)

    processes = [Limiter(requests=120, seconds=10**9, share=counted) for _each in range(3)]
    answers = [processes[number % 3].wait_for("key:1") for number in range(150)]
    through = answers.count(0)
    assert 120 <= through <= 120 + 3 * 1
    assert answers[-1] > 0
    assert len(written) <= 150 / 2 + 1
    assert processes[0].wait_for("key:2") == 0
    late = Limiter(requests=120, seconds=10**9, share=shared_count(database))
    assert [late.wait_for("key:1") > 0 for _each in range(3)] == [False, True, True]


def test_a_busy_database_keeps_nobody_waiting():
    limiter, asked = Limiter(requests=4, seconds=10**9, share=lambda *given: asked.append(given)), []
    assert [limiter.wait_for("key:1") > 0 for _each in range(6)] == [False] * 4 + [True] * 2
    assert len(asked) == 1


def test_a_signed_in_browser_may_look_but_not_write(company):
    user = company.add_user(permissions=("clients.view", "clients.create"), reach="all")
    browser = company.browser(user)
    assert browser.get("/api/v1/openapi.json").json["openapi"] == "3.1.0"
    assert browser.get(CLIENTS).status_code == 200
    forged = browser.post(CLIENTS, json={"company_name": "UAB"})
    assert forged.status_code == 401
    assert browser.get(CLIENTS).json["items"] == []
