"""Pages of the company's own fields: the record kinds that may have some, the fields of one, and a field."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.custom_fields import queries, service
from kartoteka.builtin.custom_fields.forms import field_form, new_form
from kartoteka.builtin.custom_fields.models import CustomFieldRow
from kartoteka.builtin.custom_fields.queries import MANAGE
from kartoteka.db.session import find, reading, transaction
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint, require
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
blueprint = ModuleBlueprint("custom_fields", __name__)

_KIND = "custom_fields.show_kind"


@blueprint.get("/")
@require(MANAGE)
def show_kinds() -> Answer:
    """List the record kinds that may have fields of the company, with how many they have."""
    with reading() as session:
        kinds = queries.kinds_in_use(session)
        counted = queries.count_fields(session)
    return render("custom_fields/kinds.html", kinds=kinds, counted=counted)


@blueprint.route("/kinds/<kind>", methods=["GET", "POST"])
@require(MANAGE)
def show_kind(kind: str) -> Answer:
    """List the fields of a record kind, and add one."""
    with reading() as session:
        known = queries.find_kind(session, kind)
    form = new_form()
    if form.validate_on_submit():
        row = save_form(form, _("Field added"), lambda session: service.add_field(session, kind, form.field_values()))
        if row is not None:
            toast(_("“%(name)s” is added.", name=row.title))
            return redirect(url_for(_KIND, kind=kind))
    return _show_kind(known, form)


@blueprint.route("/fields/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE)
def show_field(record_id: int) -> Answer:
    """Show a field and change it."""
    with reading() as session:
        row = find(session, CustomFieldRow, record_id)
        known = queries.find_kind(session, row.kind)
        filled = queries.count_filled(session, row)
    form = field_form(row)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Field changed"),
            lambda session: service.change_field(session, record_id, form.field_values(), form.version_number),
            row.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for(_KIND, kind=row.kind))
    page = render(
        "custom_fields/field.html",
        row=row,
        kind=known,
        form=form,
        filled=filled,
        title=queries.title_of(row),
        type_title=queries.type_title(row),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/fields/<int:record_id>/move")
@require(MANAGE)
def move_field(record_id: int) -> Answer:
    """Let a field change places with its neighbour: above it with ``up``, below it otherwise."""
    with transaction(_("Fields reordered")) as session:
        row = service.move_field(session, record_id, up="up" in request.form)
    return redirect(url_for(_KIND, kind=row.kind, _anchor=f"field-{row.id}"))


def _show_kind(kind: RecordKind, form: Any) -> Answer:
    with reading() as session:
        rows = queries.list_fields(session, kind.kind)
    page = render(
        "custom_fields/kind.html",
        kind=kind,
        rows=rows,
        form=form,
        title_of=queries.title_of,
        type_title=queries.type_title,
    )
    return page, 422 if form.is_submitted() else 200
