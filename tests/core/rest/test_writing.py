"""Writing through the API: within scopes and rights, each mistake named, nothing twice, nobody's change lost."""

from __future__ import annotations

import threading

import pytest

from kartoteka.builtin.rest.writing import REMEMBERED, forget_requests
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.testing.company import open_company
from tests.core.rest.conftest import CLIENTS, RIGHTS, make_program
from tests.installed import installed

CONTACTS = "/api/v1/crm_clients/contacts"
NEW = {"company_name": "UAB Langai", "country": "LT", "registration_code": "302512345"}


@pytest.mark.catalogue("X-04", part="scopes")
def test_a_key_that_may_only_read_creates_nothing(company):
    reader = make_program(company, "clients.clients:read")
    answer = reader.post(CLIENTS, NEW)
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert "clients.clients:create" in answer.json["detail"]
    assert reader.get(CLIENTS).json["items"] == []
    other = make_program(company, "crm_clients.contacts:create")
    assert other.get(CLIENTS).status_code == 403
    assert other.post(CLIENTS, NEW).status_code == 403


def test_a_key_can_do_no_more_than_its_user(company):
    weak = make_program(company, permissions=("clients.view",))
    answer = weak.post(CLIENTS, NEW)
    assert (answer.status_code, answer.json["detail"]) == (403, "The right that is missing: Add clients.")
    blind = make_program(company, permissions=("crm_clients.view",))
    assert blind.get(CLIENTS).status_code == 404
    assert blind.post(CLIENTS, NEW).status_code == 404


def test_a_record_is_created_changed_and_put_away(company, program):
    made = program.post(CLIENTS, NEW)
    assert made.status_code == 201
    assert made.headers["Location"] == f"{CLIENTS}/1"
    assert (made.json["number"], made.json["company_name"]) == ("K00001", "UAB Langai")
    changed = program.patch(f"{CLIENTS}/1", {"activity": "Windows"}, If_Match=made.headers["ETag"])
    assert (changed.status_code, changed.json["activity"], changed.json["version"]) == (200, "Windows", 2)
    assert changed.headers["ETag"] == '"2"'
    gone = program.delete(f"{CLIENTS}/1", If_Match='"2"')
    assert (gone.status_code, gone.data) == (204, b"")
    assert program.get(CLIENTS).json["items"] == []


def test_what_a_program_writes_is_in_the_change_log(company, program):
    program.post(CLIENTS, NEW)
    admin = company.browser(company.add_user("administrator"))
    assert "Added through the API" in admin.get("/operations/").text


def test_a_change_over_an_older_version_is_refused(company, program):
    company.add_client("UAB Langai")
    assert program.patch(f"{CLIENTS}/1", {"activity": "A"}).status_code == 428
    assert program.patch(f"{CLIENTS}/1", {"activity": "A"}, If_Match='"1"').status_code == 200
    late = program.patch(f"{CLIENTS}/1", {"activity": "B"}, If_Match='"1"')
    assert (late.status_code, late.headers["ETag"]) == (412, '"2"')
    assert program.get(f"{CLIENTS}/1").json["activity"] == "A"
    assert program.delete(f"{CLIENTS}/1", If_Match='"1"').status_code == 412
    assert program.patch(f"{CLIENTS}/1", {"activity": "B"}, If_Match="*").status_code == 200


def test_the_same_idempotency_key_creates_no_second_record(company, program):
    first = program.post(CLIENTS, NEW, Idempotency_Key="order-17")
    again = program.post(CLIENTS, NEW, Idempotency_Key="order-17")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert len(program.get(CLIENTS).json["items"]) == 1
    other = program.post(CLIENTS, {**NEW, "country": "EE"}, Idempotency_Key="order-17")
    assert (other.status_code, other.json["errors"][0]["field"]) == (422, "Idempotency-Key")
    neighbour = make_program(company)
    assert neighbour.post(CLIENTS, {"company_name": "AB"}, Idempotency_Key="order-17").status_code == 201


def test_a_refused_request_may_come_again_under_its_key(company, program):
    assert program.post(CLIENTS, {"company_name": ""}, Idempotency_Key="k").status_code == 422
    assert program.post(CLIENTS, NEW, Idempotency_Key="k").status_code == 201


def test_requests_are_forgotten_after_some_days(company, program):
    program.post(CLIENTS, {"company_name": "AB"}, Idempotency_Key="k")
    with at_moment(utc_now() + REMEMBERED * 2), company.database.transaction(company.system) as session:
        assert forget_requests(session) == 1
    assert program.post(CLIENTS, {"company_name": "AB"}, Idempotency_Key="k").status_code == 201
    assert len(program.get(CLIENTS).json["items"]) == 2


