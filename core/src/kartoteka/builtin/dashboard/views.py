"""The front page and how its owner arranges it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.dashboard import layout as layouts
from kartoteka.builtin.dashboard.blueprint import blueprint
from kartoteka.builtin.dashboard.boxes import layout_of, load_box, load_boxes, offered_widgets
from kartoteka.builtin.dashboard.layout import PREFERENCE, Layout, Placement
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.session import Session, reading, transaction
from kartoteka.extension.declarations.ui import Widget
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.blueprint import signed_in
from kartoteka.web.current import current, visitor
from kartoteka.web.i18n import current_formats
from kartoteka.web.pages import is_fragment, render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
HOME = "dashboard.show_front_page"


@blueprint.core_route("/")
@signed_in
def show_front_page() -> Answer:
    """Show the widgets that the user has placed; ``edit`` lets him rearrange them, ``at`` is where he was."""
    with reading() as session:
        layout = layout_of(session, visitor().preferences)
        boxes = load_boxes(session, layout)
        rest = layouts.addable(layout, offered_widgets(session)) if "edit" in request.args else ()
    return render(
        "dashboard/front_page.html",
        boxes=boxes,
        rest=rest,
        editing="edit" in request.args,
        at=request.args.get("at", ""),
        is_own=PREFERENCE in visitor().preferences,
        module_titles={widget.key: current().registry.module(widget.module).title for widget in rest},
        greeting=_greeting(),
    )


@blueprint.get("/boxes/<int:placement_id>")
@signed_in
def show_box(placement_id: int) -> Answer:
    """Show one box: for lazy ones, for those that are asked for again, and for browsers without scripts."""
    with reading() as session:
        placement, widget = _placed(session, placement_id)
        box = load_box(session, placement, widget)
    return render("dashboard/box_alone.html" if is_fragment() else "dashboard/box_page.html", box=box)


@blueprint.post("/layout")
@signed_in
def change_layout() -> Answer:
    """Change the layout: ``do`` is "up:3", "down:3", "size:3:2", "remove:3", "add:module.widget" or "reset"."""
    done, _colon, rest = request.form.get("do", "").partition(":")
    with transaction() as session:
        if done == "reset":
            _keep(session, None)
            toast(_("The front page is as it was at the start."))
        else:
            _keep(session, _changed(session, done, rest))
    at = "" if done in ("reset", "remove") else f"{done}:{rest}"
    anchor = f"widget-{rest.partition(':')[0]}" if done in ("up", "down", "size") else None
    return redirect(url_for(HOME, edit=1, at=at or None, _anchor=anchor))


@blueprint.route("/boxes/<int:placement_id>/options", methods=["GET", "POST"])
@signed_in
def choose_options(placement_id: int) -> Answer:
    """Choose what a widget shows."""
    with reading() as session:
        placement, widget = _placed(session, placement_id)
    if widget.form is None:
        raise NotFound
    form: Any = widget.form()
    form.fill(dict(placement.options))
    if form.validate_on_submit():
        with transaction() as session:
            layout = layout_of(session, visitor().preferences)
            _keep(session, layouts.set_options(layout, placement_id, form.values()))
        toast(_("Saved."))
        return redirect(url_for(HOME, _anchor=f"widget-{placement_id}"))
    page = render("dashboard/options.html", form=form, widget=widget, placement=placement)
    return page, 422 if form.is_submitted() else 200


def _placed(session: Session, placement_id: int) -> tuple[Placement, Widget]:
    known = {widget.key: widget for widget in offered_widgets(session)}
    placement = layouts.find(layout_of(session, visitor().preferences), placement_id)
    if placement is None or placement.widget not in known:
        raise NotFound
    return placement, known[placement.widget]


def _changed(session: Session, done: str, rest: str) -> Layout:
    layout, offered = layout_of(session, visitor().preferences), offered_widgets(session)
    if done == "add":
        widget = next((one for one in offered if one.key == rest), None)
        if widget is None:
            raise NotFound
        return layouts.add(layout, widget)
    written, _colon, size = rest.partition(":")
    placement = layouts.find(layout, read_id(written) or 0)
    if placement is None:
        raise NotFound
    if done == "remove":
        return layouts.remove(layout, placement.id)
    if done == "size":
        return layouts.resize(layout, placement.id, int(size) if size in ("1", "2", "3") else 1)
    if done in ("up", "down"):
        known = {one.key for one in offered}
        return layouts.move(layout, placement.id, 1 if done == "down" else -1, lambda one: one.widget in known)
    raise NotFound


def _keep(session: Session, layout: Layout | None) -> None:
    user_id = visitor().id
    if user_id is None:
        raise NotFound
    if layout is None and PREFERENCE not in visitor().preferences:
        return
    set_preference(session, user_id, PREFERENCE, None if layout is None else layouts.keep(layout))


def _greeting() -> str:
    return str(current_formats().date(current_formats().today()))
