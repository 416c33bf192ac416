"""What a browser needs to install the application like a program: manifest, icons, a page without network."""

from __future__ import annotations

from importlib.resources import files

from flask import Response as FlaskResponse
from flask import abort, g, jsonify, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.notifications.blueprint import blueprint
from kartoteka.web.blueprint import public
from kartoteka.web.current import current
from kartoteka.web.pages import render

Answer = str | Response
BLUE, PAPER = "#066fd1", "#f6f8fb"
ICONS = {"any.svg": "image/svg+xml", "192.png": "image/png", "512.png": "image/png", "maskable.png": "image/png"}
_A_WEEK = 7 * 24 * 3600
_SHORT = 30


@blueprint.core_route("/manifest.webmanifest")
@public
def show_manifest() -> Answer:
    """Give browsers what they install: the company's name, our sign, the front page to start with."""
    root = f"{request.script_root}/"
    company = current().config.company
    answer = jsonify(
        id=root,
        name=company,
        short_name=company[:_SHORT],
        lang=g.get("language", "en"),
        start_url=root,
        scope=root,
        display="standalone",
        theme_color=BLUE,
        background_color=PAPER,
        icons=[
            _icon("any.svg", "any"),
            _icon("192.png", "192x192"),
            _icon("512.png", "512x512"),
            {**_icon("maskable.png", "512x512"), "purpose": "maskable"},
        ],
    )
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.core_route("/app-icon/<name>")
@public
def show_icon(name: str) -> Answer:
    """Give our sign as a picture."""
    if name not in ICONS:
        abort(404)
    picture = files("kartoteka.builtin.notifications").joinpath("static", f"icon-{name}").read_bytes()
    return FlaskResponse(picture, mimetype=ICONS[name], headers={"Cache-Control": f"public, max-age={_A_WEEK}"})


@blueprint.core_route("/offline")
@public
def show_offline() -> Answer:
    """Give the page that the worker keeps for when there is no network."""
    return render("notifications/offline.html")


def _icon(name: str, sizes: str) -> dict[str, str]:
    return {"src": url_for("notifications.show_icon", name=name), "sizes": sizes, "type": ICONS[name]}
