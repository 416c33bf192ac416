"""Pages of the client list: the list itself, its filters and columns, and suggestions while somebody types."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.fields import EXPORT, VIEW
from kartoteka.builtin.clients.kinds import client_url
from kartoteka.builtin.clients.list_columns import CLIENTS
from kartoteka.builtin.clients.queries import suggest_clients
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.session import reading
from kartoteka.vocabulary.text import clean_line
from kartoteka.web.blueprint import require
from kartoteka.web.lists import choose_columns, export_list, show_filters, show_list
from kartoteka.web.pages import render

Answer = str | Response
_LONGEST_QUERY = 200


@blueprint.get("/")
@require(VIEW)
def list_clients() -> Answer:
    """List clients, as the address asks (CL-32, CL-34, CL-35, CL-37)."""
    return show_list(CLIENTS, "clients/list.html")


@blueprint.get("/filters")
@require(VIEW)
def filter_clients() -> Answer:
    """Ask for all filters at once."""
    return show_filters(CLIENTS)


@blueprint.route("/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_client_columns() -> Answer:
    """Choose the columns of the list and their order (CL-33)."""
    return choose_columns(CLIENTS, set_preference)


@blueprint.route("/export", methods=["GET", "POST"])
@require(VIEW, EXPORT)
def export_clients() -> Answer:
    """Take the list away as a file, as it is filtered, sorted and shown (X-03)."""
    return export_list(CLIENTS)


@blueprint.get("/suggest")
@require(VIEW)
def suggest() -> Answer:
    """Suggest clients for the quick search on every page (CL-39)."""
    query = clean_line(request.args.get("q", "")[:_LONGEST_QUERY])
    with reading() as session:
        found = suggest_clients(session, query)
    items = [
        {"url": f"{request.script_root}{client_url(one.id)}", "title": one.name, "subtitle": one.code} for one in found
    ]
    return render("shell/suggestions.html", items=items, query=query, all_url=_all_url(query))


def _all_url(query: str) -> str:
    return f"{request.script_root}{CLIENTS.path}?{urlencode({'q': query})}"
