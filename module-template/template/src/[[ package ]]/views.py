"""Pages of notes: the tab of the client card and the forms behind it."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import EditConflict, find, reading, transaction
from kartoteka.api.errors import Problem
from kartoteka.api.texts import Texts
from kartoteka.api.web import ModuleBlueprint, render_card, require, toast
from [[ package ]] import queries, service
from [[ package ]].fields import VIEW, WRITE
from [[ package ]].forms import NoteForm
from [[ package ]].models import Note

_ = Texts("[[ name ]]")
blueprint = ModuleBlueprint("[[ name ]]", __name__)

TAB = "[[ name ]].notes"
FORM = "[[ name ]]/note_form.html"
Answer = str | Response | tuple[str, int]


@blueprint.get("/clients/<int:record_id>/notes")
@require(VIEW)
def show_client_notes(record_id: int) -> Answer:
    """List a client's notes."""
    with reading() as session:
        find(session, Client, record_id)
        notes = queries.notes_of(session, record_id)
    return render_card("[[ name ]]/notes.html", record_id, tab=TAB, notes=notes)


@blueprint.route("/clients/<int:record_id>/notes/new", methods=["GET", "POST"])
@require(WRITE)
def new_note(record_id: int) -> Answer:
    """Add a note to a client."""
    form = NoteForm()
    with reading() as session:
        find(session, Client, record_id)
    if form.validate_on_submit():
        try:
            with transaction(_("Note added")) as session:
                service.add_note(session, record_id, form.values())
        except Problem as problem:
            form.take_problem(problem)
        else:
            return _back(record_id)
    return _show_form(record_id, form, None)


@blueprint.get("/notes/<int:record_id>")
@require(VIEW)
def show_note(record_id: int) -> Answer:
    """Lead to the note among those of its client."""
    with reading() as session:
        note = find(session, Note, record_id)
    return redirect(_tab_url(note.client_id, f"note-{record_id}"))


@blueprint.route("/notes/<int:record_id>/edit", methods=["GET", "POST"])
@require(WRITE)
def edit_note(record_id: int) -> Answer:
    """Change a note; what somebody else saved meanwhile is shown beside."""
    form = NoteForm()
    with reading() as session:
        note = find(session, Note, record_id)
    form.fill(note)
    if form.validate_on_submit():
        try:
            with transaction(_("Note changed")) as session:
                service.change_note(session, record_id, form.values(), form.version_number)
        except EditConflict as conflict:
            form.take_conflict(conflict)
            form.renew_version(note.version)
        except Problem as problem:
            form.take_problem(problem)
        else:
            return _back(note.client_id)
    return _show_form(note.client_id, form, note)


def _back(client_id: int) -> Response:
    toast(_("The note is saved."))
    return redirect(_tab_url(client_id))


def _show_form(client_id: int, form: NoteForm, note: Note | None) -> Answer:
    cancel_url = _tab_url(client_id)
    page = render_card(FORM, client_id, tab=TAB, form=form, note=note, cancel_url=cancel_url)
    return page, 422 if form.is_submitted() else 200


def _tab_url(client_id: int, anchor: str | None = None) -> str:
    return url_for("[[ name ]].show_client_notes", record_id=client_id, _anchor=anchor)
