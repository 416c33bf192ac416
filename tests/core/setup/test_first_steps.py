"""The first steps of a new installation: who may take them, what they ask, and that they are taken once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kartoteka.builtin.modules.queries import enabled_modules, requirements
from kartoteka.builtin.settings.queries import stored_settings
from kartoteka.builtin.setup.service import set_up
from kartoteka.builtin.setup.token import is_token, setup_token
from kartoteka.builtin.users.models import User
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Refused
from tests.installed import installed

COMPANY = {
    "company": "UAB Pirmoji",
    "country": "EE",
    "language": "en",
    "timezone": "Europe/Tallinn",
    "registration_code": "10137025",
    "vat_code": "",
}
ADMIN = {"name": "Ona Onaitė", "login": "ona", "password": "five red apples", "again": "five red apples"}


@pytest.fixture(params=chosen_kinds())
def new(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param)


def post(browser: FlaskClient, step: str, **data: Any) -> Any:
    return browser.post(f"/setup/{step}", data=data)


def prove(made: Company, browser: FlaskClient) -> None:
    assert post(browser, "", token=setup_token(made.database.secret)).location == "/setup/company"


def walk(made: Company, browser: FlaskClient, *, demo: str = "0", modules: tuple[str, ...] = ("crm_clients",)) -> Any:
    prove(made, browser)
    assert post(browser, "company", **COMPANY).location == "/setup/modules"
    assert post(browser, "modules", modules=list(modules)).location == "/setup/data"
    assert post(browser, "data", demo=demo).location == "/setup/administrator"
    return post(browser, "administrator", **ADMIN)


def users(made: Company) -> int:
    with made.database.reading(made.system) as session:
        return session.scalar(select(func.count(User.id))) or 0


def test_a_new_company_is_set_up_and_its_administrator_signed_in(new: Company) -> None:
    browser = new.browser()
    assert walk(new, browser).location == "/"
    page = browser.get("/").text
    assert "UAB Pirmoji" in page
    assert "Next steps" in page
    assert "Let your colleagues in" in page
    assert browser.get("/modules/").status_code == 200
    with new.database.reading(new.system) as session:
        assert stored_settings(session)["timezone"] == "Europe/Tallinn"
        assert enabled_modules(session) >= set(installed("crm_clients"))
    assert new.database.search.region == "EE"


def test_every_page_leads_to_the_first_steps_until_there_is_a_user(new: Company) -> None:
    browser = new.browser()
    for page in ("/", "/login", "/clients/", "/users/me"):
        assert browser.get(page).location == "/setup/"
    assert browser.post("/login", data={"login": "x", "password": "y"}).location == "/setup/"
    answer = browser.get("/notifications/bell", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/setup/"
    assert browser.get("/static/core.css").status_code in (200, 404)
    new.add_user()
    assert browser.get("/login").status_code == 200
    for step in ("", "company", "modules", "data", "administrator"):
        assert browser.get(f"/setup/{step}").status_code == 404
        assert post(browser, step, token=setup_token(new.database.secret)).status_code == 404


def test_without_the_code_nobody_gets_in(new: Company) -> None:
    browser = new.browser()
    for token in ("", "AAAA-AAAA-AAAA-AAAA", "x" * 5000, setup_token("another secret of another one")):
        assert post(browser, "", token=token).status_code == 422
    for step in ("company", "modules", "data", "administrator"):
        assert browser.get(f"/setup/{step}").location == "/setup/"
        assert post(browser, step, **COMPANY, **ADMIN).location == "/setup/"
    assert users(new) == 0


def test_the_code_may_be_typed_in_any_way() -> None:
    secret = "a secret of some length"
    token = setup_token(secret)
    assert is_token(f" {token.lower().replace('-', ' ')} ", secret)
    assert not is_token("", secret)
    assert not is_token(token[:-1], secret)
    assert not is_token("ąž", secret)


def test_no_step_is_left_out(new: Company) -> None:
    browser = new.browser()
    prove(new, browser)
    assert browser.get("/setup/administrator").location == "/setup/company"
    assert post(browser, "administrator", **ADMIN).location == "/setup/company"
    post(browser, "company", **COMPANY)
    assert browser.get("/setup/administrator").location == "/setup/modules"


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"company": ""}, "Fill this in"),
        ({"company": "x" * 300}, "at most 200"),
        ({"country": "XX"}, "Choose one"),
        ({"language": "de"}, "Choose one"),
        ({"timezone": "Mars/Olympus"}, "Choose one"),
        ({"registration_code": "<script>"}, "Remove the other characters"),
    ],
)
def test_a_company_that_makes_no_sense_is_refused_beside_the_field(
    new: Company, wrong: dict[str, str], complaint: str
) -> None:
    browser = new.browser()
    prove(new, browser)
    answer = post(browser, "company", **{**COMPANY, **wrong})
    assert answer.status_code == 422
    assert complaint in answer.text


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"name": ""}, "Fill this in"),
        ({"login": "two words"}, "one word"),
        ({"password": "short", "again": "short"}, "at least 10"),
        ({"password": "password12345", "again": "password12345"}, "easy to guess"),
        ({"again": "other"}, "not the same"),
        ({"email": "no address"}, "@"),
    ],
)
def test_an_administrator_who_makes_no_sense_is_refused_and_nothing_is_written(
    new: Company, wrong: dict[str, str], complaint: str
) -> None:
    browser = new.browser()
    prove(new, browser)
    post(browser, "company", **COMPANY)
    post(browser, "modules", modules=["crm_clients", "no_such_module"])
    post(browser, "data", demo="0")
    answer = post(browser, "administrator", **{**ADMIN, **wrong})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert users(new) == 0
    with new.database.reading(new.system) as session:
        assert stored_settings(session) == {}
        assert enabled_modules(session) == frozenset()


def test_the_demo_company_comes_along_but_its_people_cannot_sign_in(
    company: Callable[..., Company], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kartoteka.app.DEMO_CLIENTS", 5)
    made = company()
    browser = made.browser()
    prove(made, browser)
    post(browser, "company", **COMPANY)
    post(browser, "modules", modules=installed("crm_clients"))
    post(browser, "data", demo="1")
    answer = post(browser, "administrator", **{**ADMIN, "login": "tomas"})
    assert answer.location == "/"
    assert browser.get("/clients/").text.count("/clients/") > 5
    with made.database.reading(made.system) as session:
        hashes = session.execute(select(User.login, User.password_hash)).all()
    assert {login for login, password in hashes if password} == {"tomas"}
    assert len(hashes) == 4


def test_of_two_who_finish_at_the_same_moment_one_is_refused(new: Company) -> None:
    start, outcomes = threading.Barrier(2), []

    def finish(login: str) -> None:
        start.wait()
        try:
            with new.database.transaction(new.system, "First steps") as session:
                set_up(
                    session,
                    company=COMPANY,
                    administrator={"name": login, "login": login},
                    password="five red apples",
                    modules=installed("crm_clients"),
                    requirements=requirements(new.installation.registry),
                )
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=finish, args=(login,)) for login in ("anna", "ona")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert users(new) == 1


def test_who_comes_second_is_told_so(new: Company) -> None:
    first, second = new.browser(), new.browser()
    for browser in (first, second):
        prove(new, browser)
        post(browser, "company", **COMPANY)
        post(browser, "modules", modules=[])
        post(browser, "data", demo="0")
    new.app.extensions["kartoteka"].needs_setup = lambda: True  # the other process has not looked yet
    assert post(first, "administrator", **ADMIN).location == "/"
    assert post(second, "administrator", **{**ADMIN, "login": "other"}).location == "/login"
    assert users(new) == 1


def test_the_language_is_chosen_on_the_first_page(new: Company) -> None:
    browser = new.browser()
    assert browser.get("/setup/?language=lt&token=AB").location == "/setup/?token=AB"
    page = browser.get("/setup/?token=AB").text
    assert '<html lang="lt"' in page
    assert 'value="AB"' in page
