"""The website and the e-shop hand in inquiries, orders, payments and complaints: each once, in the right module."""

from __future__ import annotations

import pytest

from kartoteka.testing.company import open_company
from kartoteka.testing.databases import chosen_kinds
from tests.core.rest import desk
from tests.core.rest.conftest import make_program

RIGHTS = (desk.VIEW, desk.ADD)
SENT = {"name": "Ona Žukauskienė", "email": "ona@example.lt", "amount": "19.90", "received_on": "2026-11-22"}


@pytest.fixture(scope="module", params=chosen_kinds())
def company(request):
    with open_company(request.param, entry_points=[desk.ENTRY_POINT]) as company:
        assert company.installation.registry.broken == ()
        for model in desk.MODELS.values():
            model.__table__.create(company.database.engine)
        company.switch("desk")
        yield company


@pytest.fixture(scope="module")
def website(company):
    """A key that may only add."""
    return make_program(company, *(f"desk.{noun}s:create" for noun in desk.NOUNS), permissions=RIGHTS)


@pytest.fixture(scope="module")
def reader(company):
    return make_program(company, permissions=RIGHTS)


@pytest.mark.catalogue("CORE-29", part="mechanism")
@pytest.mark.parametrize("noun", desk.NOUNS)
def test_what_a_website_hands_in_is_there_once(company, website, reader, noun):
    path = f"/api/v1/desk/{noun}s"
    made = website.post(path, SENT, Idempotency_Key=f"{noun}-1")
    assert made.status_code == 201
    assert made.json["number"] == f"{noun[0].upper()}0001"
    again = website.post(path, SENT, Idempotency_Key=f"{noun}-1")
    assert (again.status_code, again.json) == (201, made.json)
    (shown,) = reader.get(path).json["items"]
    assert shown == {
        "id": made.json["id"],
        "version": 1,
        "state": "active",
        "created_at": shown["created_at"],
        "number": made.json["number"],
        "source": "website",
        "is_urgent": False,
        **SENT,
    }
    assert website.get(path).status_code == 403, "whoever finds the website's key reads nothing with it"
    headers = {"Authorization": "Bearer kk_wrong"}
    assert company.app.test_client().post(path, json=SENT, headers=headers).status_code == 401
    assert website.post("/api/v1/clients/clients", {"company_name": "A"}).status_code == 404


def test_what_cannot_be_handed_in(website):
    path = "/api/v1/desk/orders"
    for content, field in (
        ({**SENT, "amount": "much"}, "amount"),
        ({**SENT, "amount": "1e5"}, "amount"),
        ({**SENT, "source": ""}, "source"),
        ({**SENT, "is_urgent": "yes"}, "is_urgent"),
        ({**SENT, "name": ""}, "name"),
        ({}, "name"),
    ):
        answer = website.post(path, content)
        assert (answer.status_code, [one["field"] for one in answer.json["errors"]]) == (422, [field])


def test_changes_go_through_the_modules_own_function(reader, website):
    made = website.post("/api/v1/desk/complaints", SENT)
    path = f"/api/v1/desk/complaints/{made.json['id']}"
    changed = reader.patch(path, {"amount": None, "is_urgent": True}, If_Match='"1"')
    assert (changed.status_code, changed.json["amount"], changed.json["is_urgent"]) == (200, None, True)
    assert reader.delete(path, If_Match="*").status_code == 404, "the module offers no way to put it away"
    assert reader.get("/api/v1/desk/complaints?is_urgent=true").json["items"][0]["id"] == made.json["id"]


def test_a_module_that_is_off_takes_nothing(company, website):
    company.switch("desk", on=False)
    try:
        for noun in desk.NOUNS:
            assert website.post(f"/api/v1/desk/{noun}s", SENT).status_code == 404
    finally:
        company.switch("desk")
