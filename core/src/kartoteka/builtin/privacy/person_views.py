"""Pages about one person among a client's records: what is kept, the file of it, erasing the person alone."""

from __future__ import annotations

from flask import redirect, url_for

from kartoteka.builtin.privacy import queries, service
from kartoteka.builtin.privacy.exporting import pack_person
from kartoteka.builtin.privacy.persons import find_person
from kartoteka.builtin.privacy.rights import ERASE, EXPORT
from kartoteka.builtin.privacy.views import Answer, EraseForm, Shown, blueprint, erased, send_package
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast


@blueprint.get("/persons/<kind>/<int:record_id>")
@require(EXPORT)
def show_person(kind: str, record_id: int) -> Answer:
    """Show what is kept about a person among a client's records."""
    return _show(kind, record_id, EraseForm())


@blueprint.post("/persons/<kind>/<int:record_id>/export")
@require(EXPORT)
def export_person(kind: str, record_id: int) -> Answer:
    """Give out everything that is kept about the person as one file; that is noted in the audit log."""
    try:
        with transaction() as session:
            service.note_person_export(session, kind, record_id)
    except Refused as problem:
        toast(problem.message, kind="error")
        return redirect(url_for("privacy.show_person", kind=kind, record_id=record_id))
    with reading() as session:
        found = find_person(session, kind, record_id)
        return send_package(session, pack_person(session, *found), f"{kind}-{record_id}")


@blueprint.post("/persons/<kind>/<int:record_id>/erase")
@require(ERASE)
def erase_person(kind: str, record_id: int) -> Answer:
    """Erase the person; the client stays."""
    with reading() as session:
        find_person(session, kind, record_id)
    form = EraseForm()
    if erased(form, lambda session: service.erase_person(session, kind, record_id, str(form.reason.data))):
        return redirect(url_for("privacy.show_person", kind=kind, record_id=record_id))
    return _show(kind, record_id, form)


def _show(kind_name: str, record_id: int, form: EraseForm) -> Answer:
    with reading() as session:
        kind, record = find_person(session, kind_name, record_id)
        summary = kind.summarise(session, [record_id])[record_id]
        held = queries.held_about_person(session, kind, record)
        erasure = queries.last_erasure_of_person(session, RecordRef(kind.kind, record_id))
    about = Shown(
        title=summary.title,
        subtitle=str(kind.title),
        card=kind.url(record_id),
        export=url_for("privacy.export_person", kind=kind_name, record_id=record_id),
        erase=url_for("privacy.erase_person", kind=kind_name, record_id=record_id),
    )
    page = render("privacy/held.html", about=about, held=held, erasure=erasure, form=form, is_person=True)
    return page, 422 if form.is_submitted() else 200
