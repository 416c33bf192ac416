"""Pages where web forms and booking links are set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import find, reading, transaction
from kartoteka.api.forms import save_form
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import render, require, toast
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.intake import queries, service
from kartoteka_crm_inquiries.intake.forms import LinkForm, WebFormForm
from kartoteka_crm_inquiries.intake.models import BookingLink, WebForm
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, MANAGE_INTAKE

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]
FORMS, LINKS = "crm_inquiries.list_web_forms", "crm_inquiries.list_booking_links"


@blueprint.get("/forms/")
@require(MANAGE_INTAKE)
def list_web_forms() -> Answer:
    """List the web forms with their addresses."""
    with reading() as session:
        forms, names = queries.web_forms(session), dict(active_users(session))
    return render("crm_inquiries/intake/forms.html", forms=forms, names=names)


@blueprint.route("/forms/new", methods=["GET", "POST"])
@require(MANAGE_INTAKE)
def new_web_form() -> Answer:
    """Make a web form."""
    form = WebFormForm()
    form.fill({"fields": ["name", "company", "email", "phone", "message"], "required": ["name"], "days": 1} | _ON)
    if form.validate_on_submit():
        made = save_form(form, _("Web form made"), lambda session: service.add_form(session, _values(form)))
        if made is not None:
            toast(_("The form is ready. Put its address on your website."))
            return redirect(url_for("crm_inquiries.edit_web_form", record_id=made.id))
    return _page(form, _("New web form"), FORMS)


@blueprint.route("/forms/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE_INTAKE)
def edit_web_form(record_id: int) -> Answer:
    """Change a web form."""
    with reading() as session:
        web_form = find(session, WebForm, record_id)
    form = WebFormForm()
    form.fill(web_form)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Web form changed"),
            lambda session: service.change_form(session, record_id, _values(form), form.version_number),
            web_form.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for(FORMS))
    address = url_for("crm_inquiries.show_web_form", token=web_form.token, _external=True)
    return _page(form, web_form.title, FORMS, record=web_form, address=address, sort="web_form")


@blueprint.post("/forms/<int:record_id>/renew")
@require(MANAGE_INTAKE)
def renew_web_form(record_id: int) -> Answer:
    """Give a web form another address."""
    _do(service.renew_form, record_id, _("Address of a web form renewed"))
    toast(_("It has another address now; the old one leads nowhere."))
    return redirect(url_for("crm_inquiries.edit_web_form", record_id=record_id))


@blueprint.post("/forms/<int:record_id>/remove")
@require(MANAGE_INTAKE)
def remove_web_form(record_id: int) -> Answer:
    """Take a web form out of use."""
    _do(service.remove_form, record_id, _("Web form removed"))
    toast(_("It is removed."))
    return redirect(url_for(FORMS))


@blueprint.get("/booking/")
@require(EDIT_ACTIVITIES)
def list_booking_links() -> Answer:
    """List the booking links that one sees with their addresses."""
    with reading() as session:
        links, names = queries.booking_links(session), dict(active_users(session))
    return render("crm_inquiries/intake/links.html", links=links, names=names)


@blueprint.route("/booking/new", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def new_booking_link() -> Answer:
    """Make a booking link of one's own."""
    form = LinkForm()
    form.fill({"minutes": 30, "days_ahead": 30, "notice": 4} | _ON)
    if form.validate_on_submit():
        made = save_form(form, _("Booking link made"), lambda session: service.add_link(session, form.values()))
        if made is not None:
            toast(_("The link is ready. Send its address to whoever may book your time."))
            return redirect(url_for("crm_inquiries.edit_booking_link", record_id=made.id))
    return _page(form, _("New booking link"), LINKS)


@blueprint.route("/booking/<int:record_id>", methods=["GET", "POST"])
@require(EDIT_ACTIVITIES)
def edit_booking_link(record_id: int) -> Answer:
    """Change a booking link."""
    with reading() as session:
        link = find(session, BookingLink, record_id)
    form = LinkForm()
    form.fill(link)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Booking link changed"),
            lambda session: service.change_link(session, record_id, form.values(), form.version_number),
            link.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for(LINKS))
    address = url_for("crm_inquiries.show_free_times", token=link.token, _external=True)
    return _page(form, link.title, LINKS, record=link, address=address, sort="booking_link")


@blueprint.post("/booking/<int:record_id>/renew")
@require(EDIT_ACTIVITIES)
def renew_booking_link(record_id: int) -> Answer:
    """Give a booking link another address."""
    _do(service.renew_link, record_id, _("Address of a booking link renewed"))
    toast(_("It has another address now; the old one leads nowhere."))
    return redirect(url_for("crm_inquiries.edit_booking_link", record_id=record_id))


@blueprint.post("/booking/<int:record_id>/remove")
@require(EDIT_ACTIVITIES)
def remove_booking_link(record_id: int) -> Answer:
    """Take a booking link out of use."""
    _do(service.remove_link, record_id, _("Booking link removed"))
    toast(_("It is removed."))
    return redirect(url_for(LINKS))


_ON = {"enabled": True}


def _values(form: Any) -> dict[str, Any]:
    return {**form.values(), "fields": form["fields"].data or [], "required": form.required.data or []}


def _do(run: Callable[..., Any], record_id: int, title: Any) -> None:
    with transaction(title) as session:
        run(session, record_id)


def _page(form: Any, title: Any, back: str, **about: Any) -> Answer:
    page = render("crm_inquiries/intake/edit.html", form=form, title=title, cancel_url=url_for(back), **about)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422
