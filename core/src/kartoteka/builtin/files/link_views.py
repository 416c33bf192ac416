"""Choosing to which records of its client a document belongs: beside a form, and on a page of its own (CORE-15)."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from kartoteka.builtin.files import queries
from kartoteka.builtin.files.blueprint import blueprint
from kartoteka.builtin.files.clients import typed_client
from kartoteka.builtin.files.fields import EDIT, VIEW
from kartoteka.builtin.files.forms import LinksForm
from kartoteka.builtin.files.linking import choose_links, offered_links
from kartoteka.db.session import reading
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.pages import is_fragment, render, render_part
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


@blueprint.get("/links")
@require(VIEW)
def offer_links() -> Answer:
    """Offer the records of the client that was typed, for a form that is being filled in."""
    if not is_fragment():
        return redirect("/files/new")
    with reading() as session:
        try:
            client_id = typed_client(session, request.args.get("client_number", "")[:200])
        except InvalidInput:
            client_id = None
        links = offered_links(session, client_id)
    return str(render_part("files/links.html", links=links, chosen=frozenset()))


@blueprint.route("/<int:record_id>/links", methods=["GET", "POST"])
@require(EDIT)
def choose_file_links(record_id: int) -> Answer:
    """Choose to which records of its client a document belongs."""
    form = LinksForm()
    with reading() as session:
        file = queries.see_file(session, record_id)
        links = offered_links(session, file.client_id)
        form.fill({"records": queries.links_of(session, file)})
    if form.validate_on_submit():
        saved = save_form(
            form, _("Document changed"), lambda session: choose_links(session, record_id, form.records.data)
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(queries.file_url(record_id))
    page = render("files/choose_links.html", form=form, file=file, links=links, cancel_url=queries.file_url(record_id))
    return page, 422 if form.is_submitted() else 200
