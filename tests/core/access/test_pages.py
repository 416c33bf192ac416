"""Pages of roles and rights, and that their changes count from the next request on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kartoteka.builtin.access.models import Role
from kartoteka.builtin.access.queries import rights_of_user, role_rights
from kartoteka.testing.plugin import ADMINISTRATOR, Company

LoginAs = Callable[..., FlaskClient]


@pytest.fixture
def made(company: Callable[..., Company]) -> Company:
    return company()


@pytest.fixture
def boss(made: Company, login_as: LoginAs) -> FlaskClient:
    return login_as(ADMINISTRATOR, login="boss")


def role_id(made: Company, title: str) -> int:
    with made.database.reading(made.system) as session:
        return session.scalars(select(Role.id).where(Role.title == title)).one()


def add_role(boss: FlaskClient, made: Company, title: str, **rights: str) -> int:
    form = {
        "title": title,
        "reach": "own",
        **{f"right.{name.replace('__', '.')}": said for name, said in rights.items()},
    }
    assert boss.post("/access/roles/new", data=form).status_code == 302
    return role_id(made, title)


@pytest.mark.catalogue("CORE-03")
def test_rights_come_from_roles_and_users_and_count_from_the_next_click(boss: FlaskClient, made: Company) -> None:
    seller = add_role(boss, made, "Seller", users__manage="granted", access__manage="refused")
    trainee = add_role(boss, made, "Trainee", users__manage="refused")
    anna = made.add_user(login="anna")
    browser = made.browser(anna)
    address = f"/access/users/{anna}"
    assert browser.get("/users/").status_code == 403

    boss.post(address, data={"role": [str(seller)]})
    assert browser.get("/users/").status_code == 200
    page = boss.get(address).text
    assert "Granted by role: Seller" in page
    assert "Refused by role: Seller" in page
    assert "Nobody granted it" in page

    boss.post(address, data={"had": [str(seller)], "role": [str(seller), str(trainee)]})
    assert browser.get("/users/").status_code == 403
    assert "Refused by role: Trainee" in boss.get(address).text

    held = {"had": [str(seller), str(trainee)], "role": [str(seller), str(trainee)]}
    boss.post(address, data={**held, "right.users.manage": "granted", "right.access.manage": "granted"})
    assert browser.get("/users/").status_code == 200
    assert browser.get("/access/roles").status_code == 200
    assert "Granted to this user" in boss.get(address).text

    boss.post(address, data={**held, "right.users.manage": "refused", "was.users.manage": "granted"})
    assert browser.get("/users/").status_code == 403
    assert "Refused to this user" in boss.get(address).text


def test_a_change_of_a_role_counts_from_the_next_click(boss: FlaskClient, made: Company) -> None:
    seller = add_role(boss, made, "Seller", users__manage="granted")
    anna = made.add_user(login="anna")
    boss.post(f"/access/users/{anna}", data={"role": [str(seller)]})
    browser = made.browser(anna)
    assert browser.get("/users/").status_code == 200
    form = {"title": "Seller", "reach": "own", "right.users.manage": "", "was.users.manage": "granted"}
    assert boss.post(f"/access/roles/{seller}", data=form).status_code == 302
    assert browser.get("/users/").status_code == 403


def test_two_administrators_do_not_undo_each_others_work(boss: FlaskClient, made: Company) -> None:
    seller = add_role(boss, made, "Seller", users__manage="granted")
    shown = {
        "title": "Seller",
        "reach": "own",
        "was.users.manage": "granted",
        "right.users.manage": "granted",
        "was.modules.manage": "",
        "right.modules.manage": "",
    }
    boss.post(f"/access/roles/{seller}", data={**shown, "right.users.manage": "refused"})
    boss.post(f"/access/roles/{seller}", data={**shown, "right.modules.manage": "granted"})
    with made.database.reading(made.system) as session:
        rights = role_rights(session, [seller])[seller].rights
    assert rights == {"users.manage": False, "modules.manage": True}
    anna, other = made.add_user(login="anna"), add_role(boss, made, "Other")
    boss.post(f"/access/users/{anna}", data={"role": [str(seller)]})
    boss.post(f"/access/users/{anna}", data={"role": [str(other)]})
    with made.database.reading(made.system) as session:
        assert {role.role_id for role in rights_of_user(session, anna).roles} == {seller, other}


def test_the_last_administrator_is_told_why_he_stays(boss: FlaskClient, made: Company) -> None:
    administrator = role_id(made, "Administrator")
    answer = boss.post("/access/users/1", data={"had": [str(administrator)]})
    assert answer.status_code == 422
    assert "Nobody could manage" in answer.text
    form = {"title": "Administrator", "reach": "all", "right.access.manage": "refused"}
    answer = boss.post(f"/access/roles/{administrator}", data=form)
    assert answer.status_code == 422
    assert "Nobody could manage" in answer.text
    assert boss.get("/access/roles").status_code == 200


@pytest.mark.parametrize("sent", [{"title": ""}, {"title": "Administrator"}, {"reach": "galaxy"}, {"title": "x" * 101}])
def test_bad_roles_are_refused(boss: FlaskClient, sent: dict[str, str]) -> None:
    assert boss.post("/access/roles/new", data={"title": "Seller", "reach": "own", **sent}).status_code == 422


def test_rights_nobody_knows_and_nonsense_are_ignored(boss: FlaskClient, made: Company) -> None:
    seller = add_role(boss, made, "Seller", nobody__knows="granted", users__manage="perhaps")
    with made.database.reading(made.system) as session:
        assert role_rights(session, [seller])[seller].rights == {}


def test_roles_are_deleted_unless_somebody_has_them(boss: FlaskClient, made: Company) -> None:
    seller = add_role(boss, made, "Seller", users__manage="granted")
    anna = made.add_user(login="anna")
    boss.post(f"/access/users/{anna}", data={"role": [str(seller)]})
    answer = boss.post(f"/access/roles/{seller}/delete", follow_redirects=True)
    assert "Some users have this role" in answer.text
    boss.post(f"/access/users/{anna}", data={"had": [str(seller)]})
    boss.post(f"/access/roles/{seller}/delete")
    assert boss.get(f"/access/roles/{seller}").status_code == 404


@pytest.mark.parametrize("address", ["/access/roles", "/access/roles/new", "/access/roles/1", "/access/users/1"])
def test_pages_of_access_need_the_right(login_as: LoginAs, client: FlaskClient, address: str) -> None:
    assert login_as(permissions=["users.manage"]).get(address).status_code == 403
    assert client.get(address).status_code == 401


def test_roles_and_users_that_are_not_there(boss: FlaskClient) -> None:
    for address in ("/access/roles/4711", "/access/users/4711"):
        assert boss.get(address).status_code == 404
        assert boss.post(address, data={"title": "x", "reach": "own"}).status_code == 404
    assert boss.post("/access/roles/4711/delete").status_code == 404
    assert boss.get("/access/roles/new?template=../../etc").status_code == 200
