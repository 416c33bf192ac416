"""The address without a path: leads to the first thing in the menu, or says why there is nothing."""

from __future__ import annotations

from flask import Flask, redirect
from werkzeug.wrappers import Response

from kartoteka.web.blueprint import signed_in
from kartoteka.web.menu import menu
from kartoteka.web.pages import render


def install_home(app: Flask) -> None:
    """Add the address ``/``."""
    app.add_url_rule("/", "home", home)


@signed_in
def home() -> Response | str:
    """Go to the first page this user may open."""
    entries = menu()
    return redirect(entries[0].url) if entries else render("shell/no_rights.html")
