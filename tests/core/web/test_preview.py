"""Previews: foreign content in a frame of its own, by signed links that end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from kartoteka.db.session import Session
from kartoteka.testing.company import Company
from kartoteka.vocabulary.errors import NotFound
from kartoteka.web import preview
from kartoteka.web.preview import Preview, preview_url, register_preview

MAIL = (
    '<p style="color:red" onclick="steal()">Hello</p><script>steal()</script><meta http-equiv="refresh" content="0">'
    '<form action="https://evil.example"><input name="password"></form><iframe src="https://evil.example"></iframe>'
    '<a href="https://example.org/x">link</a><a href="javascript:steal()">bad</a><img src="https://spy.example/1.gif">'
)


@pytest.fixture(autouse=True)
def contents(monkeypatch: pytest.MonkeyPatch, company: Callable[..., Company]) -> None:
    monkeypatch.setattr(preview, "_renderers", dict(preview._renderers))
    register_preview("clients.test", _render)
    company().add_user()


def _render(session: Session, argument: str) -> Preview:
    if argument == "pdf":
        import typst

        return Preview(typst.compile(b"First page #pagebreak() Second page"), "application/pdf")
    if argument == "gone":
        raise NotFound
    kinds = {"mail": (MAIL.encode(), "text/html"), "text": (b"<b>plain</b>", "text/plain"), "png": (b"x", "image/png")}
    return Preview(*kinds.get(argument, (b"%PDF- nothing", "application/pdf")))


@pytest.fixture
def link(company: Callable[..., Company]) -> Callable[..., str]:
    def make(argument: str, **options: Any) -> str:
        with company().app.test_request_context():
            return preview_url("clients.test", argument, **options)

    return make


def test_a_mail_is_shown_without_what_acts(client: Any, link: Callable[..., str]) -> None:
    answer = client.get(link("mail"))

    assert answer.status_code == 200
    for gone in ("script", "onclick", "refresh", "<form", "<input", "<iframe", "javascript:"):
        assert gone not in answer.text
    assert 'style="color:red"' in answer.text
    assert 'target="_blank"' in answer.text


def test_the_policy_is_its_own_and_there_are_no_cookies(client: Any, link: Callable[..., str]) -> None:
    for argument in ("mail", "text", "png", "pdf", "gone", "broken"):
        headers = client.get(link(argument)).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "sandbox" in policy
        assert "script-src" not in policy
        assert "allow-scripts" not in policy
        assert "Set-Cookie" not in headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_pictures_of_strangers_are_asked_for_only_on_demand(client: Any, link: Callable[..., str]) -> None:
    assert "img-src data:;" in client.get(link("mail")).headers["Content-Security-Policy"]
    assert "https:" in client.get(link("mail", remote_images=True)).headers["Content-Security-Policy"]


def test_a_pdf_is_shown_as_pictures_of_its_pages(client: Any, link: Callable[..., str]) -> None:
    url = link("pdf")
    page = client.get(url)
    assert page.text.count("<img") == 2

    picture = client.get(f"{url}/2")
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert client.get(f"{url}/3").status_code == 422
    assert client.get(f"{url}/0").status_code == 422


def test_what_cannot_be_read_says_so(client: Any, link: Callable[..., str]) -> None:
    answer = client.get(link("broken"))
    assert answer.status_code == 422
    assert "can&#39;t be shown" in answer.text
    assert client.get(link("gone")).status_code == 404


def test_a_plain_text_is_no_page(client: Any, link: Callable[..., str]) -> None:
    assert "&lt;b&gt;plain&lt;/b&gt;" in client.get(link("text")).text


def test_a_link_ends(client: Any, link: Callable[..., str]) -> None:
    url = link("text")
    with time_machine.travel(preview.LASTS + 60 + time.time()):
        assert client.get(url).status_code == 410


@pytest.mark.parametrize("turned", [str.swapcase, lambda token: token[:-2], lambda token: "x" + token, lambda _: "x"])
def test_a_forged_link_shows_nothing(client: Any, link: Callable[..., str], turned: Callable[[str], str]) -> None:
    url = link("text")
    assert client.get(f"/preview/{turned(url.removeprefix('/preview/'))}").status_code == 410


@pytest.mark.needs_module("crm_clients")
def test_a_link_of_a_module_that_is_off_shows_nothing(client: Any, company: Callable[..., Company]) -> None:
    register_preview("crm_clients.test", _render)
    with company().app.test_request_context():
        url = preview_url("crm_clients.test", "text")
    assert client.get(url).status_code == 410
    company().switch("crm_clients")
    assert client.get(url).status_code == 200
