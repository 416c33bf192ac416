"""The built scripts, styles and icons work under the policy that every page is served with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

STATIC = Path(__file__).resolve().parents[2] / "core" / "src" / "kartoteka" / "web" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en" data-bs-theme="dark">
<head>
  <title>Bundle</title>
  <meta name="htmx-config" content='{"includeIndicatorCSS":false}'>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/static/core.css">
  <script src="/static/core.js" defer></script>
</head>
<body>
  <button class="btn btn-primary" hx-get="/part" hx-target="#part">Load</button>
  <div id="part"></div>
  <div class="dropdown">
    <button class="btn dropdown-toggle" data-bs-toggle="dropdown">More</button>
    <div class="dropdown-menu"><a class="dropdown-item" href="#">Archive</a></div>
  </div>
  <svg class="icon" id="known"><use href="/static/icons.svg#tabler-users"/></svg>
</body>
</html>"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = Flask("bundle", static_folder=str(STATIC))

    @app.get("/")
    def show_page() -> str:
        return PAGE

    @app.get("/part")
    def show_part() -> str:
        return "<p>Loaded</p>"

    @app.after_request
    def add_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_htmx_swaps_and_tabler_opens_under_the_policy(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Load").click()
    expect(page.locator("#part")).to_have_text("Loaded")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("link", name="Archive")).to_be_visible()


def test_icon_of_the_sprite_is_drawn(page: Page, address: str) -> None:
    page.goto(address)
    assert page.evaluate("document.querySelector('#known use').getBBox().width") > 10
