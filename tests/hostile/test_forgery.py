"""Forged, stolen, old and oversized requests: refused with a page that says so, and nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from kartoteka.testing.company import PASSWORD, Company
from tests.hostile.furnishing import furnish
from tests.hostile.house import House
from tests.installed import installed

TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
FORM = {"kind": "company", "company_name": "UAB Svetima", "relationship": "existing", "registered_on": "2026-01-05"}
TABLES = ("core_client", "core_user", "core_role", "core_module")
TABLES += tuple(f"{name}_{table}" for name in installed("crm_clients") for table in ("contact", "address"))
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def house(company_on: Callable[..., Company]) -> House:
    """A company whose pages check the token of every form, as outside of tests."""
    company = company_on(modules=installed("crm_clients", "crm_inquiries"))
    company.app.config["WTF_CSRF_ENABLED"] = True
    return furnish(company, admin="rasa", user="tomas")


def is_shut(browser: FlaskClient) -> bool:
    """Say whether the page of users sends the browser to sign in."""
    answer = browser.get("/users/", headers={"Accept": "text/html"})
    return answer.status_code == 302 and answer.location.startswith("/login")


def token_of(browser: FlaskClient, page: str = "/clients/new") -> str:
    found = TOKEN.search(browser.get(page).text)
    assert found
    return found[1]


def kept(house: House) -> dict[str, list[object]]:
    rows = house.rows()
    return {name: list(rows[name]) for name in TABLES}


def test_forms_without_their_token_change_nothing(house: House) -> None:
    admin, other = house.browser(house.admin), house.browser(house.company.add_user("administrator"))
    theirs, before = token_of(other), kept(house)
    own = token_of(admin)
    wrong = [None, "", "nonsense", theirs, own[:-1], own + "x", own.swapcase(), "\x00", "a" * 100_000]
    for _rule, address in house.every_address("POST"):
        for token in wrong[:4]:
            values = {} if token is None else {"csrf_token": token}
            # A cookie alone writes nothing through the API, with or without a token.
            refused = 401 if address.startswith("/api/") else 400
            assert admin.post(address, data={**FORM, **values}).status_code == refused, address
    for token in wrong:
        values = {} if token is None else {"csrf_token": token}
        answer = admin.post("/clients/new", data={**FORM, **values})
        assert answer.status_code == 400
        assert "reload it and save again" in answer.text
        header = {} if token is None or "\x00" in token else {"X-CSRFToken": token}
        assert admin.post("/clients/new", data=FORM, headers=header).status_code == 400
    assert kept(house) == before
    assert admin.post("/clients/new", data={**FORM, "csrf_token": own}).status_code == 302
    assert kept(house) != before


def test_a_token_in_the_address_is_no_token(house: House) -> None:
    admin = house.browser(house.admin)
    token = token_of(admin)
    assert admin.post(f"/clients/new?csrf_token={token}", data=FORM).status_code == 400


def sign_in(company: Company, login: str, password: str = PASSWORD) -> FlaskClient:
    browser = company.app.test_client()
    token = token_of(browser, "/login")
    answer = browser.post("/login", data={"login": login, "password": password, "csrf_token": token})
    assert answer.status_code == 302
    return browser


def cookie(browser: FlaskClient) -> str:
    found = browser.get_cookie("kartoteka")
    assert found
    return found.value


def with_cookie(company: Company, value: str) -> FlaskClient:
    browser = company.app.test_client()
    browser.set_cookie("kartoteka", value)
    return browser


def test_an_ended_sign_in_opens_nothing(house: House) -> None:
    browser = sign_in(house.company, "rasa")
    stolen = cookie(browser)
    thief = with_cookie(house.company, stolen)
    assert thief.get("/users/").status_code == 200
    browser.post("/logout", data={"csrf_token": token_of(browser)})
    for old in (thief, with_cookie(house.company, stolen), browser):
        assert is_shut(old)
        assert old.post("/users/new", data={"name": "x"}).status_code in (400, 401)


def test_signing_in_gives_a_new_sign_in_and_keeps_nothing_planted(house: House) -> None:
    planted = house.company.app.test_client()
    planted.get("/login")
    before = cookie(planted)
    token = token_of(planted, "/login")
    planted.post("/login", data={"login": "rasa", "password": PASSWORD, "csrf_token": token})
    assert planted.get("/users/").status_code == 200
    assert cookie(planted) != before
    assert is_shut(with_cookie(house.company, before))
    first, second = sign_in(house.company, "rasa"), sign_in(house.company, "rasa")
    assert cookie(first) != cookie(second)
    first.post("/logout", data={"csrf_token": token_of(first)})
    assert second.get("/users/").status_code == 200


def test_tampered_cookies_open_nothing(house: House) -> None:
    real = cookie(sign_in(house.company, "rasa"))
    body, *rest = real.split(".")
    forged = [
        "",
        "x",
        "..",
        real[:-3] + ("A" if real[-3] != "A" else "B") + real[-2:],
        real[1:],
        body,
        f"{body}..{rest[-1]}",
    ]
    forged += [
        ".".join([body[:-2] + "AA", *rest]),
        "a" * 4000,
        "eyJfdXNlcl9pZCI6IjEifQ.x.y",
        "\udcff".encode("utf-8", "replace").decode(),
    ]
    for value in forged:
        assert is_shut(with_cookie(house.company, value)), value


def test_a_user_who_was_deactivated_is_out_at_once(house: House) -> None:
    user = house.company.add_user("administrator", login="former")
    browser, admin = house.browser(user), house.browser(house.admin)
    assert browser.get("/users/").status_code == 200
    assert admin.post(f"/users/{user}/deactivate", data={"csrf_token": token_of(admin)}).status_code == 302
    assert is_shut(browser)
    stranger = house.company.app.test_client()
    form = {"login": "former", "password": PASSWORD, "csrf_token": token_of(stranger, "/login")}
    assert stranger.post("/login", data=form).status_code == 422
    assert is_shut(stranger)


def test_bodies_that_are_too_large_are_refused(house: House) -> None:
    admin = house.browser(house.admin)
    token, before = token_of(admin), kept(house)
    for data in ({"notes": "a" * 3_000_000}, {"notes": "ž" * 1_500_000}):
        answer = admin.post("/clients/new", data={**FORM, **data, "csrf_token": token})
        assert answer.status_code == 413
        assert "too large" in answer.text
    many = {f"x{number}": "1" for number in range(5_000)}
    answer = admin.post("/clients/new", data={**many, "csrf_token": token}, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert kept(house) == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"company_name": "UAB Svetima"}'),
        ("application/json", b"[" * 100_000),
        ("text/plain", b"company_name=UAB"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
        ("application/xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfec\x00"),
        ("nonsense", b"\x00\xff"),
        ("", b"x"),
    ],
)
def test_wrong_kinds_of_content_change_nothing(house: House, kind: str, body: bytes) -> None:
    admin = house.browser(house.admin)
    header, before = {"X-CSRFToken": token_of(admin)}, kept(house)
    for address in ("/clients/new", f"/clients/{house.ids['client']}/edit", "/users/new", "/access/roles/new"):
        answer = admin.post(address, data=body, content_type=kind, headers=header)
        # A form without any field changes nothing, so it may be answered as saved.
        assert answer.status_code in (302, 400, 413, 415, 422), (address, answer.status_code)
        assert "Traceback" not in answer.text
    assert kept(house) == before


def test_another_method_cannot_be_named(house: House) -> None:
    admin = house.browser(house.admin)
    before = kept(house)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        for method in UNSAFE:
            assert admin.get("/clients/new?_method=POST", headers={name: method}).status_code == 200
            assert admin.get(f"/users/{house.ids['user']}/deactivate", headers={name: method}).status_code == 405
    assert kept(house) == before


def test_a_foreign_host_and_odd_headers_do_no_harm(house: House) -> None:
    admin = house.browser(house.admin)
    for headers in (
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript"},
        {"Accept-Language": "x" * 10_000 + ",;;q=zz"},
        {"Accept": "\xff/\xfe;q=a"},
        {"HX-Request": "true", "HX-Target": "<script>"},
        {"Referer": "javascript:alert(1)"},
        {"Range": "bytes=9-1"},
        {"If-None-Match": '"' * 500},
    ):
        answer = admin.get("/clients/", headers=headers)
        assert answer.status_code in (200, 400, 401), headers  # cookies are of another host
        assert "evil.example" not in answer.text
        assert "<script>" not in answer.text
