"""Pages of privacy: what is kept about a client, the file of it, erasing it, and what was erased."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import redirect, send_file, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.privacy import queries, service
from kartoteka.builtin.privacy.exporting import Package, pack, write_zip
from kartoteka.builtin.privacy.rights import ERASE, EXPORT
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.extension.declarations.work import Action
from kartoteka.vocabulary.errors import NotFound, Problem, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import ModuleBlueprint, require
from kartoteka.web.forms import Form, LineField, YesNoField
from kartoteka.web.pages import render, render_part
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
blueprint = ModuleBlueprint("privacy", __name__)


class Shown(NamedTuple):
    """Whom a page is about, and where its buttons lead."""

    title: str
    subtitle: str
    card: str
    export: str
    erase: str


class EraseForm(Form):
    """Why a client is erased, and that whoever asks for it means it."""

    reason = LineField(
        _("Reason"),
        required=True,
        max_length=service.REASON_LENGTH,
        help=_("Who asked for it and when. Leave out names: this line stays."),
    )
    sure = YesNoField(_("Erase permanently: this can't be undone"))


@blueprint.get("/")
@require(ERASE)
def list_erasures() -> Answer:
    """List what was erased, the newest first."""
    before = asked_id("before")
    with reading() as session:
        rows, more = queries.list_erasures(session, before)
    return render("privacy/erasures.html", rows=rows, more=more, before=before)


@blueprint.get("/clients/<int:record_id>")
@require(EXPORT)
def show_client(record_id: int) -> Answer:
    """Show what is kept about a client: it can be given out and, with the right, erased."""
    return _show(record_id, EraseForm())


@blueprint.post("/clients/<int:record_id>/export")
@require(EXPORT)
def export_client(record_id: int) -> Answer:
    """Give out everything that is kept about a client as one file; that is noted in the audit log."""
    try:
        with transaction() as session:
            number = service.note_export(session, record_id).number
    except Refused as problem:
        toast(problem.message, kind="error")
        return redirect(url_for("privacy.show_client", record_id=record_id))
    with reading() as session:
        return send_package(session, pack(session, record_id), number)


@blueprint.post("/clients/<int:record_id>/erase")
@require(ERASE)
def erase_client(record_id: int) -> Answer:
    """Erase a client's personal data."""
    form = EraseForm()
    if erased(form, lambda session: service.erase_client(session, record_id, str(form.reason.data))):
        return redirect(url_for("privacy.show_client", record_id=record_id))
    return _show(record_id, form)


def erased(form: EraseForm, erase: Callable[[Session], object]) -> bool:
    """Erase when the form says so; False when it has to be shown again."""
    if not form.validate_on_submit():
        return False
    if not form.sure.data:
        form.add_error("sure", _("Tick this to confirm."))
        return False
    try:
        with transaction(_("Personal data erased")) as session:
            erase(session)
    except NotFound:
        raise
    except Problem as problem:
        form.take_problem(problem)
        return False
    toast(_("The personal data is erased."))
    return True


def send_package(session: Session, package: Package, number: str) -> Response:
    """Return the file with everything that is kept."""
    page = render_part("privacy/export.html", package=package, number=number, made_at=utc_now())
    file = write_zip(session, package, str(page))
    return send_file(file, "application/zip", as_attachment=True, download_name=f"{number}.zip")


def _show(record_id: int, form: EraseForm) -> Answer:
    with reading() as session:
        client = find(session, Client, record_id)
        held = queries.held_about(session, record_id)
        erasure = queries.last_erasure(session, record_id)
    about = Shown(
        title=client.name,
        subtitle=client.number,
        card=url_for("clients.show_client", record_id=record_id),
        export=url_for("privacy.export_client", record_id=record_id),
        erase=url_for("privacy.erase_client", record_id=record_id),
    )
    page = render("privacy/held.html", about=about, held=held, erasure=erasure, form=form)
    return page, 422 if form.is_submitted() else 200


def _page(records: list[RecordRef]) -> str:
    return f"/privacy/clients/{records[0].id}"


ACTION = Action(
    name="data",
    kinds=(service.CLIENT_KIND,),
    title=_("Personal data"),
    icon="user-shield",
    permission=EXPORT,
    page=_page,
    minor=True,
    weight=750,
)
