"""The pages of a list, for the routes of the module that owns it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import current_app, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kartoteka.db.session import Session, reading, transaction
from kartoteka.vocabulary.message import text as _
from kartoteka.web.current import visitor
from kartoteka.web.lists.choosing import (
    RESET,
    SAVE,
    ColumnForm,
    FilterForm,
    Keep,
    choices_now,
    choices_sent,
    names_shown,
    preference_of,
)
from kartoteka.web.lists.definition import RecordList
from kartoteka.web.lists.page import ListPage
from kartoteka.web.lists.saved import ListView, views_of
from kartoteka.web.lists.state import ListState, list_surface
from kartoteka.web.pages import is_fragment, render
from kartoteka.web.toasts import toast

Answer = str | Response


def show_list(
    definition: RecordList,
    template: str = "shell/list.html",
    *,
    preset: Mapping[str, str] | None = None,
    **context: Any,
) -> Answer:
    """Answer with a page of the list that the address asks for; ``preset`` is asked unless it says otherwise.

    A search that htmx sends gets the rows only. An address with empty parameters, as forms make them, leads to the
    same one without them.
    """
    with reading() as session:
        state = open_list(session, definition, preset=preset)
        if not is_fragment() and _has_blanks():
            return redirect(state.address.url(place=state.address.place, go=state.address.go))
        page = ListPage(state)
        if is_fragment():
            answer = current_app.make_response(render("shell/list_body.html", page=page))
            answer.headers["HX-Replace-Url"] = page.here
            return _varying(answer)
        page.count_views()
        return _varying(current_app.make_response(render(template, page=page, **context)))


def show_filters(definition: RecordList) -> Answer:
    """Answer with the form of all filters."""
    with reading() as session:
        return render("shell/list_filters.html", choosing=FilterForm(open_list(session, definition)))


def choose_columns(definition: RecordList, keep: Keep) -> Answer:
    """Show the columns to choose from (GET), move one, or keep the choice for this user (POST)."""
    with reading() as session:
        state = open_list(session, definition)
        choices = choices_now(definition, state.columns, state.shown)
    if request.method == "POST":
        choices = choices_sent(definition, state.columns, request.form)
        if request.form.get("do") in (SAVE, RESET):
            _keep(definition, state.view, keep, None if request.form["do"] == RESET else names_shown(choices))
            return redirect(state.address.url())
    form = ColumnForm(definition, choices, state.address, request.script_root)
    return render("shell/list_columns.html", choosing=form)


def open_list(
    session: Session,
    definition: RecordList,
    args: MultiDict[str, str] | None = None,
    preset: Mapping[str, str] | None = None,
) -> ListState:
    """Return the list as these parameters ask for it, those of this request unless others are given."""
    views = views_of(session, definition) if args is None else ()
    asked = request.args if args is None else args
    if preset:
        asked = MultiDict({**preset, **asked.to_dict(flat=False)})
    return ListState(
        session, definition, asked, surface=list_surface(), chosen=partial(_chosen, definition), views=views
    )


def _chosen(definition: RecordList, view: ListView | None) -> list[str] | None:
    """Return the columns that the visitor chose for a view, or those of the view, or those chosen for the list."""
    known = visitor().preferences
    own = _names(known.get(preference_of(definition, view))) if view is not None else None
    return own or (list(view.columns) if view is not None else None) or _names(known.get(preference_of(definition)))


def _names(kept: Any) -> list[str] | None:
    return [name for name in kept if isinstance(name, str)] if isinstance(kept, list) else None


def _keep(definition: RecordList, view: ListView | None, keep: Keep, names: list[str] | None) -> None:
    user_id = visitor().id
    if user_id is None:
        return
    with transaction(_("Columns chosen")) as session:
        keep(session, user_id, preference_of(definition, view), names or None)
    toast(_("Columns saved."))


def _has_blanks() -> bool:
    return any(not value for name in request.args for value in request.args.getlist(name))


def _varying(answer: Response) -> Response:
    answer.headers["Vary"] = "HX-Request, Cookie"
    return answer
