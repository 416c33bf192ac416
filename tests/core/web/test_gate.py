"""Who may enter: module on, signed in, right given; decided before Flask's own errors."""

from __future__ import annotations

from typing import Any

import pytest

from kartoteka.web.gate import module_asked_for

PAGES = ["/shop/", "/shop/1", "/shop/new", "/shop/mine", "/shop/rows.csv", "/actions/shop/note?id=1"]


def html(surfer: Any, url: str, **options: Any) -> Any:
    return surfer.get(url, headers={"Accept": "text/html"}, **options)


def test_signed_in_user_with_rights_enters(surfer: Any) -> None:
    assert [html(surfer, url).status_code for url in PAGES] == [200] * len(PAGES)


@pytest.mark.parametrize("url", PAGES)
def test_anonymous_page_leads_to_sign_in_or_401(world: Any, surfer: Any, url: str) -> None:
    world.person = None
    # Without the module of users there is no sign-in page to lead to; the endpoint is planted for this test.
    world.app.add_url_rule("/login", "users.login", lambda: "sign in")
    answer = html(surfer, url)
    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=/")


def test_anonymous_post_is_refused(world: Any, surfer: Any) -> None:
    world.person = None
    assert surfer.post("/shop/new").status_code == 401
    assert surfer.get("/shop/new", headers={"Accept": "application/json"}).status_code == 401


def test_anonymous_fragment_is_told_to_go_to_the_page(world: Any, surfer: Any) -> None:
    world.person = None
    world.app.add_url_rule("/login", "users.login", lambda: "sign in")
    answer = surfer.get("/shop/", headers={"Accept": "text/html", "HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")


def test_missing_right_is_named(world: Any, surfer: Any) -> None:
    world.person.permissions = frozenset({"shop.view"})
    answer = html(surfer, "/shop/new")
    assert answer.status_code == 403
    assert "The right that is missing: Change orders." in answer.text


def test_public_page_is_for_everybody(world: Any, surfer: Any) -> None:
    assert html(surfer, "/shop/open").status_code == 200
    world.person = None
    assert html(surfer, "/shop/open").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"])
@pytest.mark.parametrize("url", ["/shop", "/shop/", "/shop/1", "/shop/none/such", "/shop/open", "/actions/shop/note"])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.catalogue("CORE-01", part="no address, whatever the method")
def test_module_that_is_off_is_not_there_whatever_the_method(
    world: Any, surfer: Any, url: str, method: str, signed: bool
) -> None:
    world.person.modules = world.modules_on = frozenset()
    if not signed:
        world.person = None
    surfer.get("/nowhere")
    answer = surfer.open(url, method=method)
    nowhere = surfer.open("/nowhere", method=method)
    assert answer.status_code == nowhere.status_code == 404
    assert "Allow" not in answer.headers
    assert dict(answer.headers) | {"Content-Length": ""} == dict(nowhere.headers) | {"Content-Length": ""}


def test_module_that_is_on_answers_wrong_methods_as_usual(surfer: Any) -> None:
    assert surfer.put("/shop/1").status_code == 405
    assert "GET" in surfer.put("/shop/1").headers["Allow"]


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("/shop/", "shop"),
        ("/shop", "shop"),
        ("//shop/", "shop"),
        ("/api/v1/shop/orders", "shop"),
        ("/hooks/shop/x", "shop"),
        ("/actions/shop/note", "shop"),
        ("/reports/shop/sales.csv", "shop"),
        ("/panels/shop/late", "shop"),
        ("/shopping/", None),
        ("/reports/", None),
        ("/", None),
        ("", None),
        ("/api", None),
        ("/static/shop/x.js", None),
    ],
)
def test_module_of_an_address(path: str, module: str | None) -> None:
    assert module_asked_for(path, frozenset({"shop"})) == module


def test_old_password_must_be_changed_first(world: Any, surfer: Any) -> None:
    world.app.add_url_rule("/me/password", "users.change_password", lambda: "new one")
    world.person.must_change_password = True
    assert html(surfer, "/shop/").location == "/me/password"
    assert html(surfer, "/shop/open").status_code == 200


def test_user_is_read_once_and_not_for_static_files(world: Any, surfer: Any) -> None:
    calls = []
    kartoteka = world.app.extensions["kartoteka"]
    load = kartoteka.load_user
    kartoteka.load_user = lambda: calls.append(1) or load()
    html(surfer, "/shop/1")
    assert len(calls) == 1
    surfer.get("/static/core.css")
    assert len(calls) == 1


def test_workplace_ends_with_the_request(world: Any, surfer: Any) -> None:
    from kartoteka.db.session import workplace
    from kartoteka.vocabulary.message import in_english, translator

    html(surfer, "/shop/")
    assert workplace.get(None) is None
    assert translator.get() is in_english
