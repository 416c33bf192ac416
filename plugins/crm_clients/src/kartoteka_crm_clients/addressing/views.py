"""The settings page: which contact and which address is right for which document and mail."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, reading, transaction
from kartoteka.api.errors import Problem
from kartoteka.api.texts import Texts, Translatable
from kartoteka.api.web import render, require, toast
from kartoteka.api.work import document_topics
from kartoteka_crm_clients.addressing import queries, service
from kartoteka_crm_clients.addressing.fields import MANAGE
from kartoteka_crm_clients.addressing.rules import Choice, usual_choice
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.fields import KIND_CHOICES, ROLE_CHOICES

_ = Texts("crm_clients")


@blueprint.route("/addressing", methods=["GET", "POST"])
@require(MANAGE)
def choose_addressing() -> str | Response:
    """Show what is chosen for each kind of document and mail, and change it."""
    with reading() as session:
        topics = dict(document_topics(session))
        rows = _rows(session, topics)
    if request.method == "POST":
        choices = {
            topic: Choice(request.form.get(f"role:{topic}", "")[:40], request.form.get(f"address:{topic}", "")[:20])
            for topic in topics
            if f"role:{topic}" in request.form and f"address:{topic}" in request.form
        }
        try:
            with transaction(_("Recipients of documents chosen")) as session:
                service.save_choices(session, choices, topics)
        except Problem as problem:
            toast(problem.message, kind="error")
        else:
            toast(_("Saved."))
        return redirect(url_for("crm_clients.choose_addressing"))
    return render("crm_clients/addressing/page.html", rows=rows, roles=ROLE_CHOICES, kinds=KIND_CHOICES)


def _rows(session: Session, topics: dict[str, Translatable]) -> list[tuple[str, Translatable, Choice]]:
    chosen = queries.chosen(session)
    return [(topic, title, chosen.get(topic, usual_choice(topic))) for topic, title in topics.items()]
