"""Hostile text in every field of the form: refused with a message or kept as it is, and never more than text."""

from __future__ import annotations

import json
import re

import pytest

from .conftest import CLERK

TEXTS = (
    "company_name",
    "registration_code",
    "vat_code",
    "phone",
    "mobile",
    "fax",
    "email",
    "website",
    "activity",
    "bank_account",
    "external_id",
    "notes",
    "income",
    "birth_date",
    "surname",
    "first_name",
)
NASTY = [
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "%s%n%x",
    "%(name)s",
    "'; DROP TABLE core_client; --",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "A" * 30_000,
    "1e309",
    "99999999999999999999",
    "\r\nSet-Cookie: a=b",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
]


def post(browser, text, **values):
    form = {"kind": "company", "relationship": "existing", "registered_on": "2026-01-05", "country": "LT"}
    return browser.post("/clients/new", data={**form, "accept_duplicates": "y", **values} | dict.fromkeys(TEXTS, text))


def check(browser, text):
    """Post the text in all fields at once, then in each field that takes free text."""
    assert post(browser, text).status_code in (302, 422), text
    form = {"kind": "company", "relationship": "existing", "registered_on": "2026-01-05", "accept_duplicates": "y"}
    saved = browser.post("/clients/new", data={**form, "company_name": f"UAB {text}", "notes": text, "activity": text})
    assert saved.status_code in (302, 422), text
    if saved.status_code == 302:
        assert re.fullmatch(r"/clients/\d+", saved.location)
        card = browser.get(saved.location)
        assert card.status_code == 200, text
        # The page's own scripts have addresses; a script that came in as text would have none.
        assert re.findall(r"<script(?![^>]* (?:src=|type=\"application/json\"))", card.text, re.IGNORECASE) == [], text
        assert re.findall(r"<[a-z][^<>]* on[a-z]+\s*=", card.text, re.IGNORECASE) == [], text


@pytest.mark.parametrize("text", NASTY, ids=[f"text{number}" for number in range(len(NASTY))])
def test_hostile_text_does_no_harm(office, text):
    check(office.browser(office.add_user(permissions=CLERK)), text)


def test_a_public_list_of_naughty_strings_does_no_harm(company_on, shared):
    path = shared("data/09_security/minimaxir__big-list-of-naughty-strings/blns.json")
    office = company_on()
    browser = office.browser(office.add_user(permissions=CLERK))
    texts = json.loads(path.read_text("utf-8"))
    assert len(texts) > 400
    for text in texts:
        check(browser, text)


@pytest.mark.parametrize(
    "name", ["kind", "country", "relationship", "importance", "client_kind", "sex", "group", "manager"]
)
@pytest.mark.parametrize("text", ["nonsense", "-1", "99999999999999999999", "1 OR 1=1", "<b>"])
def test_what_was_not_offered_is_refused(login_as, name, text):
    browser = login_as("administrator")
    form = {"kind": "company", "company_name": "UAB A", "relationship": "existing", "registered_on": "2026-01-05"}
    answer = browser.post("/clients/new", data={**form, name: text})
    assert answer.status_code == 422
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("number", ["0", "2147483648", "9223372036854775808", "9" * 40])
def test_absurd_numbers_are_no_records(office, number):
    browser = office.browser(office.add_user("administrator"))
    for place in ("", "/edit", "/log", "/field/phone", "/shares/new"):
        assert browser.get(f"/clients/{number}{place}").status_code == 404
    assert browser.get(f"/clients/groups/{number}").status_code == 404
    assert browser.post(f"/clients/shares/{number}/end").status_code == 404
    assert browser.get(f"/clients/duplicates?company_name=UAB+Langas&exclude={number}").status_code == 200
    assert browser.get("/clients/new").status_code == 200


@pytest.mark.parametrize("before", ["0", "-5", "abc", "9" * 40, ""])
def test_absurd_places_in_the_log_are_harmless(office, add_client, before):
    actor = office.actor(office.add_user(permissions=CLERK))
    client = add_client(office, actor)
    assert office.browser(actor.user_id).get(f"/clients/{client.id}/log?before={before}").status_code == 200
