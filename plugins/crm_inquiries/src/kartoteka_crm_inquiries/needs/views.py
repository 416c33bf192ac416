"""Pages of needs and appeals: their lists, and the forms on the client card."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import find, reading, transaction, utc_now
from kartoteka.api.forms import save_form
from kartoteka.api.lists import choose_columns, show_filters, show_list
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.users import set_preference
from kartoteka.api.web import asked_id, render, require, stream_page, toast, today, visitor
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import APPEAL, EDIT, VIEW
from kartoteka_crm_inquiries.needs import queries, service
from kartoteka_crm_inquiries.needs.fields import INTEREST, NEED_SORT
from kartoteka_crm_inquiries.needs.forms import AppealForm, NeedForm
from kartoteka_crm_inquiries.needs.listing import APPEAL_LIST, NEED_LIST
from kartoteka_crm_inquiries.needs.models import Appeal, Need

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]


@blueprint.get("/needs/")
@require(VIEW)
def list_needs() -> Answer:
    """List what clients need and are interested in, by group of products (IN-07)."""
    return show_list(NEED_LIST)


@blueprint.get("/needs/filters")
@require(VIEW)
def filter_needs() -> Answer:
    """Ask for all filters at once."""
    return show_filters(NEED_LIST)


@blueprint.route("/needs/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_need_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(NEED_LIST, set_preference)


@blueprint.get("/appeals/")
@require(VIEW)
def list_appeals() -> Answer:
    """List the appeals of clients: channel, subject, who answers for them, and what came of them (IN-07)."""
    return show_list(APPEAL_LIST)


@blueprint.get("/appeals/filters")
@require(VIEW)
def filter_appeals() -> Answer:
    """Ask for all filters at once."""
    return show_filters(APPEAL_LIST)


@blueprint.route("/appeals/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_appeal_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(APPEAL_LIST, set_preference)


@blueprint.route("/clients/<int:record_id>/needs/new", methods=["GET", "POST"])
@require(EDIT)
def new_need(record_id: int) -> Answer:
    """Note what a client needs; ``inquiry`` is the one it was told with."""
    form = NeedForm()
    with reading() as session:
        client = find(session, Client, record_id)
        inquiry_id = _asked_inquiry(session)
    is_new = client.relationship == "potential"
    form.fill({"noted_on": today(), "sort": INTEREST if is_new else NEED_SORT})
    if form.validate_on_submit():
        values = {**form.values(), "inquiry_id": inquiry_id}
        saved = save_form(form, _("Need noted"), lambda session: service.add_need(session, record_id, values))
        if saved is not None:
            toast(_("It is noted."))
            if inquiry_id is not None:
                return redirect(url_for("crm_inquiries.show_inquiry", record_id=inquiry_id))
            return redirect(url_for("clients.show_client", record_id=record_id))
    return _form_page(form, client, _("What is wanted"))


@blueprint.get("/needs/<int:record_id>")
@require(VIEW)
def show_need(record_id: int) -> Answer:
    """Lead to the card of the client who needs it, or to the form for who may change it."""
    with reading() as session:
        need = find(session, Need, record_id)
    if visitor().can(EDIT):
        return redirect(url_for("crm_inquiries.edit_need", record_id=record_id))
    return redirect(url_for("clients.show_client", record_id=need.client_id))


@blueprint.route("/needs/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
def edit_need(record_id: int) -> Answer:
    """Change what is noted of a need."""
    form = NeedForm()
    with reading() as session:
        need = find(session, Need, record_id)
        client = find(session, Client, need.client_id)
    form.fill(need)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Need changed"),
            lambda session: service.change_need(session, record_id, form.values(), form.version_number),
            need.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("clients.show_client", record_id=need.client_id))
    away = url_for("crm_inquiries.archive_need", record_id=record_id)
    return _form_page(form, client, _("What is wanted"), away=away)


@blueprint.post("/needs/<int:record_id>/archive")
@require(EDIT)
def archive_need(record_id: int) -> Answer:
    """Put a need away."""
    with transaction(_("Need archived")) as session:
        need = service.archive_need(session, record_id)
    toast(_("Archived."))
    return redirect(url_for("clients.show_client", record_id=need.client_id))


@blueprint.route("/clients/<int:record_id>/appeals/new", methods=["GET", "POST"])
@require(EDIT)
def new_appeal(record_id: int) -> Answer:
    """Register that a client turned to the company."""
    form = AppealForm()
    with reading() as session:
        client = find(session, Client, record_id)
    form.fill({"received_at": utc_now(), "manager_id": visitor().id, "status": "new"})
    if form.validate_on_submit():
        saved = save_form(
            form, _("Appeal registered"), lambda session: service.add_appeal(session, record_id, form.values())
        )
        if saved is not None:
            toast(_("%(number)s is registered.", number=saved.number))
            return redirect(url_for("crm_inquiries.show_appeal", record_id=saved.id))
    return _form_page(form, client, _("New appeal"))


@blueprint.route("/appeals/<int:record_id>", methods=["GET", "POST"])
@require(VIEW)
def show_appeal(record_id: int) -> Answer:
    """Show an appeal and everything that happened about it."""
    with reading() as session:
        shown = queries.shown_appeal(session, record_id)
    return stream_page(
        RecordRef(APPEAL, record_id),
        lambda stream: render("crm_inquiries/needs/appeal.html", **shown, stream=stream),
    )


@blueprint.route("/appeals/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
def edit_appeal(record_id: int) -> Answer:
    """Change an appeal, or say what came of it."""
    form = AppealForm()
    with reading() as session:
        appeal = find(session, Appeal, record_id)
        client = find(session, Client, appeal.client_id)
    form.fill(appeal)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Appeal changed"),
            lambda session: service.change_appeal(session, record_id, form.values(), form.version_number),
            appeal.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("crm_inquiries.show_appeal", record_id=record_id))
    return _form_page(form, client, _("Appeal %(number)s", number=appeal.number))


def _asked_inquiry(session: Any) -> int | None:
    wanted = asked_id("inquiry")
    if wanted is None:
        return None
    return find(session, Inquiry, wanted).id


def _form_page(form: Any, client: Client, title: Any, away: str | None = None) -> Answer:
    page = render("crm_inquiries/needs/form.html", form=form, client=client, form_title=title, away=away)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422
