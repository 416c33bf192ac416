"""Pages of the document register: the list, a document with its versions, adding, changing, and downloads."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.files import queries, service
from kartoteka.builtin.files.blueprint import blueprint
from kartoteka.builtin.files.clients import typed_client
from kartoteka.builtin.files.fields import ADD, DELETE, EDIT, FILE, NOTE, VIEW, kind_icon
from kartoteka.builtin.files.forms import ChangeForm, NewFileForm, VersionForm
from kartoteka.builtin.files.kinds import REGISTER
from kartoteka.builtin.files.linking import choose_links, links_for
from kartoteka.builtin.files.mails import is_unread_mail
from kartoteka.builtin.files.models import File, FileLink, FileVersion
from kartoteka.builtin.files.pages import offered_to
from kartoteka.builtin.files.previews import can_be_shown, frame_url
from kartoteka.builtin.users.queries import user_names
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.vocabulary.errors import Forbidden, NotFound, Problem
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import require, takes_files
from kartoteka.web.current import visitor
from kartoteka.web.downloads import attachment
from kartoteka.web.i18n import today
from kartoteka.web.links import describe, describe_all
from kartoteka.web.lists import choose_columns, show_filters, show_list
from kartoteka.web.pages import note_record, render
from kartoteka.web.panels import record_actions
from kartoteka.web.saving import save_form
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
_STATES = {
    RecordState.ARCHIVED: _("Document archived"),
    RecordState.DELETED: _("Document moved to the bin"),
    RecordState.ACTIVE: _("Document restored"),
}


@blueprint.get("/")
@require(VIEW)
def list_files() -> Answer:
    """List the documents, searched by number, title and the words in them; filtered by status and kind (CORE-16)."""
    return show_list(REGISTER)


@blueprint.get("/filters")
@require(VIEW)
def filter_files() -> Answer:
    """Ask for all filters at once."""
    return show_filters(REGISTER)


@blueprint.route("/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_file_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(REGISTER, set_preference)


@blueprint.route("/new", methods=["GET", "POST"])
@require(ADD)
@takes_files(service.LARGEST_FORM)
def new_file() -> Answer:
    """Add one or several documents, to the client or the record that the address names."""
    form, about = NewFileForm(), _asked_record()
    with reading() as session:
        client_id = asked_id("client")
        known = queries.client_names(session, [client_id]) if client_id else {}
        named = describe(session, about) if about else None
    form.fill({"registered_on": today(), "kind": "other", "client_number": known[client_id][0] if known else ""})
    if about is not None:
        del form.client_number
    if form.validate_on_submit():
        try:
            stored = _store(form, about)
        except Problem as problem:
            form.take_problem(problem)
        else:
            toast(plural_text("The document is registered.", "%(count)s documents are registered.", len(stored)))
            return redirect(safe_next(request.args.get("next"), queries.file_url(stored[0])))
    links = offered_to(form, about, client_id)
    cancel_url = safe_next(request.args.get("next"), "/files/")
    page = render("files/new.html", form=form, about=named, links=links, cancel_url=cancel_url)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/<int:record_id>")
@require(VIEW)
def show_file(record_id: int) -> Answer:
    """Show a document: what the register says, its versions, and the content where a browser can show it."""
    note_record(RecordRef(FILE, record_id))
    with reading() as session:
        file = queries.see_file(session, record_id)
        context = _described(session, file)
        actions = record_actions(session, RecordRef(FILE, record_id))
    return render("files/file.html", file=file, form=VersionForm(), actions=actions, **context)


@blueprint.get("/versions/<int:record_id>")
@require(VIEW)
def show_version(record_id: int) -> Answer:
    """Lead to the document of a version."""
    with reading() as session:
        version = find(session, FileVersion, record_id)
    return redirect(queries.file_url(version.file_id))


@blueprint.get("/links/<int:record_id>")
@require(VIEW)
def show_link(record_id: int) -> Answer:
    """Lead to the document of a link."""
    with reading() as session:
        link = find(session, FileLink, record_id)
    return redirect(queries.file_url(link.file_id))


@blueprint.route("/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
def edit_file(record_id: int) -> Answer:
    """Change what the register says about a document."""
    form = ChangeForm()
    with reading() as session:
        file = queries.see_file(session, record_id)
        chosen = [one for one in (asked_id("client"), file.client_id) if one]
        known = queries.client_names(session, chosen)
    number = next((known[one][0] for one in chosen if one in known), "")
    values = {field.short_name: getattr(file, field.short_name, None) for field in form.data_fields}
    form.fill({**values, "client_number": number, "version": file.version})
    if file.about is not None or (file.client_id is not None and file.client_id not in known):
        del form.client_number
    if form.validate_on_submit():

        def change(session: Session) -> File:
            return service.change_file(session, record_id, _values(session, form), form.version_number)

        if save_form(form, _("Document changed"), change, file.version) is not None:
            toast(_("Saved."))
            return redirect(queries.file_url(record_id))
    page = render("files/edit.html", form=form, file=file, cancel_url=queries.file_url(record_id))
    return page, (409 if hasattr(form, "conflict") else 422) if form.is_submitted() else 200


@blueprint.post("/<int:record_id>/versions")
@require(EDIT)
@takes_files(service.LARGEST_FORM)
def save_version(record_id: int) -> Answer:
    """Save a new version of a document; the old ones stay."""
    form = VersionForm()
    if form.validate_on_submit():
        upload = form.file.data[0]
        try:
            content = service.keep_upload(upload.stream, upload.filename)
            with transaction(_("New version of a document")) as session:
                comment = form.comment.data or ""
                saved = service.save_version(session, record_id, content, upload.filename, comment=comment)
        except NotFound:
            raise
        except Problem as problem:
            form.take_problem(problem)
        else:
            toast(_("The new version is saved.") if saved else _("This is the content that is there already."))
            return redirect(queries.file_url(record_id))
    with reading() as session:
        file = queries.see_file(session, record_id)
        context = _described(session, file)
    return render("files/file.html", file=file, form=form, actions=[], **context), 422


@blueprint.post("/<int:record_id>/versions/<int:number>/back")
@require(EDIT)
def bring_back_version(record_id: int, number: int) -> Answer:
    """Save the content of an old version as the newest one."""
    with transaction(_("Old version of a document brought back")) as session:
        service.bring_back_version(session, record_id, number)
    toast(_("The new version is saved."))
    return redirect(queries.file_url(record_id))


@blueprint.post("/<int:record_id>/state")
@require(VIEW)
def set_file_state(record_id: int) -> Answer:
    """Put a document away (``to=archived``), into the bin (``to=deleted``), or take it back (``to=active``)."""
    wanted = request.form.get("to", "")
    with reading() as session:
        file = queries.see_file(session, record_id)
    if wanted not in _STATES:
        return redirect(queries.file_url(record_id))
    _demand(DELETE if RecordState.DELETED in (wanted, file.state) else EDIT)
    with transaction(_STATES[wanted]) as session:
        service.set_state(session, record_id, wanted)
    toast(_STATES[wanted])
    return redirect(queries.file_url(record_id))


@blueprint.get("/<int:record_id>/download")
@require(VIEW)
def download_file(record_id: int) -> Response:
    """Hand out the last version, or that named by ``version``; rights are looked at each time."""
    with reading() as session:
        file = queries.see_file(session, record_id)
        number = asked_id("version")
        holder = queries.find_version(session, file, number) if number else file
        return content_response(session, holder)


def content_response(session: Session, holder: File | FileVersion) -> Response:
    """Return a content as a download that no browser opens by itself."""
    stream = queries.open_content(session, holder)
    answer = Response(iter(lambda: stream.read(65536), b""), mimetype=holder.mimetype)
    answer.content_length = holder.size
    answer.headers["Content-Disposition"] = attachment(holder.filename)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.call_on_close(stream.close)
    return answer


def _described(session: Session, file: File) -> dict[str, Any]:
    versions = queries.versions_of(session, file)
    asked = asked_id("version") or file.latest
    shown = next((one for one in versions if one.number == asked), versions[0])
    holder = queries.find_version(session, file, shown.number)
    choices = queries.choices_of_files(session)
    refs = [*([file.about] if file.about else []), *queries.links_of(session, file)]
    return {
        "versions": versions,
        "shown": shown,
        "reads_note": NOTE.is_readable(visitor().can),
        "is_old": shown.number != file.latest,
        "frame": frame_url(holder) if can_be_shown(holder) else None,
        "client": queries.client_names(session, [file.client_id] if file.client_id else []).get(file.client_id or 0),
        "links": list(describe_all(session, refs).values()),
        "may_link": bool(links_for(session, file.client_id)) and file.state == RecordState.ACTIVE,
        "registrar": user_names(session, [file.registered_by or 0]).get(file.registered_by or 0, ""),
        "kind": choices.kinds.get(file.kind),
        "status": choices.statuses.get(file.status),
        "icon_of": kind_icon,
        "office": office_link(file),
        "is_unread_mail": is_unread_mail(file.filename),
    }


def office_link(file: File) -> str | None:
    """Return the address that opens a document in the office program, which saves straight back; None for others."""
    programs = {"docx": "ms-word", "doc": "ms-word", "xlsx": "ms-excel", "xls": "ms-excel", "pptx": "ms-powerpoint"}
    program = programs.get(file.filename.rpartition(".")[2].lower())
    if program is None or file.state != RecordState.ACTIVE:
        return None
    return f"{program}:ofe|u|{url_for('files.list_files', _external=True).removesuffix('/files/')}{dav_path(file)}"


def dav_path(file: File) -> str:
    """Return where programs find a document."""
    return f"/dav/documents/{file.id}/{quote(file.filename)}"


def _store(form: NewFileForm, about: RecordRef | None) -> list[int]:
    """Store each of the uploaded files; all of them, or none."""
    contents = [service.keep_upload(upload.stream, upload.filename) for upload in form.file.data]
    with transaction(_("Documents registered")) as session:
        values = _values(session, form)
        uploads, title, records = values.pop("file"), values.pop("title"), values.pop("records")
        stored = [
            service.store_file(
                session,
                content,
                upload.filename,
                about=about,
                title=(title or "") if len(uploads) == 1 else "",
                **values,
            ).id
            for upload, content in zip(uploads, contents, strict=True)
        ]
        for one in stored if records else ():
            choose_links(session, one, records)
        return stored


def _values(session: Session, form: Any) -> dict[str, Any]:
    """Return what was typed, with the client whose number was typed."""
    values: dict[str, Any] = form.values()
    if "client_number" in values:
        values["client_id"] = typed_client(session, values.pop("client_number") or "")
    return values


def _asked_record() -> RecordRef | None:
    try:
        return RecordRef.parse(request.args["about"]) if "about" in request.args else None
    except ValueError:
        raise NotFound from None


def _demand(permission: str) -> None:
    if not visitor().can(permission):
        raise Forbidden(permission=permission)
