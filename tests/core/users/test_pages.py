"""Pages of users, departments and oneself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kartoteka.builtin.users.models import Department, SignIn, User
from kartoteka.builtin.users.service import PREFERENCES_BYTES, save_department, set_preference
from kartoteka.testing.plugin import ADMINISTRATOR, PASSWORD, Company
from kartoteka.vocabulary.errors import Refused

LoginAs = Callable[..., FlaskClient]
NEW = {"name": "Ona Onaitė", "login": "Ona", "password": "seven little goats", "email": "", "theme": "system"}


@pytest.fixture
def boss(login_as: LoginAs) -> FlaskClient:
    return login_as(ADMINISTRATOR, login="boss")


def user_of(made: Company, login: str) -> User:
    with made.database.reading(made.system) as session:
        return session.scalars(select(User).where(User.login == login)).one()


@pytest.mark.catalogue("CORE-03", part="users and departments")
def test_administrator_adds_a_department_and_a_user_who_can_sign_in(boss: FlaskClient, made: Company) -> None:
    assert boss.post("/users/departments", data={"name": "Sales"}).status_code == 302
    page = boss.get("/users/new").text
    department = re.search(r'<option value="(\d+)">Sales', page)
    assert department
    answer = boss.post("/users/new", data={**NEW, "department_id": department.group(1)})
    assert answer.status_code == 302
    added = user_of(made, "ona")
    assert added.must_change_password
    assert boss.get(answer.headers["Location"]).status_code == 200
    browser = made.browser()
    assert browser.post("/login", data={"login": "ona", "password": NEW["password"]}).status_code == 302
    assert "Ona Onaitė" in boss.get("/users/?q=onaite").text
    assert "Sales" in boss.get("/users/").text


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"login": "boss"}, "already"),
        ({"login": "two words"}, "one word"),
        ({"name": ""}, "Fill this in"),
        ({"name": "x" * 101}, "Too long"),
        ({"email": "nonsense"}, "e-mail"),
        ({"password": "short"}, "at least 10"),
        ({"department_id": "4711"}, "Choose one"),
        ({"department_id": "1 OR 1=1"}, "Choose one"),
        ({"language": "tlh"}, "Choose one"),
        ({"timezone": "Mars/Olympus"}, "Choose one"),
        ({"birth_date": "31.12.1999"}, "not a date"),
        ({"birth_date": "0001-01-01"}, "year"),
    ],
)
def test_bad_values_are_refused_beside_their_field_and_kept(
    boss: FlaskClient, made: Company, sent: dict[str, str], complaint: str
) -> None:
    answer = boss.post("/users/new", data={**NEW, **sent})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert NEW["email"] in answer.text
    with made.database.reading(made.system) as session:
        assert session.scalars(select(User.login)).all() == ["boss"]


def test_a_user_is_changed_and_two_editors_do_not_undo_each_other(boss: FlaskClient, made: Company) -> None:
    user_id = made.add_user(login="anna")
    version = re.search(r'name="version"[^>]*value="(\d+)"', boss.get(f"/users/{user_id}").text)
    assert version
    form = {"name": "Anna", "login": "anna", "email": "", "version": version.group(1)}
    assert boss.post(f"/users/{user_id}", data={**form, "name": "Anna Two"}).status_code == 302
    assert boss.post(f"/users/{user_id}", data={**form, "email": "anna@example.com"}).status_code == 302
    assert (user_of(made, "anna").name, user_of(made, "anna").email) == ("Anna Two", "anna@example.com")
    clash = boss.post(f"/users/{user_id}", data={**form, "name": "Anna Three"})
    assert clash.status_code in (409, 422)
    assert "Anna Two" in clash.text
    assert "Anna Three" in clash.text


def test_one_cannot_deactivate_oneself(boss: FlaskClient, made: Company) -> None:
    answer = boss.post(f"/users/{user_of(made, 'boss').id}/deactivate", follow_redirects=True)
    assert "deactivate yourself" in answer.text
    assert user_of(made, "boss").active


def test_deactivated_users_are_left_out_unless_asked_for_and_come_back(boss: FlaskClient, made: Company) -> None:
    user_id = made.add_user(login="anna")
    boss.post(f"/users/{user_id}/deactivate")
    assert f'"/users/{user_id}"' not in boss.get("/users/").text
    assert f'"/users/{user_id}"' in boss.get("/users/?all=1").text
    boss.post(f"/users/{user_id}/reactivate")
    assert made.browser().post("/login", data={"login": "anna", "password": PASSWORD}).status_code == 302


def test_administrator_sets_a_password_and_ends_sign_ins(boss: FlaskClient, made: Company) -> None:
    user_id = made.add_user(login="anna")
    browser = made.browser(user_id)
    assert browser.get("/users/me").status_code == 200
    boss.post(f"/users/{user_id}/sign-ins/end")
    assert browser.get("/users/me").status_code == 401
    answer = boss.post(f"/users/{user_id}/password", data={"password": "seven little goats", "must_change": "y"})
    assert answer.status_code == 302
    fresh = made.browser()
    fresh.post("/login", data={"login": "anna", "password": "seven little goats"})
    assert fresh.get("/").headers["Location"] == "/users/me/password"


@pytest.mark.catalogue("X-05", part="session list")
def test_one_of_somebodys_sign_ins_is_ended_and_nobody_elses(boss: FlaskClient, made: Company) -> None:
    anna, bert = made.add_user(login="anna"), made.add_user(login="bert")
    annas, berts = made.browser(anna), made.browser(bert)
    with made.database.reading(made.system) as session:
        ids = {row.user_id: row.id for row in session.execute(select(SignIn.user_id, SignIn.id))}
    assert annas.post("/users/me/sign-ins/end", data={"sign_in": str(ids[bert])}).status_code == 404
    assert boss.post(f"/users/{anna}/sign-ins/end", data={"sign_in": str(ids[bert])}).status_code == 404
    assert berts.get("/users/me").status_code == 200
    assert boss.post(f"/users/{bert}/sign-ins/end", data={"sign_in": str(ids[bert])}).status_code == 302
    assert berts.get("/users/me").status_code == 401


def test_profile_shows_browsers_and_ends_the_others(made: Company) -> None:
    made.add_user(login="anna")
    here, there = made.browser(), made.browser()
    for browser, agent in (
        (here, "Mozilla/5.0 (X11; Linux) Firefox/140.0"),
        (there, "Mozilla/5.0 (Windows NT 10.0) Chrome/140"),
    ):
        browser.post("/login", data={"login": "anna", "password": PASSWORD}, headers={"User-Agent": agent})
    page = here.get("/users/me").text
    assert "Firefox, Linux" in page
    assert "Chrome, Windows" in page
    here.post("/users/me/sign-ins/end")
    assert here.get("/users/me").status_code == 200
    assert there.get("/users/me").status_code == 401


def test_profile_sets_language_zone_and_theme(login_as: LoginAs, made: Company) -> None:
    anna = login_as(login="anna")
    form = {"name": "Anna", "language": "lt", "timezone": "Europe/Kyiv", "theme": "dark", "email": "", "birth_date": ""}
    assert anna.post("/users/me", data=form).status_code == 302
    page = anna.get("/users/me").text
    assert '<html lang="lt"' in page
    assert 'data-bs-theme="dark"' in page
    anna.post("/users/me/theme", data={"theme": "light", "next": "/users/me"})
    assert 'data-bs-theme="light"' in anna.get("/users/me").text
    assert anna.post("/users/me/theme", data={"theme": "<b>"}).status_code == 422


def test_nobody_promotes_himself_by_his_profile(login_as: LoginAs, made: Company) -> None:
    anna = login_as(login="anna")
    anna.post(
        "/users/me", data={"name": "Anna", "theme": "system", "login": "root", "active": "", "department_id": "1"}
    )
    assert user_of(made, "anna").login == "anna"


@pytest.mark.parametrize("address", ["/users/", "/users/new", "/users/1", "/users/1/password", "/users/departments"])
def test_pages_of_users_need_the_right(login_as: LoginAs, client: FlaskClient, address: str) -> None:
    assert login_as(permissions=["access.manage"]).get(address).status_code == 403
    assert client.get(address, headers={"Accept": "text/html"}).status_code == 302
    assert client.get(address).status_code == 401


def test_users_that_are_not_there(boss: FlaskClient) -> None:
    for page in ("/users/4711", "/users/4711/password", "/users/departments/4711"):
        assert boss.get(page).status_code == 404
    assert boss.post("/users/4711/deactivate").status_code == 404
    assert boss.get("/users/99999999999999999999").status_code == 404


def test_departments_have_names_of_their_own_and_can_be_closed(boss: FlaskClient, made: Company) -> None:
    boss.post("/users/departments", data={"name": "Sales"})
    assert boss.post("/users/departments", data={"name": "Sales"}).status_code == 422
    with made.database.reading(made.system) as session:
        sales = session.scalars(select(Department)).one()
    made.add_user(login="anna", department_id=sales.id)
    assert boss.post(f"/users/departments/{sales.id}", data={"name": "Old sales", "closed": "y"}).status_code == 302
    assert "Old sales (closed)" in boss.get("/users/new").text
    assert "Old sales" in boss.get("/users/").text
    anna = user_of(made, "anna")
    form = {
        "name": "Anna B",
        "login": "anna",
        "email": "",
        "department_id": str(sales.id),
        "version": str(anna.version),
    }
    assert boss.post(f"/users/{anna.id}", data=form).status_code == 302


def test_preferences_are_kept_and_limited(made: Company) -> None:
    user_id = made.add_user(login="anna")
    with made.database.transaction(made.actor(user_id)) as session:
        set_preference(session, user_id, "clients.columns", ["name", "phone"])
        set_preference(session, user_id, "gone", 1)
        set_preference(session, user_id, "gone", None)
    assert user_of(made, "anna").preferences == {"clients.columns": ["name", "phone"]}
    with pytest.raises(Refused), made.database.transaction(made.actor(user_id)) as session:
        set_preference(session, user_id, "huge", "x" * PREFERENCES_BYTES)


def test_a_department_needs_a_name(made: Company) -> None:
    from kartoteka.vocabulary.errors import InvalidInput

    with pytest.raises(InvalidInput), made.database.transaction(made.system) as session:
        save_department(session, None, name=" \u200b ")
