"""Pages of keys and webhooks: made, shown once, ended; errors beside their fields."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from kartoteka.builtin.rest.models import ApiKey
from kartoteka.builtin.rest.service import make_key
from kartoteka.testing import run_jobs
from kartoteka.testing.company import ADMINISTRATOR, open_company
from kartoteka.vocabulary.errors import Forbidden
from tests.core.rest.conftest import CLIENTS, Program
from tests.core.rest.receiver import listening
from tests.installed import installed


@pytest.fixture
def company():
    with open_company(private_webhooks=True) as company:
        company.switch(*installed("crm_clients"))
        yield company


@pytest.fixture
def admin(company):
    return company.browser(company.add_user(ADMINISTRATOR))


def secret_on(page):
    return re.search(r'<code class="k-secret" translate="no">([^<]+)</code>', page)[1]


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("X-04", part="keys")
def test_a_key_is_made_shown_once_used_and_ended(company, admin):
    assert "No program has a key yet" in admin.get("/rest/").text
    assert "crm_clients.contacts:read" in admin.get("/rest/keys/new").text
    form = {"title": "Website", "scopes": ["clients.clients:read"], "user_id": "1"}
    made = admin.post("/rest/keys/new", data=form)
    token = secret_on(made.text)
    page = admin.get("/rest/").text
    assert (token in page, f"{token[:8]}…" in page, "Website" in page) == (False, True, True)
    program = Program(company, token, 1)
    assert program.get(CLIENTS).status_code == 200
    assert program.post(CLIENTS, {"company_name": "A"}).status_code == 403
    assert admin.post("/rest/keys/1/end").status_code == 302
    assert program.get(CLIENTS).status_code == 401
    assert "No program has a key yet" in admin.get("/rest/").text
    seen = admin.get("/audit/").text
    assert token not in seen


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"title": ""}, "Fill this in."),
        ({"title": "A"}, "Choose what the program may do."),
        ({"title": "A", "scopes": ["clients.clients:own"]}, "Choose one of the values offered."),
        ({"title": "A", "scopes": ["*:read"], "expires_on": "2001-01-01"}, "This day is over already."),
        ({"title": "A", "scopes": ["*:read"], "user_id": "99"}, "Choose one of the values offered."),
        ({"title": "A" * 101, "scopes": ["*:read"]}, "Too long: 101 characters, at most 100."),
    ],
)
def test_what_a_key_cannot_be(admin, form, message):
    answer = admin.post("/rest/keys/new", data={"user_id": "1", **form})
    assert answer.status_code == 422
    assert message in answer.text
    assert "No program has a key yet" in admin.get("/rest/").text


def test_users_make_keys_for_themselves_only(company, admin):
    admin.post("/rest/keys/new", data={"title": "Of the boss", "scopes": ["*:read"], "user_id": "1"})
    user = company.add_user(permissions=("rest.keys", "clients.view"))
    browser = company.browser(user)
    assert "Of the boss" not in browser.get("/rest/").text
    assert browser.post("/rest/keys/1/end").status_code == 404
    made = browser.post("/rest/keys/new", data={"title": "Mine", "scopes": ["*:read"], "user_id": "1"})
    assert made.status_code == 200
    assert Program(company, secret_on(made.text), 2).get("/api/v1/crm_clients/contacts").status_code == 404
    assert browser.post("/rest/keys/2/end").status_code == 302
    assert browser.get("/rest/webhooks").status_code == 403


def test_nobody_makes_a_key_of_somebody_who_may_do_more(company, admin):
    clerk = company.add_user(permissions=("rest.keys", "rest.manage", "clients.view"))
    deputy = company.add_user(permissions=("rest.keys", "rest.manage", "users.manage", "clients.view"))
    values = {"title": "Backdoor", "scopes": ["*:read", "*:change"]}
    assert 'name="user_id"' not in company.browser(clerk).get("/rest/keys/new").text
    company.browser(clerk).post("/rest/keys/new", data={**values, "user_id": "1"})
    refused = company.browser(deputy).post("/rest/keys/new", data={**values, "user_id": "1"})
    assert (refused.status_code, "kk_" in refused.text) == (422, False)
    assert "rights that you don" in refused.text
    made = company.browser(deputy).post("/rest/keys/new", data={**values, "title": "Website", "user_id": str(clerk)})
    assert made.status_code == 200
    with company.database.transaction(company.actor(clerk)) as session, pytest.raises(Forbidden):
        make_key(session, title="Backdoor", scopes=["*:read"], user_id=1)
    with company.database.reading(company.system) as session:
        owners = session.execute(select(ApiKey.title, ApiKey.user_id).order_by(ApiKey.id)).all()
    assert [tuple(one) for one in owners] == [("Backdoor", clerk), ("Website", clerk)]


def test_a_webhook_is_added_tried_and_its_messages_sent_again(company, admin):
    with listening() as receiver:
        assert "No program is told of changes yet" in admin.get("/rest/webhooks").text
        form = {"title": "Shop", "url": receiver.url, "kinds": ["clients.client"]}
        secret = secret_on(admin.post("/rest/webhooks/new", data=form).text)
        page = admin.get("/rest/webhooks/1").text
        assert (secret in page, "Nothing was sent yet" in page) == (False, True)
        assert admin.post("/rest/webhooks/1/ping").status_code == 302
        run_jobs(company)
        assert "rest.ping" in admin.get("/rest/webhooks/1").text
        assert admin.post("/rest/webhooks/messages/1/again").status_code == 302
        assert admin.post("/rest/webhooks/messages/1/again").status_code == 422
        run_jobs(company)
        assert len(receiver.taken) == 2
        assert "Shop" in admin.get("/rest/webhooks").text
        off = admin.post("/rest/webhooks/1", data={"version": "1", **form, "title": "Old shop"})
        assert off.status_code == 302
        company.add_client("UAB Langai")
        run_jobs(company)
        assert len(receiver.taken) == 2
    assert admin.post("/rest/webhooks/1/remove").status_code == 302
    assert "No program is told of changes yet" in admin.get("/rest/webhooks").text


def test_a_webhook_is_told_from_the_next_change_on(company, admin):
    """Whether anybody is told is kept between pages: not beyond the moment at which it changes."""
    with listening() as receiver:
        form = {"title": "Shop", "url": receiver.url, "kinds": ["clients.client"]}
        for number, (change, told) in enumerate(
            [
                (lambda: None, 0),
                (lambda: admin.post("/rest/webhooks/new", data=form), 1),
                (lambda: admin.post("/rest/webhooks/1", data={"version": "1", **form}), 1),
                (lambda: admin.post("/rest/webhooks/1", data={"version": "2", **form, "enabled": "y"}), 2),
                (lambda: admin.post("/rest/webhooks/1/remove"), 2),
            ]
        ):
            change()
            new = {"kind": "company", "company_name": f"UAB Langai {number}", "country": "LT", "accept_duplicates": "y"}
            saved = admin.post("/clients/new", data={**new, "registered_on": "2026-11-20", "relationship": "existing"})
            assert saved.status_code == 302, saved.text
            run_jobs(company)
            assert len(receiver.taken) == told, number


def test_what_a_webhook_cannot_be(company, admin):
    company.database.private_targets = False
    for form, message in (
        ({"url": "https://127.0.0.1/", "kinds": ["clients.client"]}, "Fill this in."),
        ({"title": "A", "url": "https://x.invalid/", "kinds": ["clients.client"]}, "There is no machine of this name."),
        ({"title": "A", "url": "https://127.0.0.1/", "kinds": ["clients.client"]}, "lies in a private network"),
        ({"title": "A", "url": "https://93.184.216.34/"}, "Choose what the program is notified about."),
        ({"title": "A", "url": "https://127.0.0.1/", "kinds": ["users.user"]}, "Choose one of the values offered."),
    ):
        answer = admin.post("/rest/webhooks/new", data=form)
        assert (answer.status_code, message in answer.text) == (422, True), message


@pytest.mark.needs_module("crm_clients")
def test_the_guide_describes_what_its_reader_may_use(company, admin):
    page = admin.get("/rest/guide").text
    assert "POST /api/v1/clients/clients" in page
    assert "/api/v1/crm_clients/addresses" in page
    blind = company.browser(company.add_user(permissions=("rest.keys",)))
    assert "You have no right to see any records." in blind.get("/rest/guide").text
