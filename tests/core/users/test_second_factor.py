"""Authenticator app and recovery codes: set up, asked for, demanded by a role, lost and reset."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from kartoteka.builtin.access.service import add_role, give_role
from kartoteka.builtin.users.factors.models import CodeGenerator, RecoveryCode, SignInStep
from kartoteka.builtin.users.factors.steps import LASTS
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.service import reset_second_factor, set_password
from kartoteka.builtin.users.signing_in import LOCKED_FOR, WRONG_PER_LOGIN
from kartoteka.db.clock import utc_now
from kartoteka.testing.plugin import ADMINISTRATOR, PASSWORD, Company
from kartoteka.vocabulary.errors import Refused

PAGE = "/users/me/second-factor"


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/users/me").status_code == 200


def begin(browser: FlaskClient) -> pyotp.TOTP:
    """Let a phone read the secret from the page."""
    assert browser.post(f"{PAGE}/codes/begin").status_code == 302
    page = browser.get(f"{PAGE}/codes").text
    assert 'class="k-qr"' in page
    found = re.search(r"secret=([A-Z2-7]{32})", page)
    assert found is not None
    return pyotp.TOTP(found[1])


def set_up(made: Company, user_id: int) -> tuple[pyotp.TOTP, list[str]]:
    browser = made.browser(user_id)
    phone = begin(browser)
    # The code before the present one, so that the present one is left for signing in.
    code = phone.at(utc_now() - timedelta(seconds=30))
    page = browser.post(f"{PAGE}/codes", data={"code": code, "password": PASSWORD})
    assert page.status_code == 200, page.text
    codes = re.findall(r"k-secret\">([a-z0-9]{5}-[a-z0-9]{5})<", page.text)
    assert len(codes) == 10
    return phone, codes


def give_password(made: Company, login: str = "anna", **more: str) -> FlaskClient:
    browser = made.browser()
    answer = browser.post("/login", data={"login": login, "password": PASSWORD, **more})
    assert answer.status_code == 302
    return browser


def give_code(browser: FlaskClient, code: str, **more: str) -> int:
    return browser.post("/login/code", data={"code": code, **more}).status_code


@pytest.mark.catalogue("X-05", part="TOTP")
def test_the_password_alone_lets_nobody_in_any_more(made: Company) -> None:
    phone, _codes = set_up(made, made.add_user(login="anna"))
    browser = give_password(made)
    assert not is_in(browser)
    assert browser.get("/login/code").status_code == 200
    assert give_code(browser, "000000") == 422
    assert not is_in(browser)
    assert give_code(browser, phone.now()) == 302
    assert is_in(browser)


def test_no_code_is_good_twice(made: Company) -> None:
    phone, _codes = set_up(made, made.add_user(login="anna"))
    code = phone.now()
    assert give_code(give_password(made), code) == 302
    second = give_password(made)
    assert give_code(second, code) == 422
    assert not is_in(second)


def test_codes_of_yesterday_and_of_another_phone_are_wrong(made: Company) -> None:
    anna = made.add_user(login="anna")
    phone, _codes = set_up(made, anna)
    other, _others = set_up(made, made.add_user(login="ben"))
    browser = give_password(made)
    assert give_code(browser, phone.at(utc_now() - timedelta(minutes=5))) == 422
    assert give_code(browser, other.now()) == 422
    assert give_code(browser, "") == 422
    assert give_code(browser, "x" * 5000) == 422
    assert not is_in(browser)


@pytest.mark.catalogue("X-05", part="recovery codes")
def test_a_recovery_code_is_good_once(made: Company) -> None:
    anna = made.add_user(login="anna")
    _phone, codes = set_up(made, anna)
    browser = give_password(made)
    assert give_code(browser, codes[3].upper().replace("-", " ")) == 302
    assert is_in(browser)
    again = give_password(made)
    assert give_code(again, codes[3]) == 422
    assert "9 codes are left" in browser.get(PAGE).text
    renewed = browser.post(f"{PAGE}/recovery", data={"password": PASSWORD})
    assert renewed.status_code == 200
    assert codes[4] not in renewed.text
    assert give_code(again, codes[4]) == 422


def test_guessing_codes_is_locked_like_guessing_passwords(made: Company) -> None:
    phone, codes = set_up(made, made.add_user(login="anna"))
    with time_machine.travel(utc_now(), tick=False) as clock:
        browser = give_password(made)
        for guess in range(WRONG_PER_LOGIN):
            assert give_code(browser, f"{guess:06}") == 422
        # Beginning anew with the password doesn't help, nor does the right code.
        browser = give_password(made)
        assert give_code(browser, codes[0]) == 422
        clock.shift(LOCKED_FOR + timedelta(seconds=1))
        assert give_code(give_password(made), phone.now()) == 302


def test_half_a_sign_in_ends_by_itself_and_is_good_once(made: Company) -> None:
    phone, codes = set_up(made, made.add_user(login="anna"))
    with time_machine.travel(utc_now(), tick=False) as clock:
        browser = give_password(made)
        clock.shift(LASTS + timedelta(seconds=1))
        answer = browser.post("/login/code", data={"code": phone.now()})
        assert answer.headers["Location"].startswith("/login?")
        assert not is_in(browser)
    browser = give_password(made)
    with browser.session_transaction() as cookie:
        kept = cookie["sign_in_step"]
    assert give_code(browser, codes[0]) == 302
    thief = made.browser()
    with thief.session_transaction() as cookie:
        cookie["sign_in_step"] = kept
    assert give_code(thief, codes[1]) == 302
    assert not is_in(thief)


def test_nobody_gets_to_the_second_step_without_the_first(made: Company) -> None:
    _phone, codes = set_up(made, made.add_user(login="anna"))
    browser = made.browser()
    assert browser.get("/login/code").status_code == 302
    give_code(browser, codes[0])
    assert not is_in(browser)
    with browser.session_transaction() as cookie:
        cookie["sign_in_step"] = "made up"
    give_code(browser, codes[0])
    assert not is_in(browser)


def test_a_browser_that_is_trusted_is_not_asked_again_until_the_password_changes(made: Company) -> None:
    anna = made.add_user(login="anna")
    phone, codes = set_up(made, anna)
    browser = give_password(made)
    assert give_code(browser, phone.now(), trust="y") == 302
    browser.post("/logout")
    assert browser.post("/login", data={"login": "anna", "password": PASSWORD}).headers["Location"] == "/"
    assert is_in(browser)
    assert not is_in(give_password(made))
    browser.post("/logout")
    with made.database.transaction(made.system) as session:
        set_password(session, anna, PASSWORD, must_change=False)
    browser.post("/login", data={"login": "anna", "password": PASSWORD})
    assert not is_in(browser)
    assert give_code(browser, codes[0]) == 302


def test_anothers_trusted_browser_is_worth_nothing(made: Company) -> None:
    phone, _codes = set_up(made, made.add_user(login="anna"))
    set_up(made, made.add_user(login="ben"))
    browser = give_password(made)
    give_code(browser, phone.now(), trust="y")
    browser.post("/logout")
    browser.post("/login", data={"login": "ben", "password": PASSWORD})
    assert not is_in(browser)


def test_setting_up_takes_a_right_code_and_the_password(made: Company) -> None:
    anna = made.add_user(login="anna")
    browser = made.browser(anna)
    assert browser.get(f"{PAGE}/codes").headers["Location"] == PAGE
    phone = begin(browser)
    wrong = browser.post(f"{PAGE}/codes", data={"code": "123", "password": PASSWORD})
    assert wrong.status_code == 422
    assert "not the code" in wrong.text
    assert browser.post(f"{PAGE}/codes", data={"code": phone.now(), "password": "guess"}).status_code == 422
    assert is_in(give_password(made))


def test_other_browsers_are_signed_out_when_it_is_set_up(made: Company) -> None:
    anna = made.add_user(login="anna")
    other = give_password(made)
    set_up(made, anna)
    assert not is_in(other)
    assert is_in(made.browser(anna))


def test_secrets_are_not_readable_in_the_database(made: Company) -> None:
    phone, codes = set_up(made, made.add_user(login="anna"))
    with made.database.reading(made.system) as session:
        stored = session.scalars(select(CodeGenerator.sealed_secret)).one()
        hashes = session.scalars(select(RecoveryCode.code_hash)).all()
        assert not session.scalars(select(SignInStep)).all()
    assert phone.secret not in stored
    assert not {code for code in codes if any(code.replace("-", "") in one for one in hashes)}


@pytest.mark.catalogue("X-05", part="forced second factor per role")
def test_a_role_that_demands_a_second_factor_lets_nobody_past_its_page(made: Company) -> None:
    boss, anna = made.add_user(ADMINISTRATOR), made.add_user(permissions=["clients.view"], login="anna")
    browser, office = made.browser(anna), made.browser(boss)
    assert browser.get("/clients/").status_code == 200
    office.post("/access/roles/new", data={"title": "Careful", "reach": "own", "needs_second_factor": "y"})
    with made.database.transaction(made.system) as session:
        role = session.execute(select_role("Careful")).scalar_one()
        assert role.needs_second_factor
        give_role(session, anna, role.id)
    for address in ("/clients/", "/users/me", "/", "/users/me/app-passwords", "/clients/?format=csv"):
        assert browser.get(address).headers.get("Location") == PAGE, address
    assert browser.post("/users/me/theme", data={"theme": "dark"}).headers["Location"] == PAGE
    assert "Your role requires" in browser.get(PAGE).text
    fresh = give_password(made)
    assert fresh.get("/clients/").headers["Location"] == PAGE
    set_up(made, anna)
    assert browser.get("/clients/").status_code == 200
    refused = browser.post(f"{PAGE}/codes/remove", data={"password": PASSWORD})
    assert refused.status_code == 422
    assert "Your role requires" in refused.text


def select_role(title: str):
    from kartoteka.builtin.access.models import Role

    return select(Role).where(Role.title == title)


def test_a_factor_that_nobody_demands_can_be_removed(made: Company) -> None:
    anna = made.add_user(login="anna")
    set_up(made, anna)
    browser = made.browser(anna)
    assert browser.post(f"{PAGE}/codes/remove", data={"password": "guess"}).status_code == 422
    assert browser.post(f"{PAGE}/codes/remove", data={"password": PASSWORD}).status_code == 302
    assert is_in(give_password(made))
    with made.database.reading(made.system) as session:
        assert not session.scalars(select(RecoveryCode)).all()


def test_an_administrator_resets_it_but_not_for_somebody_who_may_more(made: Company) -> None:
    boss, anna = made.add_user(ADMINISTRATOR, login="boss"), made.add_user(login="anna")
    set_up(made, anna)
    set_up(made, boss)
    helper = made.add_user(permissions=["users.manage"])
    office = made.browser(helper)
    assert "signs in with a second factor" in office.get(f"/users/{anna}").text
    assert office.post(f"/users/{anna}/second-factor/reset").status_code == 302
    assert is_in(give_password(made))
    with made.database.transaction(made.actor(helper)) as session, pytest.raises(Refused):
        reset_second_factor(session, boss)
    assert not is_in(give_password(made, "boss"))


def test_the_log_tells_what_happened(made: Company) -> None:
    boss, anna = made.add_user(ADMINISTRATOR), made.add_user(login="anna")
    phone, _codes = set_up(made, anna)
    browser = give_password(made)
    give_code(browser, "000000")
    give_code(browser, phone.now())
    page = made.browser(boss).get("/audit/").text
    for told in ("Authenticator app set up", "Wrong second factor", "Signed in"):
        assert told in page


def test_roles_remember_the_demand(made: Company) -> None:
    with made.database.transaction(made.system) as session:
        role = add_role(session, title="Careful", needs_second_factor=True)
    boss = made.browser(made.add_user(ADMINISTRATOR))
    page = boss.get(f"/access/roles/{role.id}").text
    assert re.search(r'name="needs_second_factor"[^>]*checked|checked[^>]*name="needs_second_factor"', page)
    data = {"title": "Careful", "reach": "own", "version": str(role.version)}
    assert boss.post(f"/access/roles/{role.id}", data=data).status_code == 302
    with made.database.reading(made.system) as session:
        assert not session.scalars(select_role("Careful")).one().needs_second_factor
        assert session.scalars(select(User)).first() is not None
