"""Pages of the search over all kinds, suggestions while somebody types, the palette, and records opened lately."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import request, url_for
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kartoteka.builtin.search import queries
from kartoteka.builtin.search.blueprint import blueprint
from kartoteka.builtin.search.commands import find_commands
from kartoteka.builtin.search.service import favourites, opened_lately, remember_opened, toggle_favourite
from kartoteka.builtin.users.service import change_profile
from kartoteka.db.session import Session, reading, transaction
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import clean_line
from kartoteka.web.blueprint import signed_in
from kartoteka.web.current import visitor
from kartoteka.web.pages import render
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
_LONGEST_QUERY = 200
_RECENT = 8
_COMMANDS = 12


@blueprint.get("/")
@signed_in
def show_search() -> Answer:
    """Search all kinds of records at once, or page through the hits of one kind (X-14)."""
    query, name = _query(), request.args.get("kind", "")
    with reading() as session:
        if name:
            return _page_of_kind(session, name, query)
        found = queries.search_all(session, query, each=10, clients=20)
        recent = [] if query else opened_lately(session, _RECENT)
        kinds = queries.searched_kinds(session)
    return render("search/search.html", query=query, found=found, recent=recent, kinds=kinds, url_of_kind=_url_of_kind)


@blueprint.get("/suggest")
@signed_in
def suggest() -> Answer:
    """Suggest records for the quick search on every page; what belongs to a client leads to the client (CL-39)."""
    query = _query()
    with reading() as session:
        found = queries.search_all(session, query, each=3, few=1)
    return render("search/suggestions.html", found=found, query=query, all_url=_all_url(query))


@blueprint.get("/palette")
@signed_in
def show_palette() -> Answer:
    """List records opened lately, records found and commands for the palette (X-17)."""
    query, back = _query(), safe_next(request.args.get("next"), "/")
    with reading() as session:
        recent = opened_lately(session, _RECENT)
        starred = favourites(session, visitor().preferences or {})
        found = queries.search_all(session, query, each=3, few=1)
        commands = find_commands(session, query, _record("record"), back)
    named = queries.named_so(recent, found.hits, query)
    starred = queries.named_so(starred, found.hits, query)[:_RECENT]
    lately = {hit.ref for hit in starred}
    named = [hit for hit in named if hit.ref not in lately]
    known = {hit.ref for hit in named} | lately
    return render(
        "search/palette.html",
        query=query,
        starred=starred,
        recent=named,
        hits=[hit for hit in found.hits if hit.ref not in known],
        commands=commands if query else commands[:_COMMANDS],
        all_url=_all_url(query),
        back=back,
    )


@blueprint.post("/opened")
@signed_in
def note_opened() -> Answer:
    """Remember that the visitor has opened a record; pages report it by script after they are shown."""
    ref = _record("record")
    if ref is None:
        raise NotFound
    with transaction() as session:
        remember_opened(session, ref)
    return "", 204


@blueprint.post("/favourites")
@signed_in
def star_record() -> Answer:
    """Star a record, or take its star away."""
    ref = _record("record")
    if ref is None:
        raise NotFound
    with transaction(_("Favourites changed")) as session:
        is_starred = toggle_favourite(session, ref, visitor().preferences or {})
    toast(_("Added to your favourites.") if is_starred else _("Removed from your favourites."))
    return redirect(safe_next(request.form.get("next"), "/"))


@blueprint.post("/language")
@signed_in
def set_language() -> Answer:
    """Choose the language of the pages, from any page."""
    with transaction(_("Language chosen")) as session:
        change_profile(session, current_user.id, {"language": request.form.get("language", "")})
    return redirect(safe_next(request.form.get("next"), "/"))


def _page_of_kind(session: Session, name: str, query: str) -> str:
    kind = next((one for one in queries.searched_kinds(session) if one.kind == name), None)
    if kind is None:
        raise NotFound
    page, hits = queries.search_kind(session, kind, query, request.args.get("at")) if query else (None, [])
    return render("search/kind.html", query=query, kind=kind, page=page, hits=hits, at=_at(name, query))


def _at(name: str, query: str) -> Callable[[str], str]:
    return lambda cursor: f"{_url_of_kind(name, query)}&{urlencode({'at': cursor})}"


def _url_of_kind(name: str, query: str) -> str:
    return f"{url_for('search.show_search')}?{urlencode({'q': query, 'kind': name})}"


def _all_url(query: str) -> str:
    return f"{url_for('search.show_search')}?{urlencode({'q': query})}"


def _query() -> str:
    return clean_line(request.args.get("q", "")[:_LONGEST_QUERY])


def _record(name: str) -> RecordRef | None:
    try:
        return RecordRef.parse(request.values.get(name, ""))
    except ValueError:
        return None
