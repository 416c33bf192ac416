"""Signing in, staying signed in, being locked out and signing out, through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from kartoteka.builtin.users import passwords
from kartoteka.builtin.users.models import SignIn, SignInAttempt, User
from kartoteka.builtin.users.service import deactivate_user, set_password
from kartoteka.builtin.users.signing_in import LASTS, LASTS_REMEMBERED, LOCKED_FOR, WRONG_PER_LOGIN
from kartoteka.db.clock import utc_now
from kartoteka.testing.plugin import ADMINISTRATOR, PASSWORD, Company

NEW_PASSWORD = "seven little goats"


def sign_in(browser: FlaskClient, login: str, password: str = PASSWORD, **more: str) -> int:
    return browser.post("/login", data={"login": login, "password": password, **more}).status_code


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/users/me").status_code == 200


def test_right_password_lets_in_and_wrong_one_does_not(made: Company) -> None:
    made.add_user(login="anna")
    browser = made.browser()
    assert sign_in(browser, "anna", "wrong") == 422
    assert not is_in(browser)
    assert sign_in(browser, " ANNA ") == 302
    assert is_in(browser)


def test_unknown_and_known_logins_get_the_same_answer(made: Company) -> None:
    made.add_user(login="anna")

    def answer(login: str) -> str:
        page = made.browser().post("/login", data={"login": login, "password": "wrong"})
        return re.sub(r'value="[^"]*"', "", page.text)

    assert answer("anna") == answer("nobody")


def test_unknown_logins_cost_a_hash_too(made: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    made.add_user(login="anna")
    checked = []
    check = passwords._hasher().verify

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(hasher, name)

        def verify(self, *arguments: str) -> bool:
            checked.append(arguments)
            return check(*arguments)

    hasher = passwords._hasher()
    monkeypatch.setattr(passwords, "_hasher", Counting)
    sign_in(made.browser(), "nobody")
    assert len(checked) == 1


def test_deactivated_users_stay_out_and_are_put_out(made: Company) -> None:
    boss = made.add_user(ADMINISTRATOR)
    anna = made.add_user(login="anna")
    browser = made.browser(anna)
    assert is_in(browser)
    with made.database.transaction(made.actor(boss)) as session:
        deactivate_user(session, anna)
    assert not is_in(browser)
    assert sign_in(made.browser(), "anna") == 422


@pytest.mark.catalogue("X-05", part="Argon2")
def test_a_password_is_kept_by_argon2_alone(made: Company) -> None:
    anna = made.add_user(login="anna")
    with made.database.engine.connect() as connection:
        kept = connection.scalar(select(User.password_hash).where(User.id == anna))
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert sign_in(made.browser(), "anna") == 302


@pytest.mark.catalogue("X-05", part="lock-out: the sixth password is not looked at")
def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(made: Company) -> None:
    made.add_user(login="anna")
    with time_machine.travel(utc_now(), tick=False) as clock:
        for _attempt in range(WRONG_PER_LOGIN):
            assert sign_in(made.browser(), "anna", "wrong") == 422
        page = made.browser().post("/login", data={"login": "anna", "password": PASSWORD})
        assert page.status_code == 422
        assert "15 minutes" in page.text
        clock.shift(LOCKED_FOR + timedelta(seconds=1))
        assert sign_in(made.browser(), "anna") == 302


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_guesses_made_at_once_all_count(company_on: Callable[..., Company], kind: str) -> None:
    made = company_on(kind)
    made.add_user(login="anna")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _number: sign_in(made.browser(), "anna", "wrong"), range(8)))
    assert set(answers) == {422}
    assert sign_in(made.browser(), "anna") == 422
    with made.database.reading(made.system) as session:
        assert sum(session.scalars(select(SignInAttempt.failures))) == WRONG_PER_LOGIN


def test_wrong_passwords_long_ago_do_not_count(made: Company) -> None:
    made.add_user(login="anna")
    with time_machine.travel(utc_now(), tick=False) as clock:
        for _attempt in range(WRONG_PER_LOGIN * 2):
            sign_in(made.browser(), "anna", "wrong")
            clock.shift(LOCKED_FOR + timedelta(seconds=1))
        assert sign_in(made.browser(), "anna") == 302


def test_one_address_may_not_try_everybody(made: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kartoteka.builtin.users.signing_in.WRONG_PER_ADDRESS", 8)
    made.add_user(login="anna")
    for number in range(8):
        sign_in(made.browser(), f"somebody{number}", "wrong")
    assert sign_in(made.browser(), "anna") == 422
    elsewhere = made.browser()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert sign_in(elsewhere, "anna") == 302


def test_what_was_typed_is_not_kept(made: Company) -> None:
    made.add_user(login="anna")
    sign_in(made.browser(), "my secret password", "wrong")
    with made.database.reading(made.system) as session:
        kept = session.scalars(select(SignInAttempt.key)).all()
    assert kept
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in kept)


def test_a_sign_in_ends_by_itself(made: Company) -> None:
    made.add_user(login="anna")
    short, long = made.browser(), made.browser()
    sign_in(short, "anna")
    sign_in(long, "anna", remember="y")
    with made.database.transaction(made.system) as session:
        lengths = sorted(one.expires_at - one.created_at for one in session.scalars(select(SignIn)))
        assert lengths == [LASTS, LASTS_REMEMBERED]
        for one in session.scalars(select(SignIn)):
            one.expires_at -= LASTS + timedelta(seconds=1)
    assert not is_in(short)
    assert is_in(long)


def test_cookies_are_kept_from_scripts_and_last_only_when_asked(made: Company) -> None:
    made.add_user(login="anna")
    data = {"login": "anna", "password": PASSWORD}
    cookie = made.browser().post("/login", data=data).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie
    assert "Expires" in made.browser().post("/login", data={**data, "remember": "y"}).headers["Set-Cookie"]


def test_cookies_stay_on_https(company_on: Callable[..., Company]) -> None:
    made = company_on(https=True)
    made.add_user(login="anna")
    answer = made.browser().post("/login", data={"login": "anna", "password": PASSWORD}, base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_the_token_in_the_database_signs_nobody_in(made: Company) -> None:
    made.token(made.add_user(login="anna"))
    with made.database.reading(made.system) as session:
        stolen = session.scalars(select(SignIn.token_hash)).one()
    thief = made.browser()
    with thief.session_transaction() as session:
        session["_user_id"] = stolen
    assert not is_in(thief)


def test_signing_in_leaves_nothing_of_an_earlier_session(made: Company) -> None:
    made.add_user(login="anna")
    browser = made.browser()
    with browser.session_transaction() as session:
        session["planted"] = "yes"
    sign_in(browser, "anna")
    with browser.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_ends_the_sign_in_for_a_copied_cookie_too(made: Company) -> None:
    anna = made.add_user(login="anna")
    browser, copy = made.browser(anna), made.browser(anna)
    assert browser.post("/logout").status_code == 302
    assert not is_in(browser)
    assert not is_in(copy)


@pytest.mark.parametrize(
    ("target", "lands"),
    [("/users/me", "/users/me"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/")],
)
def test_after_signing_in_one_lands_on_our_pages_only(made: Company, target: str, lands: str) -> None:
    made.add_user(login="anna")
    answer = made.browser().post("/login", query_string={"next": target}, data={"login": "anna", "password": PASSWORD})
    assert answer.headers["Location"] == lands


def test_a_first_password_must_be_changed_before_anything_else(made: Company) -> None:
    anna = made.add_user(ADMINISTRATOR, login="anna")
    with made.database.transaction(made.system) as session:
        set_password(session, anna, PASSWORD, must_change=True)
    browser = made.browser()
    sign_in(browser, "anna")
    for page in ("/users/", "/users/me", "/"):
        assert browser.get(page).headers["Location"] == "/users/me/password"
    new = {"old_password": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert browser.post("/users/me/password", data=new).status_code == 302
    assert is_in(browser)
    assert sign_in(made.browser(), "anna", PASSWORD) == 422


def test_a_new_password_signs_out_all_other_browsers(made: Company) -> None:
    made.add_user(login="anna")
    here, there = made.browser(), made.browser()
    sign_in(here, "anna")
    sign_in(there, "anna")
    here.post(
        "/users/me/password", data={"old_password": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    )
    assert is_in(here)
    assert not is_in(there)


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"old_password": "wrong"}, "not your current password"),
        ({"new_password": "short", "again": "short"}, "at least 10"),
        ({"new_password": "password12345", "again": "password12345"}, "easy to guess"),
        ({"again": "something else"}, "not the same"),
        ({"new_password": "x" * 201, "again": "x" * 201}, "at most 200"),
        ({"new_password": PASSWORD, "again": PASSWORD}, "same as the old"),
        ({"new_password": "aaaabbbbaaaabbbb", "again": "aaaabbbbaaaabbbb"}, "different characters"),
    ],
)
def test_bad_passwords_are_refused_with_the_reason(made: Company, sent: dict[str, str], complaint: str) -> None:
    made.add_user(login="anna")
    browser = made.browser()
    sign_in(browser, "anna")
    answer = browser.post(
        "/users/me/password",
        data={"old_password": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD, **sent},
    )
    assert answer.status_code == 422
    assert complaint in answer.text
    assert sign_in(made.browser(), "anna") == 302


def test_forged_forms_are_refused(made: Company) -> None:
    made.app.config["WTF_CSRF_ENABLED"] = True
    anna = made.add_user(login="anna")
    browser = made.browser(anna)
    assert browser.post("/users/me", data={"name": "Forged"}).status_code == 400
    assert made.browser().post("/login", data={"login": "anna", "password": PASSWORD}).status_code == 400
    with made.database.reading(made.system) as session:
        assert session.scalar(select(User.name)) == "Anna"


def test_a_stronger_hash_replaces_a_weaker_one_at_the_next_sign_in(
    made: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.add_user(login="anna")
    monkeypatch.setattr(passwords, "COST", {"time_cost": 2, "memory_cost": 16, "parallelism": 1})
    assert sign_in(made.browser(), "anna") == 302
    with made.database.reading(made.system) as session:
        assert "m=16,t=2" in str(session.scalar(select(User.password_hash)))
    assert sign_in(made.browser(), "anna") == 302


def test_hostile_input_gets_an_answer(made: Company) -> None:
    made.add_user(login="anna")
    for text in ("\x00", "a" * 100_000, "\u202e", "'; DROP TABLE core_user; --", "\ud83d"):
        data = {"login": text.encode("utf-8", "surrogatepass"), "password": text.encode("utf-8", "surrogatepass")}
        assert made.browser().post("/login", data=data).status_code in (400, 413, 422)


def test_the_language_can_be_chosen_before_signing_in(made: Company) -> None:
    made.add_user(login="anna")
    browser = made.browser()
    assert browser.get("/login?language=lt").status_code == 302
    assert '<html lang="lt"' in browser.get("/login").text
    assert browser.get("/login?language=../../etc").status_code == 200
