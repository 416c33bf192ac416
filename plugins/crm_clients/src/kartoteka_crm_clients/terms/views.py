"""Pages of sales terms: the form of a client's terms, and the way from a record to it."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import find, reading
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.web import render_card, require, toast, visitor
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.terms import queries, service
from kartoteka_crm_clients.terms.fields import FIELDS, SEE
from kartoteka_crm_clients.terms.forms import TermsForm
from kartoteka_crm_clients.terms.models import Terms

_ = Texts("crm_clients")
TAB = "clients.overview"
Answer = str | Response | tuple[str, int]


@blueprint.route("/clients/<int:record_id>/terms", methods=["GET", "POST"])
@require(SEE)
def edit_terms(record_id: int) -> Answer:
    """Change the sales terms of a client, as far as the user may; others' changes are merged or shown beside (X-30)."""
    with reading() as session:
        find(session, Client, record_id)
        terms = queries.terms_of(session, record_id)
    form = TermsForm()
    form.limit(visitor().actor)
    if not form.data_fields:
        toast(_("You may see these terms, but change none of them."), "warning")
        return redirect(url_for("clients.show_client", record_id=record_id))
    known = {} if terms is None else {name: getattr(terms, field.attribute) for name, field in FIELDS.items()}
    form.begin(known, 0 if terms is None else terms.version)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Sales terms changed"),
            lambda session: service.set_terms(session, record_id, form.values(), form.version_number),
            terms.version if terms else 0,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("clients.show_client", record_id=record_id))
    cancel_url = url_for("clients.show_client", record_id=record_id)
    page = render_card("crm_clients/terms/form.html", record_id, tab=TAB, form=form, cancel_url=cancel_url)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422


@blueprint.get("/terms/<int:record_id>")
@require(SEE)
def show_terms(record_id: int) -> Answer:
    """Lead to the terms on the card of their client."""
    with reading() as session:
        terms = find(session, Terms, record_id)
    return redirect(url_for("clients.show_client", record_id=terms.client_id, _anchor="crm_clients.terms"))
