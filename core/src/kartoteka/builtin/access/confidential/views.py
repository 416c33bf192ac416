"""The page on which fields are marked as confidential."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.access.blueprint import blueprint
from kartoteka.builtin.access.confidential import service
from kartoteka.builtin.access.confidential.queries import markable_fields, marked_fields
from kartoteka.builtin.access.confidential.reasons import open_fields
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.current import current, modules_on
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response


@blueprint.get("/confidential")
@require("access.manage")
def show_confidential() -> Answer:
    """List the fields that may be confidential, by record kind, and which of them are."""
    with reading() as session:
        marks = marked_fields(session)
    on = modules_on()
    groups = [
        (kind, fields, open_fields(kind, fields))
        for kind, fields in markable_fields(current().registry)
        if kind.module in on
    ]
    return render("access/confidential.html", groups=groups, marks=marks)


@blueprint.post("/confidential")
@require("access.manage")
def mark_confidential() -> Answer:
    """Let exactly the ticked fields of one record kind be confidential."""
    kind = request.form.get("kind", "")
    if kind not in {found.kind for found, _fields in markable_fields(current().registry)}:
        raise NotFound
    with transaction(_("Confidential fields changed")) as session:
        service.mark_fields(session, kind, request.form.getlist("field"))
    toast(_("Saved. It counts from everybody's next click."))
    return redirect(url_for("access.show_confidential"))
