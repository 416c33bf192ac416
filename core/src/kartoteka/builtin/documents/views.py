"""Pages of documents: the list, making one with a look at it first, the document with its PDF, taking it back."""

from __future__ import annotations

import io
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.documents import queries, service
from kartoteka.builtin.documents.composing import language_of
from kartoteka.builtin.documents.forms import SendForm, VoidForm
from kartoteka.builtin.documents.models import DOCUMENT, SEND, VIEW, VOID, DocumentState
from kartoteka.builtin.documents.pictures import Pages, look_at
from kartoteka.builtin.mail.queries import addresses_of
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import reading, transaction
from kartoteka.extension.dispatch import document_types
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Problem, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import ModuleBlueprint, require
from kartoteka.web.current import visitor
from kartoteka.web.downloads import file_response
from kartoteka.web.i18n import LANGUAGES
from kartoteka.web.links import describe_all
from kartoteka.web.pages import note_record, render
from kartoteka.web.panels import record_actions
from kartoteka.web.toasts import toast

blueprint = ModuleBlueprint("documents", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@require(VIEW)
def show_documents() -> Answer:
    """List the documents that were made, the newest first; ``type`` shows one sort, ``before`` continues."""
    before, chosen = asked_id("before"), request.args.get("type", "")
    with reading() as session:
        types = {one.key: one for one in document_types(session)}
        found = queries.newest_documents(session, before=before, type=chosen, limit=queries.PAGE + 1)
        documents = found[: queries.PAGE]
        sources = describe_all(session, [one.source for one in documents if one.source])
        makers = user_names(session, sorted({one.user_id for one in documents if one.user_id}))
    older = documents[-1].id if len(found) > queries.PAGE else None
    return render(
        "documents/documents.html",
        documents=documents,
        types=types,
        type=chosen,
        sources=sources,
        makers=makers,
        older=older,
        before=before,
        voided=DocumentState.VOIDED,
    )


@blueprint.route("/new/<module>/<name>", methods=["GET", "POST"])
@require(VIEW)
def new_document(module: str, name: str) -> Answer:
    """Look at the document of a record in one of the languages (GET), and make it (POST)."""
    record = _asked_record()
    language = request.values.get("language", "")
    language = language if language in LANGUAGES else ""
    if request.method == "POST":
        try:
            with transaction(_("Document created")) as session:
                made = service.issue_document(session, f"{module}.{name}", record, language=language)
        except Refused as problem:
            toast(problem.message, kind="error")
            return redirect(url_for("documents.new_document", module=module, name=name, record=str(record)))
        toast(_("“%(title)s” is made.", title=made.title))
        return redirect(url_for("documents.show_document", record_id=made.id))
    with reading() as session:
        declared = queries.type_of(session, f"{module}.{name}")
        content = queries.content_of(session, declared, record)
        language = language or language_of(session, content.country)
        setting = queries.draft(session, declared, content, language)
        source = describe_all(session, [record]).get(record)
        earlier = queries.documents_of(session, record, 5)
        objections = queries.objections_to(session, declared, content)
        notices = queries.notices_about(session, declared, content)
    return render(
        "documents/new.html",
        declared=declared,
        record=record,
        source=source,
        language=language,
        languages=LANGUAGES,
        pages=look_at(setting),
        earlier=[one for one in earlier if one.type == declared.key],
        objections=objections,
        notices=notices,
        is_refused=any(one.is_refusal for one in objections),
    )


@blueprint.get("/<int:record_id>")
@require(VIEW)
def show_document(record_id: int) -> Answer:
    """Show a document with its pages."""
    return render("documents/document.html", **_shown(record_id), form=VoidForm())


@blueprint.get("/<int:record_id>/pdf")
@require(VIEW)
def download_pdf(record_id: int) -> Answer:
    """Send the document as a PDF."""
    with reading() as session:
        document = queries.find_document(session, record_id)
        pdf = service.pdf_of(session, document)
    file = io.BytesIO(pdf)
    file.seek(0, io.SEEK_END)
    return file_response(file, "application/pdf", service.file_name(document))


@blueprint.post("/<int:record_id>/void")
@require(VIEW, VOID)
def void_document(record_id: int) -> Answer:
    """Take a document out of force."""
    form = VoidForm()
    if form.validate():
        try:
            with transaction(_("Document voided")) as session:
                service.void_document(session, record_id, form.values()["reason"] or "")
        except InvalidInput as problem:
            form.take_problem(problem)
        except Refused as problem:
            toast(problem.message, kind="error")
            return redirect(url_for("documents.show_document", record_id=record_id))
        else:
            toast(_("The document is void."))
            return redirect(url_for("documents.show_document", record_id=record_id))
    return render("documents/document.html", **_shown(record_id), form=form), 422


@blueprint.route("/<int:record_id>/send", methods=["GET", "POST"])
@require(VIEW, SEND)
def send_document(record_id: int) -> Answer:
    """Send the document by mail, to an address of its client (CORE-23)."""
    with reading() as session:
        document = queries.find_document(session, record_id)
        _client, known = addresses_of(session, RecordRef(DOCUMENT, record_id), [document.type])
    form = SendForm()
    title = " ".join(filter(None, (document.number, document.title)))
    form.fill({"to": known[0].address if known else "", "subject": title})
    if form.validate_on_submit():
        values = form.values()
        try:
            with reading() as session:
                pdf = service.pdf_of(session, queries.find_document(session, record_id))
            with transaction(_("Document sent")) as session:
                service.send_document(session, record_id, pdf, values["to"], values["subject"], values["text"] or "")
        except Problem as problem:
            form.take_problem(problem)
        else:
            toast(_("The e-mail is on its way."))
            return redirect(url_for("documents.show_document", record_id=record_id))
    page = render("documents/send.html", document=document, form=form, known=known)
    return (page, 422) if form.is_submitted() else page


def _shown(record_id: int) -> dict[str, Any]:
    with reading() as session:
        document = queries.find_document(session, record_id)
        setting = queries.setting_of(session, document)
        source = document.source
        shown = {
            "document": document,
            "declared": queries.type_of(session, document.type),
            "source": describe_all(session, [source]).get(source) if source else None,
            "maker": user_names(session, [document.user_id]).get(document.user_id) if document.user_id else None,
            "language_title": LANGUAGES.get(document.language, document.language),
            "is_void": document.state == DocumentState.VOIDED,
            "may_send": document.state == DocumentState.MADE and visitor().can(SEND),
            "may_void": document.state == DocumentState.MADE and visitor().can(VOID),
        }
        note_record(RecordRef(DOCUMENT, record_id))
        shown["actions"] = record_actions(session, RecordRef(DOCUMENT, record_id))
    pages: Pages = look_at(setting)
    return {**shown, "pages": pages}


def _asked_record() -> RecordRef:
    try:
        return RecordRef.parse(request.values.get("record", ""))
    except ValueError:
        raise NotFound from None
