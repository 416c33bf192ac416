"""Passwords for programs: made once shown, checked without writing, ended by their owner or with a new password."""

from __future__ import annotations

import re

import pytest

from kartoteka.builtin.users.app_passwords.models import AppPassword
from kartoteka.builtin.users.service import (
    check_app_password,
    deactivate_user,
    note_app_password_used,
    set_password,
)
from kartoteka.testing.plugin import ADMINISTRATOR, PASSWORD, Company

PAGE = "/users/me/app-passwords"


def make_one(made: Company, user_id: int, name: str = "Word") -> str:
    page = made.browser(user_id).post(PAGE, data={"name": name, "password": PASSWORD})
    assert page.status_code == 200
    found = re.search(r'class="k-secret">([a-z0-9-]+)<', page.text)
    assert found is not None
    return found[1]


def owner(made: Company, login: str, password: str) -> int | None:
    with made.database.reading(made.system) as session:
        return check_app_password(session, login, password)


@pytest.mark.catalogue("X-05", part="app passwords")
def test_a_password_made_on_the_page_is_its_owners_only(made: Company) -> None:
    anna, ben = made.add_user(login="anna"), made.add_user(login="ben")
    password = make_one(made, anna)
    assert owner(made, "Anna", password) == anna
    assert owner(made, "anna", password.replace("-", "").upper()) == anna
    assert owner(made, "ben", password) is None
    assert owner(made, "anna", PASSWORD) is None
    assert owner(made, "anna", "") is None
    assert password not in made.browser(anna).get(PAGE).text
    assert made.browser(ben).get(PAGE).text.count("Word on") <= 1


def test_it_is_not_the_password_of_the_pages(made: Company) -> None:
    anna = made.add_user(login="anna")
    password = make_one(made, anna)
    assert made.browser().post("/login", data={"login": "anna", "password": password}).status_code == 422


def test_making_one_takes_the_present_password_and_a_name(made: Company) -> None:
    browser = made.browser(made.add_user())
    wrong = browser.post(PAGE, data={"name": "Word", "password": "guess"})
    assert wrong.status_code == 422
    assert "not your current password" in wrong.text
    assert browser.post(PAGE, data={"name": " ", "password": PASSWORD}).status_code == 422
    assert "No app passwords yet" in browser.get(PAGE).text


def test_an_ended_one_is_useless_and_nobody_ends_anothers(made: Company) -> None:
    anna, ben = made.add_user(login="anna"), made.add_user(login="ben")
    password = make_one(made, anna)
    with made.database.reading(made.system) as session:
        number = session.query(AppPassword.id).scalar()
    assert made.browser(ben).post(f"{PAGE}/{number}/end").status_code == 404
    assert owner(made, "anna", password) == anna
    assert made.browser(anna).post(f"{PAGE}/{number}/end").status_code == 302
    assert owner(made, "anna", password) is None


def test_a_new_password_and_leaving_end_all(made: Company) -> None:
    boss, anna, ben = made.add_user(ADMINISTRATOR), made.add_user(login="anna"), made.add_user(login="ben")
    of_anna, of_ben = make_one(made, anna), make_one(made, ben)
    with made.database.transaction(made.actor(boss)) as session:
        set_password(session, anna, "seven little goats")
        deactivate_user(session, ben)
    assert owner(made, "anna", of_anna) is None
    assert owner(made, "ben", of_ben) is None


def test_its_owner_sees_when_it_was_used(made: Company) -> None:
    anna = made.add_user(login="anna")
    password = make_one(made, anna)
    assert "Not used yet" in made.browser(anna).get(PAGE).text
    with made.database.transaction(made.system) as session:
        note_app_password_used(session, password)
    assert "Last used" in made.browser(anna).get(PAGE).text
