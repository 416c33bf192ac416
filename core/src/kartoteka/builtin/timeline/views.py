"""The stream of a record on a page of its own, and the pages of a note."""

from __future__ import annotations

from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.timeline import service
from kartoteka.builtin.timeline.blueprint import blueprint
from kartoteka.builtin.timeline.forms import NoteForm
from kartoteka.builtin.timeline.mentions import suggest_readers
from kartoteka.builtin.timeline.models import Note
from kartoteka.builtin.timeline.notes import what_to_say
from kartoteka.builtin.timeline.pages import stream_page
from kartoteka.builtin.timeline.reminders import forget_reminder
from kartoteka.builtin.timeline.rights import VIEW, WRITE
from kartoteka.db.session import reading, transaction
from kartoteka.extension.dispatch import tabs
from kartoteka.extension.seeing import demand_seen
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import require, signed_in
from kartoteka.web.links import describe
from kartoteka.web.menu import url_if
from kartoteka.web.pages import note_record, render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


def timeline_url(record: RecordRef) -> str:
    """Return the address of a record's stream: its tab where its page has one."""
    with reading() as session:
        tab = next((one for one in tabs(session, record.kind) if one.name == "timeline"), None)
    found = url_if(tab.endpoint, record_id=record.id) if tab else None
    return found or url_for("timeline.show_timeline", kind=record.kind, record_id=record.id)


@blueprint.route("/of/<kind>/<int:record_id>", methods=["GET", "POST"])
@signed_in
def show_timeline(kind: str, record_id: int) -> Answer:
    """Show the stream of a record of any kind, and take what is sent from it."""
    record = _record(kind, record_id)
    with reading() as session:
        demand_seen(session, record)
        summary = describe(session, record)
    note_record(record)
    return stream_page(record, lambda part: render("timeline/page.html", stream=part, summary=summary))


@blueprint.get("/readers/<kind>/<int:record_id>")
@require(WRITE)
def offer_readers(kind: str, record_id: int) -> Answer:
    """Offer colleagues to mention in a note on a record: those who may read it and whose name begins with ``q``."""
    record = _record(kind, record_id)
    with reading() as session:
        demand_seen(session, record)
        found = suggest_readers(session, record, request.args.get("q", "")[:60])
    return jsonify([{"id": user_id, "name": name} for user_id, name in found])


@blueprint.get("/notes/<int:note_id>")
@require(VIEW)
def show_note(note_id: int) -> Answer:
    """Lead to the stream that a note is in."""
    with reading() as session:
        about = service.find_note(session, note_id).about
    return redirect(timeline_url(about))


@blueprint.route("/notes/<int:note_id>/edit", methods=["GET", "POST"])
@require(WRITE)
def edit_note(note_id: int) -> Answer:
    """Change a note."""
    form = NoteForm()
    with reading() as session:
        note: Note = service.own_note(session, note_id)
        summary = describe(session, note.about)
    form.fill(note)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Note changed"),
            lambda session: service.change_note(session, note_id, form.values(), form.version_number),
            note.version,
        )
        if saved is not None:
            toast(what_to_say(saved))
            return redirect(timeline_url(note.about))
    page = render("timeline/note_form.html", form=form, note=note, summary=summary, back=timeline_url(note.about))
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/notes/<int:note_id>/delete")
@require(WRITE)
def delete_note(note_id: int) -> Answer:
    """Delete a note."""
    with transaction(_("Note deleted")) as session:
        about = service.delete_note(session, note_id)
    toast(_("The note is deleted."))
    return redirect(timeline_url(about))


@blueprint.post("/reminders/<int:reminder_id>/forget")
@require(VIEW)
def take_back_reminder(reminder_id: int) -> Answer:
    """Take one of one's own reminders back."""
    with transaction(_("Reminder taken back")) as session:
        about = forget_reminder(session, reminder_id)
    toast(_("You will not be reminded."))
    return redirect(timeline_url(about))


def _record(kind: str, record_id: int) -> RecordRef:
    try:
        return RecordRef(kind, record_id)
    except ValueError:
        raise NotFound from None
