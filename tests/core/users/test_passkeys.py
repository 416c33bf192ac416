"""Passkeys, with a device in software: made, used alone and after the password; forged and replayed ones refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from kartoteka.builtin.users.factors.models import Passkey
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.testing.plugin import ADMINISTRATOR, PASSWORD, Company

from .authenticator import Authenticator

PAGE = "/users/me/second-factor"


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/users/me").status_code == 200


def options(browser: FlaskClient, address: str = "/login/passkey/options") -> dict[str, Any]:
    answer = browser.post(address)
    assert answer.status_code == 200
    return answer.get_json()


def add(made: Company, user_id: int, device: Authenticator, **more: str) -> int:
    browser = made.browser(user_id)
    made_key = device.make(options(browser, f"{PAGE}/passkeys/options"))
    data = {"name": "Phone", "password": PASSWORD, "passkey": made_key, **more}
    return browser.post(f"{PAGE}/passkeys/new", data=data).status_code


def sign_in(made: Company, device: Authenticator) -> FlaskClient:
    browser = made.browser()
    browser.post("/login/passkey", data={"passkey": device.prove(options(browser))})
    return browser


@pytest.mark.catalogue("X-05", part="passkeys")
def test_a_passkey_signs_in_without_a_password(made: Company) -> None:
    anna, device = made.add_user(login="anna"), Authenticator()
    assert add(made, anna, device) == 200
    assert "Phone" in made.browser(anna).get(PAGE).text
    assert is_in(sign_in(made, device))
    assert is_in(sign_in(made, device))


def test_a_passkey_is_a_second_factor_too(made: Company) -> None:
    anna, device = made.add_user(login="anna"), Authenticator(verifies=False)
    add(made, anna, device)
    browser = made.browser()
    browser.post("/login", data={"login": "anna", "password": PASSWORD})
    assert not is_in(browser)
    asked = options(browser)
    assert [one["id"] for one in asked["allowCredentials"]]
    assert browser.post("/login/code", data={"passkey": device.prove(asked)}).status_code == 302
    assert is_in(browser)


def test_a_key_that_checks_nobody_needs_the_password(made: Company) -> None:
    device = Authenticator(verifies=False)
    add(made, made.add_user(), device)
    assert not is_in(sign_in(made, device))


def test_a_proof_is_good_once(made: Company) -> None:
    device = Authenticator()
    add(made, made.add_user(), device)
    browser = made.browser()
    proof = device.prove(options(browser))
    with browser.session_transaction() as cookie:
        kept = cookie["passkey_step"]
    browser.post("/login/passkey", data={"passkey": proof})
    assert is_in(browser)
    thief = made.browser()
    with thief.session_transaction() as cookie:
        cookie["passkey_step"] = kept
    thief.post("/login/passkey", data={"passkey": proof})
    assert not is_in(thief)


def test_a_proof_for_somebody_elses_challenge_is_refused(made: Company) -> None:
    device = Authenticator()
    add(made, made.add_user(), device)
    first, second = made.browser(), made.browser()
    proof = device.prove(options(first))
    options(second)
    second.post("/login/passkey", data={"passkey": proof})
    assert not is_in(second)


@pytest.mark.parametrize(
    "device", [Authenticator(origin="https://localhost.example"), Authenticator(domain="other.lt")]
)
def test_another_site_gets_nothing(made: Company, device: Authenticator) -> None:
    assert add(made, made.add_user(), device) == 422
    assert not is_in(sign_in(made, device))


def test_a_copied_key_is_noticed(made: Company) -> None:
    device = Authenticator()
    add(made, made.add_user(), device)
    assert is_in(sign_in(made, device))
    device.used -= 1
    assert not is_in(sign_in(made, device))


def test_another_key_under_the_same_name_is_refused(made: Company) -> None:
    device = Authenticator()
    add(made, made.add_user(), device)
    assert not is_in(sign_in(made, Authenticator(credential_id=device.credential_id, used=100)))


def test_anothers_passkey_is_no_second_factor(made: Company) -> None:
    hers, his = Authenticator(), Authenticator()
    add(made, made.add_user(login="anna"), hers)
    add(made, made.add_user(login="ben"), his)
    browser = made.browser()
    browser.post("/login", data={"login": "anna", "password": PASSWORD})
    assert browser.post("/login/code", data={"passkey": his.prove(options(browser))}).status_code == 422
    assert not is_in(browser)


def test_the_same_key_is_not_taken_twice_and_password_and_name_are_asked_for(made: Company) -> None:
    anna, ben, device = made.add_user(), made.add_user(), Authenticator()
    assert add(made, anna, device, password="guess") == 422
    assert add(made, anna, device, name=" ") == 422
    assert add(made, anna, device) == 200
    assert add(made, anna, device) == 422
    assert add(made, ben, device) == 422


def test_people_who_left_stay_out(made: Company) -> None:
    boss, anna, device = made.add_user(ADMINISTRATOR), made.add_user(), Authenticator()
    add(made, anna, device)
    with made.database.transaction(made.actor(boss)) as session:
        deactivate_user(session, anna)
    assert not is_in(sign_in(made, device))


def test_a_removed_key_is_useless(made: Company) -> None:
    anna, ben, device = made.add_user(login="anna"), made.add_user(), Authenticator()
    add(made, anna, device)
    with made.database.reading(made.system) as session:
        number = session.query(Passkey.id).scalar()
    address = f"{PAGE}/passkeys/{number}/remove"
    assert made.browser(ben).post(address, data={"password": PASSWORD}).status_code == 404
    assert made.browser(anna).get(address).status_code == 200
    assert made.browser(anna).post(address, data={"password": PASSWORD}).status_code == 302
    assert not is_in(sign_in(made, device))


NONSENSE = [
    "",
    "null",
    "[]",
    "{}",
    "{" * 3000,
    "[" * 100_000,
    '{"rawId": 5}',
    '{"rawId": "\\u0000"}',
    '{"rawId": "AAAA", "id": "AAAA", "type": "public-key", "response": "x"}',
    json.dumps({"rawId": "A" * 9000, "id": "A" * 9000, "type": "public-key", "response": {"clientDataJSON": "e30"}}),
]


@pytest.mark.parametrize("answer", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_refused_in_words(made: Company, answer: str) -> None:
    anna = made.add_user(login="anna")
    add(made, anna, Authenticator())
    browser = made.browser()
    options(browser)
    page = browser.post("/login/passkey", data={"passkey": answer}, follow_redirects=True)
    assert page.status_code == 200
    assert "let you in" in page.text or "too long" in page.text
    options(browser)
    again = made.browser(anna)
    options(again, f"{PAGE}/passkeys/options")
    new = again.post(f"{PAGE}/passkeys/new", data={"name": "Key", "password": PASSWORD, "passkey": answer})
    assert new.status_code == 422
    assert not is_in(browser)
