"""Pages of saved views: save what a list shows, rename, share, arrange and delete."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kartoteka.builtin.search import saved_views
from kartoteka.builtin.search.blueprint import blueprint
from kartoteka.builtin.search.saved_views import SHARE
from kartoteka.db.session import Session, reading, transaction
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Problem, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.blueprint import signed_in
from kartoteka.web.current import visitor
from kartoteka.web.lists.definition import RecordList
from kartoteka.web.lists.known import find_list
from kartoteka.web.lists.saved import ListView, query_of
from kartoteka.web.lists.state import ListState
from kartoteka.web.lists.views import open_list
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class ViewsPage:
    """What the page of a list's views shows. ``asked`` is the address of the page with the state of the list."""

    definition: RecordList
    views: list[ListView]
    current: ListView | None
    is_changed: bool
    query: str
    columns: list[str]
    asked: str
    back: str
    may_share: bool


@blueprint.get("/views/<list_name>")
@signed_in
def show_views(list_name: str) -> Answer:
    """Show the saved views of a list, and ask under which name to save what it shows (X-10)."""
    with reading() as session:
        return _render(_page(session, list_name))


@blueprint.post("/views/<list_name>")
@signed_in
def change_views(list_name: str) -> Answer:
    """Save, overwrite, rename, share, arrange or delete a view, as ``do`` says."""
    with reading() as session:
        page = _page(session, list_name)
    do, _colon, written = request.form.get("do", "").partition(":")
    act = _ACTS.get(do)
    if act is None:
        raise NotFound
    try:
        with transaction(_("Saved views changed")) as session:
            view_id = act(session, page, _id(written) if written else 0)
    except (InvalidInput, Refused) as problem:
        return _render(page, problem), 422
    if do in _STAYING:
        return redirect(page.asked)
    return redirect(f"{request.script_root}{page.definition.path}{_ending(page, view_id)}")


def _page(session: Session, list_name: str) -> ViewsPage:
    definition = find_list(session, list_name)
    if definition is None:
        raise NotFound
    state = open_list(session, definition)
    asked = f"{request.script_root}{request.path}"
    pairs = [*state.address.pairs(moving=False), *_view_pair(state)]
    return ViewsPage(
        definition=definition,
        views=list(state.views),
        current=state.view,
        is_changed=state.address.is_changed,
        query=query_of(state.address),
        columns=[column.name for column in state.shown[1:]],
        asked=f"{asked}?{urlencode(pairs)}" if pairs else asked,
        back=state.address.url(),
        may_share=visitor().can(SHARE),
    )


def _view_pair(state: ListState) -> list[tuple[str, str]]:
    return [("view", str(state.view.id))] if state.view is not None else []


def _render(page: ViewsPage, problem: Problem | None = None) -> str:
    errors = problem.errors if isinstance(problem, InvalidInput) else {}
    message = next(iter(errors.values()), None) or (problem.message if problem is not None else None)
    return render("search/views.html", page=page, problem=message, form=request.form)


def _save(session: Session, page: ViewsPage, view_id: int) -> int:
    shared, pinned = "shared" in request.form, "pinned" in request.form
    made = saved_views.save_view(
        session,
        page.definition.name,
        title=request.form.get("title", ""),
        query=page.query,
        columns=page.columns if "columns" in request.form else (),
        shared=shared,
        pinned=pinned,
    )
    toast(_("The view “%(title)s” is saved.", title=made.title))
    return made.id


def _overwrite(session: Session, page: ViewsPage, view_id: int) -> int:
    view = saved_views.overwrite_view(session, view_id, query=page.query, columns=page.columns)
    toast(_("The view “%(title)s” is saved.", title=view.title))
    return view_id


def _change(session: Session, page: ViewsPage, view_id: int) -> int:
    title, shared = request.form.get(f"title-{view_id}", ""), f"shared-{view_id}" in request.form
    view = saved_views.change_view(session, view_id, title=title, shared=shared)
    toast(_("The view “%(title)s” is saved.", title=view.title))
    return view_id


def _delete(session: Session, page: ViewsPage, view_id: int) -> int:
    saved_views.delete_view(session, view_id)
    toast(_("The view is deleted. The records it showed are all there."))
    return 0


def _pin(session: Session, page: ViewsPage, view_id: int) -> int:
    saved_views.pin_view(session, page.definition.name, view_id, pinned=True)
    return view_id


def _unpin(session: Session, page: ViewsPage, view_id: int) -> int:
    saved_views.pin_view(session, page.definition.name, view_id, pinned=False)
    return view_id


def _up(session: Session, page: ViewsPage, view_id: int) -> int:
    saved_views.move_view(session, page.definition.name, view_id, by=-1)
    return view_id


def _down(session: Session, page: ViewsPage, view_id: int) -> int:
    saved_views.move_view(session, page.definition.name, view_id, by=1)
    return view_id


def _first(session: Session, page: ViewsPage, view_id: int) -> int:
    saved_views.open_first(session, page.definition.name, view_id)
    return view_id


def _not_first(session: Session, page: ViewsPage, view_id: int) -> int:
    saved_views.open_first(session, page.definition.name, None)
    return view_id


_ACTS = {
    "save": _save,
    "overwrite": _overwrite,
    "change": _change,
    "delete": _delete,
    "pin": _pin,
    "unpin": _unpin,
    "up": _up,
    "down": _down,
    "first": _first,
    "plain": _not_first,
}
_STAYING = frozenset({"pin", "unpin", "up", "down", "first", "plain"})
"""What is done several times in a row: the page stays."""


def _ending(page: ViewsPage, view_id: int) -> str:
    """Return what follows the list's path to show a view; the whole list when there is none any more."""
    if view_id:
        return f"?{urlencode({'view': view_id})}"
    default = any(view.is_default for view in page.views)
    return "?view=all" if default else ""


def _id(written: str) -> int:
    number = read_id(written)
    if number is None:
        raise NotFound
    return number