def test_programs_that_try_again_at_the_same_moment_create_one_record(company, program):
    codes = []

    def send():
        codes.append(program.post(CLIENTS, NEW, Idempotency_Key="same").status_code)

    threads = [threading.Thread(target=send) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [201] * 6
    assert len(program.get(CLIENTS).json["items"]) == 1


def test_of_programs_that_change_the_same_version_one_wins(company, program):
    company.add_client("UAB Langai")
    codes = []

    def send(number):
        answer = program.patch(f"{CLIENTS}/1", {"activity": f"Work {number}"}, If_Match='"1"')
        codes.append(answer.status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(200) == 1
    assert set(codes) <= {200, 409, 412}
    assert program.get(f"{CLIENTS}/1").json["version"] == 2


@pytest.fixture(scope="module")
def website():
    """A program at a company that stays empty, because all that it sends is refused."""
    with open_company() as company:
        company.switch(*installed("crm_clients"))
        yield make_program(company)


def test_a_program_that_may_not_read_gets_a_receipt(company):
    shop = make_program(company, "clients.clients:create")
    made = shop.post(CLIENTS, NEW)
    assert made.status_code == 201
    assert made.json == {"id": 1, "version": 1, "number": "K00001"}
    assert shop.get(f"{CLIENTS}/1").status_code == 403


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"company_name": 5}, "company_name"),
        ({"company_name": None}, "company_name"),
        ({"company_name": "A" * 301}, "company_name"),
        ({"company_name": "A\x00B"}, "company_name"),
        ({"company_name": "\ud800"}, "company_name"),
        ({"company_name": "A", "kind": "state"}, "kind"),
        ({"company_name": "A", "birth_date": "1980-02-30"}, "birth_date"),
        ({"company_name": "A", "birth_date": 1980}, "birth_date"),
        ({"company_name": "A", "income": 1.5}, "income"),
        ({"company_name": "A", "income": "NaN"}, "income"),
        ({"company_name": "A", "group": 77}, "group"),
        ({"company_name": "A", "group": True}, "group"),
        ({"company_name": "A", "group": 10**30}, "group"),
        ({"company_name": "A", "country": "Narnia"}, "country"),
        ({"company_name": "A", "number": "K1"}, "number"),
        ({"company_name": "A", "id": 5}, "id"),
        ({"company_name": "A", "personal_code": "x"}, "personal_code"),
        ({"company_name": "A", "manager_id": 1}, "manager_id"),
        ({"company_name": "A", "__class__": "x"}, "__class__"),
        ({}, "company_name"),
    ],
)
def test_bad_values_are_named_and_nothing_is_stored(website, content, field):
    answer = website.post(CLIENTS, content)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert field in {one["field"] for one in answer.json["errors"]}, answer.json
    assert website.get(CLIENTS).json["items"] == []


@pytest.mark.parametrize(
    ("body", "mimetype", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"company_name": NaN}', "application/json", 400),
        (b'{"kind": "company", "kind": "person"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe\x00", "application/json", 400),
        (b"company_name=A", "application/x-www-form-urlencoded", 415),
        (b'{"company_name": "A"}', "text/plain", 415),
        (b'{"company_name": "' + b"A" * 3_000_000 + b'"}', "application/json", 413),
    ],
)
def test_bodies_that_are_no_json_object(website, body, mimetype, status):
    answer = website.ask("POST", CLIENTS, data=body, content_type=mimetype)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.needs_module("crm_clients")
def test_a_record_belongs_to_a_client_that_the_user_sees(company):
    company.add_client("UAB Langai")
    blind = make_program(company, reach="own")
    assert blind.post(CONTACTS, {"client": 1, "surname": "A"}).status_code == 404
    seeing = make_program(company)
    assert seeing.post(CONTACTS, {"surname": "A"}).json["errors"][0]["field"] == "client"
    assert seeing.post(CONTACTS, {"client": -1, "surname": "A"}).json["errors"][0]["field"] == "client"


def test_idempotency_keys_that_cannot_be_kept(website):
    for key in ("", "x" * 201, "a\x7fb", "ž"):
        headers = {"Idempotency-Key": key.encode("utf-8").decode("latin-1")}
        answer = website.ask("POST", CLIENTS, json=NEW, headers=headers)
        assert answer.status_code == 400, key


def test_a_field_is_written_only_with_its_right(company):
    plain = make_program(company)
    company.add_client("UAB Langai")
    assert plain.patch(f"{CLIENTS}/1", {"manager": 1}, If_Match="*").status_code == 422
    trusted = make_program(company, permissions=(*RIGHTS, "clients.change_manager"))
    assert trusted.patch(f"{CLIENTS}/1", {"manager": 1}, If_Match="*").json["manager"] == 1
