"""Modules on and off: the page, the pages of the modules, and several worker processes."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from kartoteka.app import create_app
from kartoteka.builtin.modules.overview import requirements
from kartoteka.builtin.modules.queries import enabled_modules, state_version
from kartoteka.builtin.modules.service import dependents_of, switch_off, switch_on, with_required
from kartoteka.extension.signals import module_switched
from kartoteka.installation import open_installation
from kartoteka.testing.plugin import ADMINISTRATOR, Company
from kartoteka.vocabulary.errors import Refused

CHAIN = {"a": (), "b": ("a",), "c": ("b",), "d": ("a", "c"), "e": ()}


def browser_of(made: Company, role: str | None = ADMINISTRATOR, **options: Any) -> FlaskClient:
    return made.browser(made.add_user(role, **options))


def test_requirements_go_on_first_and_dependents_go_off_first() -> None:
    assert with_required(CHAIN, "d") == ["a", "b", "c", "d"]
    assert dependents_of(CHAIN, "a") == ["d", "c", "b"]
    assert dependents_of(CHAIN, "e") == []
    with pytest.raises(Refused):
        with_required(CHAIN, "unknown")


@pytest.mark.catalogue("CORE-01", part="menu, pages, data stays")
def test_a_module_is_switched_on_and_off_on_the_page(made: Company) -> None:
    boss = browser_of(made)
    assert boss.get("/visits/").status_code == 404
    assert "Visits" in boss.get("/modules/").text
    assert 'href="/visits/"' not in boss.get("/modules/").text
    answer = boss.post("/modules/visits/switch", data={"on": "1"}, follow_redirects=True)
    assert "Visits is on." in answer.text
    assert 'href="/visits/"' in answer.text
    assert boss.get("/visits/").text == "page of visits"
    answer = boss.post("/modules/visits/switch", data={"on": "0"}, follow_redirects=True)
    assert "Its data stays." in answer.text
    assert 'href="/visits/"' not in answer.text
    for method in ("get", "post", "put", "delete", "options"):
        assert getattr(boss, method)("/visits/").status_code == 404
    assert boss.get("/visits").status_code == 404
    assert boss.get("/visits/save").status_code == 404


def test_anonymous_visitors_see_the_switch_too(made: Company) -> None:
    made.add_user()
    assert made.app.test_client().get("/visits/open").status_code == 404
    made.switch("visits")
    assert made.app.test_client().get("/visits/open").text == "for everybody"
    made.switch("visits", on=False)
    assert made.app.test_client().get("/visits/open").status_code == 404


def test_every_worker_process_sees_a_switch_at_once(made: Company, entry_points: Any) -> None:
    config = made.installation.config
    other = create_app(installation=open_installation(config, entry_points=entry_points))
    user_id = made.add_user(ADMINISTRATOR)
    here, there = made.browser(user_id), other.test_client()
    with there.session_transaction() as session:
        session["_user_id"] = made.token(user_id)
    for on in (True, False, True):
        made.switch("visits", on=on)
        expected = 200 if on else 404
        assert [browser.get("/visits/").status_code for browser in (here, there)] == [expected, expected]
        assert other.test_client().get("/visits/open").status_code == expected


def test_a_right_of_a_module_that_is_off_is_no_right(made: Company) -> None:
    user_id = made.add_user(permissions=["visits.view"])
    assert made.actor(user_id).permissions == frozenset()
    made.switch("visits")
    assert made.actor(user_id).permissions == {"visits.view"}
    assert "visits" in made.actor(user_id).modules


def test_a_module_goes_on_with_what_it_requires(made: Company) -> None:
    boss = browser_of(made)
    boss.post("/modules/visit_routes/switch", data={"on": "1"})
    assert boss.get("/visits/").status_code == 200
    assert boss.get("/visit_routes/").status_code == 200


def test_a_required_module_goes_off_with_those_that_need_it_or_not_at_all(made: Company) -> None:
    made.switch("visit_routes")
    needed = requirements(made.installation.registry)
    with pytest.raises(Refused, match="visit_routes"), made.database.transaction(made.system) as session:
        switch_off(session, needed, "visits")
    boss = browser_of(made)
    assert "These need it and go off too" in boss.get("/modules/").text
    boss.post("/modules/visits/switch", data={"on": "0", "with_dependents": "1"})
    with made.database.reading(made.system) as session:
        assert enabled_modules(session) == frozenset()


def test_switching_twice_changes_nothing(made: Company) -> None:
    needed = requirements(made.installation.registry)
    with made.database.transaction(made.system) as session:
        assert switch_on(session, needed, "visits") == ["visits"]
        version = state_version(session)
        assert switch_on(session, needed, "visits") == []
        assert state_version(session) == version


def test_a_switch_is_announced_after_the_commit(made: Company) -> None:
    heard = []

    def listen(sender: str, **facts: Any) -> None:
        heard.append((sender, facts))

    with module_switched.connected_to(listen):
        made.switch("visit_routes")
        with made.database.transaction(made.system) as session:
            switch_off(session, requirements(made.installation.registry), "visit_routes")
            session.rollback()
    assert heard == [("visits", {"enabled": True}), ("visit_routes", {"enabled": True})]


def test_the_page_says_what_modules_add_and_which_are_broken(made: Company) -> None:
    page = browser_of(made).get("/modules/").text
    assert "See visits" in page
    assert "Visitor of visits" in page
    assert "3.2" in page
    assert "faulty was not loaded" in page
    assert "no module named maps" in page
    assert "Always there" in page


def test_only_those_with_the_right_switch_modules(made: Company) -> None:
    clerk = browser_of(made, None, permissions=["users.manage"])
    assert clerk.get("/modules/").status_code == 403
    assert clerk.post("/modules/visits/switch", data={"on": "1"}).status_code == 403
    boss = browser_of(made)
    assert boss.post("/modules/unknown/switch", data={"on": "1"}).status_code == 404
    assert boss.post("/modules/users/switch", data={"on": "0"}).status_code == 404
    assert boss.get("/modules/visits/switch").status_code == 405


def test_the_modules_own_pages_ask_for_their_right(made: Company) -> None:
    made.switch("visits")
    assert browser_of(made, None, permissions=["users.manage"]).get("/visits/").status_code == 403
    assert browser_of(made, None, permissions=["visits.view"]).get("/visits/").status_code == 200


def test_a_template_of_a_module_is_offered_and_copied_while_it_is_on(made: Company) -> None:
    boss = browser_of(made)
    assert "Visitor of visits" not in boss.get("/access/roles").text
    made.switch("visits")
    assert "Visitor of visits" in boss.get("/access/roles").text
    form = {"title": "Visitor", "reach": "own", "right.visits.view": "granted"}
    assert 'value="granted"' in boss.get("/access/roles/new?template=visits.visitor").text
    assert boss.post("/access/roles/new?template=visits.visitor", data=form).status_code == 302
    assert "Visitor" in boss.get("/access/roles").text
    user_id = made.add_user("visits.visitor")
    assert made.actor(user_id).permissions == {"visits.view"}
