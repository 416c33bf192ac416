"""Pages of segments: the list of them, one segment, and the filters of its groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, find, reading, transaction
from kartoteka.api.declare import CLIENT_LIST
from kartoteka.api.errors import NotFound, Problem
from kartoteka.api.forms import save_form
from kartoteka.api.lists import (
    FilterForm,
    choose_columns,
    find_list,
    open_list,
    show_filters,
    show_list,
    sound_query,
    words_of,
)
from kartoteka.api.texts import Texts, Translatable
from kartoteka.api.users import set_preference
from kartoteka.api.web import render, require, toast
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.segments import queries, service
from kartoteka_crm_clients.segments.fields import SEGMENTS
from kartoteka_crm_clients.segments.forms import SegmentForm
from kartoteka_crm_clients.segments.lists import SEGMENT_LIST
from kartoteka_crm_clients.segments.models import Segment

_ = Texts("crm_clients")

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class _FoundList:
    """What a client list was asked for: its address behind the question mark, and the same in words."""

    query: str
    words: Sequence[tuple[Translatable, Sequence[Translatable]]]


@blueprint.get("/segments/")
@require(SEGMENTS)
def list_segments() -> Answer:
    """List the segments that the visitor sees with the number of their clients (CL-45)."""
    return show_list(SEGMENT_LIST)


@blueprint.get("/segments/filters")
@require(SEGMENTS)
def filter_segments() -> Answer:
    """Ask for all filters at once."""
    return show_filters(SEGMENT_LIST)


@blueprint.route("/segments/columns", methods=["GET", "POST"])
@require(SEGMENTS)
def choose_segment_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(SEGMENT_LIST, set_preference)


@blueprint.route("/segments/new", methods=["GET", "POST"])
@require(SEGMENTS)
def new_segment() -> Answer:
    """Make a segment; a live one is given its filters next, or those that ``where`` in the address names."""
    form = SegmentForm()
    found = _asked_list()
    if found is not None:
        del form.sort
    if form.validate_on_submit():
        try:
            with transaction(_("Segment created")) as session:
                typed = form.values()
                made = service.add_segment(session, {**typed, "is_fixed": typed.get("sort") == "fixed"})
                if found is not None:
                    service.set_group(session, made.id, 1, found.query)
        except Problem as problem:
            form.take_problem(problem)
        else:
            if found is not None:
                toast(_("The segment is made. It finds its clients anew each time."))
                return redirect(url_for("crm_clients.show_segment", record_id=made.id))
            if made.is_fixed:
                toast(_("The list is made. Put clients into it from the client list."))
                return redirect(url_for("crm_clients.show_segment", record_id=made.id))
            return redirect(url_for("crm_clients.edit_segment_group", record_id=made.id, number=1))
    return _show_form(form, None, found)


@blueprint.get("/segments/<int:record_id>")
@require(SEGMENTS)
def show_segment(record_id: int) -> Answer:
    """Show what a segment is made of and how many clients it holds now."""
    with reading() as session:
        segment = find(session, Segment, record_id)
        groups = [words_of(session, CLIENT_LIST, query) for query in segment.groups]
        number = queries.count_clients(session, [record_id]).get(record_id)
        may_change = service.may_change(session, segment)
    return render(
        "crm_clients/segments/show.html",
        segment=segment,
        groups=groups,
        number=number,
        most=queries.MOST_COUNTED,
        may_change=may_change,
        clients_url=f"{request.script_root}{queries.list_url(record_id)}",
    )


@blueprint.route("/segments/<int:record_id>/edit", methods=["GET", "POST"])
@require(SEGMENTS)
def edit_segment(record_id: int) -> Answer:
    """Change a segment's name, notes and for whom it is."""
    form = SegmentForm()
    del form.sort
    with reading() as session:
        segment = service.segment_to_write(session, record_id)
    form.fill(segment)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Segment changed"),
            lambda session: service.change_segment(session, record_id, form.values(), form.version_number),
            segment.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("crm_clients.show_segment", record_id=record_id))
    return _show_form(form, segment)


@blueprint.route("/segments/<int:record_id>/groups/<int:number>", methods=["GET", "POST"])
@require(SEGMENTS)
def edit_segment_group(record_id: int, number: int) -> Answer:
    """Choose the filters of one group: a client is in the segment when all filters of one group fit."""
    with reading() as session:
        segment = service.segment_to_write(session, record_id)
        if segment.is_fixed or not 1 <= number <= len(segment.groups) + 1:
            raise NotFound
        if request.method != "POST":
            return _show_group(session, segment, number, _args_of(segment, number))
    try:
        with transaction(_("Segment changed")) as session:
            query, problems = sound_query(session, CLIENT_LIST, _sent())
            if not problems:
                service.set_group(session, record_id, number, query)
                return redirect(url_for("crm_clients.show_segment", record_id=record_id))
    except Problem as problem:
        errors = getattr(problem, "errors", None)
        said = next(iter(errors.values())) if errors else problem.message
    else:
        said = _("Something is not right yet. Look at the filters.")
    with reading() as session:
        return _show_group(session, segment, number, _sent(), said), 422


@blueprint.post("/segments/<int:record_id>/groups/<int:number>/remove")
@require(SEGMENTS)
def remove_segment_group(record_id: int, number: int) -> Answer:
    """Take a group away."""
    with transaction(_("Segment changed")) as session:
        service.remove_group(session, record_id, number)
    return redirect(url_for("crm_clients.show_segment", record_id=record_id))


@blueprint.post("/segments/<int:record_id>/delete")
@require(SEGMENTS)
def delete_segment(record_id: int) -> Answer:
    """Delete a segment; its clients stay."""
    with transaction(_("Segment deleted")) as session:
        name = service.delete_segment(session, record_id)
    toast(_("“%(name)s” is deleted; its clients stay.", name=name))
    return redirect(url_for("crm_clients.list_segments"))


def _args_of(segment: Segment, number: int) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(segment.groups[number - 1])) if number <= len(segment.groups) else MultiDict()


def _sent() -> MultiDict[str, str]:
    pairs = [(name, value) for name in request.form for value in request.form.getlist(name)]
    return MultiDict([(name, value) for name, value in pairs if name != "csrf_token" and value])


def _show_group(session: Session, segment: Segment, number: int, args: MultiDict[str, str], problem: Any = None) -> str:
    definition = find_list(session, CLIENT_LIST)
    if definition is None:
        raise NotFound
    state = open_list(session, definition, args)
    return render(
        "crm_clients/segments/group.html",
        segment=segment,
        number=number,
        choosing=FilterForm(state),
        query=args.get("q", ""),
        problem=problem,
    )


def _asked_list() -> _FoundList | None:
    """Return what the client list was asked for that somebody comes from; raises Refused for what makes no sense."""
    where = request.args.get("where", "")
    if not where:
        return None
    with reading() as session:
        limits = [(name, value) for name, value in parse_qsl(where) if name != "sort"]
        query, problems = sound_query(session, CLIENT_LIST, MultiDict(limits))
        return _FoundList(query, words_of(session, CLIENT_LIST, query)) if query and not problems else None


def _show_form(form: Any, segment: Segment | None, found: _FoundList | None = None) -> Answer:
    page = render("crm_clients/segments/form.html", form=form, segment=segment, found=found)
    return page if not form.is_submitted() else (page, 409 if hasattr(form, "conflict") else 422)
