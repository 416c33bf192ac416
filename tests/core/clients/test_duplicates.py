"""The warning about duplicates: while typing, and before saving (X-15)."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from kartoteka.builtin.clients.duplicates import find_duplicates
from kartoteka.extension.declarations.work import DuplicateProbe

from .conftest import CLERK

FIRST = {
    "company_name": "UAB „Žuvėdra“",
    "vat_code": "LT100001738313",
    "phone": "8 612 34567",
    "email": "info@zuvedra.lt",
    "website": "www.zuvedra.lt",
}
NEW = {"kind": "company", "country": "LT", "relationship": "existing", "registered_on": "2026-01-05"}


@pytest.fixture
def desk(company):
    return company()


@pytest.fixture
def clerk(desk):
    return desk.actor(desk.add_user(permissions=CLERK, name="Ona Kazlienė"))


@pytest.mark.catalogue("X-15")
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("registration_code", "LT 302 345 671"),
        ("vat_code", "100001738313"),
        ("company_name", "Zuvedra, uab"),
        ("phone", "+370 (612) 34567"),
        ("mobile", "861234567"),
        ("email", "INFO@Zuvedra.lt"),
        ("email", "ona@zuvedra.lt"),
        ("website", "https://zuvedra.lt/kontaktai"),
    ],
)
def test_each_field_shows_the_client_before_it_is_saved(desk, clerk, add_client, name, typed):
    client = add_client(desk, clerk, **FIRST)
    browser = desk.browser(clerk.user_id)
    found = browser.get("/clients/duplicates", query_string={"kind": "company", "country": "LT", name: typed}).text
    assert "UAB „Žuvėdra“" in found
    assert f"/clients/{client.id}" in found


@pytest.mark.catalogue("X-15", part="empty is no match")
@pytest.mark.parametrize("nothing", ["", " ", "0", "-", "nėra"])
def test_empty_matches_nothing(desk, clerk, add_client, nothing):
    add_client(desk, clerk, company_name="UAB Tuščia", registration_code="")
    typed = dict.fromkeys(("registration_code", "vat_code", "phone", "mobile", "email", "website", "surname"), nothing)
    found = desk.browser(clerk.user_id).get("/clients/duplicates", query_string={"kind": "company", **typed})
    assert found.text.strip().startswith("{#") is False
    assert "alert" not in found.text


def test_initials_and_public_mail_services_match_nobody(desk, clerk, add_client):
    add_client(desk, clerk, kind="person", surname="V.M.", email="v.m@gmail.com")
    asked = {"kind": "person", "surname": "V. M.", "email": "another@gmail.com"}
    assert "alert" not in desk.browser(clerk.user_id).get("/clients/duplicates", query_string=asked).text


def test_saving_stops_at_a_possible_duplicate_until_it_is_accepted(desk, clerk, add_client):
    add_client(desk, clerk, **FIRST)
    browser = desk.browser(clerk.user_id)
    second = {**NEW, "company_name": "Zuvedra", "notes": "Typed once"}
    stopped = browser.post("/clients/new", data=second)
    assert stopped.status_code == 422
    assert "Typed once" in stopped.text
    assert 'name="accept_duplicates"' in stopped.text
    assert browser.post("/clients/new", data={**second, "accept_duplicates": "y"}).status_code == 302


def test_a_shared_domain_is_shown_but_does_not_stop_a_save(desk, clerk, add_client):
    add_client(desk, clerk, **FIRST)
    browser = desk.browser(clerk.user_id)
    colleague = {**NEW, "kind": "person", "surname": "Petrauskas", "email": "petras@zuvedra.lt"}
    shown = browser.get("/clients/duplicates", query_string=colleague).text
    assert "UAB „Žuvėdra“" in shown
    assert 'name="accept_duplicates"' not in shown
    assert browser.post("/clients/new", data=colleague).status_code == 302


@pytest.mark.catalogue("X-15", part="out of sight only the manager is named")
def test_a_duplicate_out_of_sight_names_its_manager_only(desk, clerk, add_client):
    client = add_client(desk, clerk, **{**FIRST, "company_name": "UAB Slaptasis klientas"})
    other = desk.browser(desk.add_user(permissions=CLERK))
    for asked in ({"registration_code": "302345671"}, {"phone": "8 612 34567"}, {"email": "info@zuvedra.lt"}):
        found = other.get("/clients/duplicates", query_string={"country": "LT", **asked}).text
        assert "Ona Kazlienė" in found
        assert "Slaptasis" not in found
        assert f"/clients/{client.id}" not in found
        assert "K00001" not in found
    hidden = other.get("/clients/duplicates", query_string={"company_name": "Slaptasis klientas"}).text
    assert "alert" not in hidden
    saved = {**NEW, "company_name": "Kita", "registration_code": "302345671", "accept_duplicates": "y"}
    refused = other.post("/clients/new", data=saved)
    assert refused.status_code == 422
    assert "Slaptasis" not in refused.text


def test_a_client_is_no_duplicate_of_itself(desk, clerk, add_client):
    client = add_client(desk, clerk, **FIRST)
    browser = desk.browser(clerk.user_id)
    asked = {"exclude": client.id, "registration_code": "302345671", "country": "LT"}
    assert "alert" not in browser.get("/clients/duplicates", query_string=asked).text
    answer = browser.post(f"/clients/{client.id}/field/phone", data={"phone": "8 612 34567", "version": "1"})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "typed", ["'" * 400, '%_\\"*', "\x00\x01", "'; DROP TABLE core_client; --", "\u202eabc", "\U0001f600" * 100]
)
def test_hostile_input_finds_nothing_and_breaks_nothing(desk, clerk, typed):
    browser = desk.browser(clerk.user_id)
    names = ("company_name", "registration_code", "vat_code", "phone", "email", "website", "country", "kind")
    for name in names:
        assert browser.get("/clients/duplicates", query_string={name: typed}).status_code == 200
        assert browser.post("/clients/new", data={**NEW, "company_name": "A", name: typed}).status_code in (302, 422)


def test_the_question_is_answered_by_indexes(company):
    """Without them each save would walk through all clients: 11 ms at 10,000 of them (measured)."""
    asked = {}

    def note(connection, cursor, statement, parameters, *rest):
        asked[statement] = parameters

    desk = company(database="sqlite")  # its plans name each step, which PostgreSQL's for empty tables do not
    event.listen(desk.database.engine, "before_cursor_execute", note)
    full = {"name": "Langas", "registration_code": "1", "vat_code": "2", "phones": ("861234567", "861234568")}
    full |= {"emails": ("a@b.lt",), "domain": "b.lt", "country": "LT"}
    with desk.database.reading(desk.system) as session:
        find_duplicates(session, DuplicateProbe(**full))
    event.remove(desk.database.engine, "before_cursor_execute", note)
    (statement,) = (one for one in asked if "UNION ALL" in one)
    with desk.database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", asked[statement]).all()
    steps = [row[3] for row in plan if "core_client" in row[3]]
    assert len(steps) == 7
    assert [step for step in steps if not step.startswith("SEARCH core_client USING")] == []
