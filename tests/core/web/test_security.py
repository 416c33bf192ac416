"""Headers, cookies, forged posts, foreign targets."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from itsdangerous import TimestampSigner

from kartoteka.web.security import safe_next


@pytest.mark.parametrize("url", ["/shop/", "/nowhere", "/shop/crash", "/static/core.css", "/shop/rows.csv"])
def test_every_answer_carries_the_policy(surfer: Any, url: str) -> None:
    headers = surfer.get(url).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy.pop("default-src") == "'none'"
    assert policy.pop("base-uri") == policy.pop("frame-ancestors") == "'none'"
    assert policy.pop("img-src") == "'self' data:"
    assert set(policy.values()) == {"'self'"}
    assert set(policy) == {
        "script-src",
        "style-src",
        "font-src",
        "connect-src",
        "form-action",
        "manifest-src",
        "worker-src",
        "frame-src",
        "media-src",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_by_shared_caches_but_built_files_are(surfer: Any) -> None:
    assert "private" in surfer.get("/shop/").headers["Cache-Control"]
    assert "immutable" in surfer.get("/static/core.css?v=1").headers["Cache-Control"]
    assert "immutable" not in surfer.get("/static/core.css").headers["Cache-Control"]


@pytest.mark.parametrize("https", [False, True])
def test_cookies_are_guarded(fresh_world: Callable[..., Any], https: bool) -> None:
    surfer = fresh_world(https=https).app.test_client()
    answer = surfer.get("/shop/new")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == https
    assert ("Strict-Transport-Security" in answer.headers) == https


@pytest.mark.parametrize("token", [None, "", "forged", "a.b.c"])
def test_post_without_the_token_is_refused(world: Any, token: str | None) -> None:
    surfer = world.app.test_client()
    surfer.get("/shop/new")
    answer = surfer.post("/shop/new", data={"name": "x"} | ({} if token is None else {"csrf_token": token}))
    assert answer.status_code == 400
    assert "reload it and save again" in answer.text


def test_the_token_of_another_browser_is_refused_also_once_it_is_known(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = count(1_800_000_000)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: next(seconds))
    first, second = world.app.test_client(), world.app.test_client()
    tokens = [
        re.search(r'name="csrf_token"[^>]*value="([^"]+)"', one.get("/shop/new").text)[1] for one in (first, second)
    ]
    again = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', first.get("/shop/new").text)[1]
    assert tokens[0] != tokens[1]
    assert again == tokens[0]
    values = {"name": "a", "kind": "big"}
    assert second.post("/shop/new", data={**values, "csrf_token": tokens[0]}).status_code == 400
    assert first.post("/shop/new", data={**values, "csrf_token": again}).status_code == 302


def test_post_with_the_token_of_form_or_header_is_taken(world: Any) -> None:
    surfer = world.app.test_client()
    page = surfer.get("/shop/new").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    header = re.search(r"hx-headers:inherited='\{\"X-CSRFToken\": \"([^\"]+)\"\}'", page)[1]
    assert surfer.post("/shop/new", data={"name": "a", "kind": "big", "csrf_token": token}).status_code == 302
    assert (
        surfer.post("/shop/new", data={"name": "a", "kind": "big"}, headers={"X-CSRFToken": header}).status_code == 302
    )


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "",
        None,
        "\\\\evil",
        "/a\nb",
    ],
)
def test_foreign_targets_are_not_followed(target: str | None) -> None:
    assert safe_next(target, "/home") == "/home"


def test_own_targets_are_followed() -> None:
    assert safe_next("/clients/?q=a&b=c#x", "/home") == "/clients/?q=a&b=c#x"
