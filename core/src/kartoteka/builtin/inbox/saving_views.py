"""The page that puts a mail, or a file of it, among a client's documents."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response

from kartoteka.builtin.files.pages import offered_to
from kartoteka.builtin.files.queries import client_names, client_numbered, file_url
from kartoteka.builtin.files.service import links_for, with_above
from kartoteka.builtin.inbox import queries, service
from kartoteka.builtin.inbox.blueprint import blueprint
from kartoteka.builtin.inbox.forms import SaveForm
from kartoteka.builtin.inbox.models import VIEW, InboxMail
from kartoteka.db.session import Session, find, reading
from kartoteka.vocabulary.errors import InvalidInput, NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

ADDS_FILES = "files.add"


@blueprint.route("/<int:record_id>/save", methods=["GET", "POST"])
@require(VIEW, ADDS_FILES)
def save_mail(record_id: int) -> str | Response | tuple[str, int]:
    """Put a mail among a client's documents, with kind and title (CORE-19)."""
    form = SaveForm()
    with reading() as session:
        mail = find(session, InboxMail, record_id)
        if mail.blob is None:
            raise NotFound
        known = client_names(session, [mail.client_id] if mail.client_id else [])
        records = with_above(links_for(session, mail.client_id), mail.about) if mail.about is not None else []
    form.offer(mail.attachments)
    number = known[mail.client_id][0] if mail.client_id in known else ""
    form.fill({"client_number": number, "kind": "letter", "title": mail.subject[:200], "records": records})
    if form.validate_on_submit():
        title = _("E-mail saved to documents")
        if document := save_form(form, title, lambda session: _save(session, record_id, form)):
            toast(_("The e-mail is among the client's documents."))
            return redirect(file_url(document))
    links = offered_to(form, None, mail.client_id)
    page = render("inbox/save.html", mail=mail, form=form, links=links, cancel_url=queries.mail_url(record_id))
    return page, 422 if form.is_submitted() else 200


def _save(session: Session, mail_id: int, form: SaveForm) -> int:
    client_id = client_numbered(session, form.client_number.data or "")
    if client_id is None:
        raise InvalidInput({"client_number": _("There is no client with this number, or you may not see it.")})
    return service.save_as_document(
        session,
        mail_id,
        client_id,
        kind=form.kind.data,
        title=form.title.data or "",
        position=int(form.part.data) if form.part.data else None,
        records=form.records.data,
    )
