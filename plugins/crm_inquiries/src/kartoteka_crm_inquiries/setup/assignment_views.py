"""Pages of the rules that give new inquiries to people (X-29)."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import find, reading, transaction
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import render, require, toast
from kartoteka_crm_inquiries.assignment import queries, service
from kartoteka_crm_inquiries.assignment.models import Assignment
from kartoteka_crm_inquiries.assignment.rules import WAYS
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries.rules import SORTS
from kartoteka_crm_inquiries.naming import MANAGE_INTAKE
from kartoteka_crm_inquiries.setup.forms import AssignmentForm

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]


@blueprint.get("/assignment/")
@require(MANAGE_INTAKE)
def list_assignments() -> Answer:
    """List the rules in the order in which they are tried."""
    with reading() as session:
        rules = queries.rules_in_order(session)
        names = dict(active_users(session))
    return render("crm_inquiries/setup/assignments.html", rules=rules, names=names, ways=WAYS, sorts=SORTS)


@blueprint.route("/assignment/new", methods=["GET", "POST"])
@require(MANAGE_INTAKE)
def new_assignment() -> Answer:
    """Add a rule."""
    form = AssignmentForm()
    if form.validate_on_submit():
        made = save_form(form, _("Rule added"), lambda session: service.add_assignment(session, _values(form)))
        if made is not None:
            toast(_("The rule is added."))
            return redirect(url_for("crm_inquiries.list_assignments"))
    return _form(form, _("New rule"))


@blueprint.route("/assignment/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE_INTAKE)
def edit_assignment(record_id: int) -> Answer:
    """Change a rule."""
    with reading() as session:
        rule = find(session, Assignment, record_id)
    form = AssignmentForm()
    known = {name: getattr(rule, name) for name in ("name", "sort", "source_id", "country", "way", "users", "version")}
    form.fill({**known, "places": ", ".join(map(str, rule.places))})
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Rule changed"),
            lambda session: service.change_assignment(session, record_id, _values(form), form.version_number),
            rule.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("crm_inquiries.list_assignments"))
    return _form(form, rule.name)


@blueprint.post("/assignment/<int:record_id>/shift")
@require(MANAGE_INTAKE)
def shift_assignment(record_id: int) -> Answer:
    """Move a rule one place up or down."""
    with transaction(_("Rules reordered")) as session:
        service.shift_assignment(session, record_id, 1 if request.form.get("way") == "down" else -1)
    return redirect(url_for("crm_inquiries.list_assignments"))


@blueprint.post("/assignment/<int:record_id>/remove")
@require(MANAGE_INTAKE)
def remove_assignment(record_id: int) -> Answer:
    """Take a rule out of use."""
    with transaction(_("Rule removed")) as session:
        service.remove_assignment(session, record_id)
    toast(_("The rule is removed."))
    return redirect(url_for("crm_inquiries.list_assignments"))


def _values(form: Any) -> dict[str, Any]:
    return {**form.values(), "users": form.users.data or []}


def _form(form: Any, title: Any) -> Answer:
    back = url_for("crm_inquiries.list_assignments")
    page = render("crm_inquiries/setup/form.html", form=form, title=title, cancel_url=back)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422
