"""Pages of contacts and addresses: the tab of the client card and the forms behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import find, reading, transaction
from kartoteka.api.directories import Places
from kartoteka.api.forms import LARGEST_FORM, country_name, save_form
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Message, Texts, clean_line
from kartoteka.api.values import own_facts_of
from kartoteka.api.web import asked_id, render_card, render_part, require, stream_page, takes_files, toast, today
from kartoteka_crm_clients import queries, service
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.fields import ADDRESS, CONTACT, EDIT, KIND_ICONS, KIND_TITLES, ROLE_TITLES, VIEW
from kartoteka_crm_clients.forms import LEVELS, AddressForm, ContactForm
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.readable import read_names, readable
from kartoteka_crm_clients.relations.queries import positions_of_contact
from kartoteka_crm_clients.rules import ADDRESS_KINDS

_ = Texts("crm_clients")

TAB = "crm_clients.contacts"
ON_A_PAGE = 50
Answer = str | Response | tuple[str, int]


@blueprint.get("/clients/<int:record_id>/contacts")
@require(VIEW)
def show_client_contacts(record_id: int) -> Answer:
    """List a client's contacts and addresses; ``archived`` shows those put away, ``from`` goes on after so many."""
    archived, skipped = "archived" in request.args, asked_id("from") or 0
    with reading() as session:
        find(session, Client, record_id)
        contacts = queries.contacts_of(session, record_id, archived=archived, most=ON_A_PAGE + 1, skipped=skipped)
        addresses = queries.addresses_of(session, record_id, archived=archived)
        own = own_facts_of(session, ADDRESS, addresses)
    places = list(zip(addresses, own, strict=True))
    following = skipped + ON_A_PAGE if len(contacts) > ON_A_PAGE else None
    return _render_tab(
        "crm_clients/contacts.html",
        record_id,
        contacts=contacts[:ON_A_PAGE],
        places=places,
        archived=archived,
        skipped=skipped,
        following=following,
    )


@blueprint.route("/clients/<int:record_id>/contacts/new", methods=["GET", "POST"])
@require(EDIT)
@takes_files(LARGEST_FORM)
def new_contact(record_id: int) -> Answer:
    """Add a contact to a client."""
    form = ContactForm.open_form()
    with reading() as session:
        client = find(session, Client, record_id)
    form.fill({"role": "other", "country": client.country})
    if form.validate_on_submit():
        saved = save_form(
            form, _("Contact added"), lambda session: service.add_contact(session, record_id, form.values())
        )
        if saved is not None:
            return _back(record_id, form, _("%(name)s is saved.", name=saved.name))
    return _show_form("crm_clients/contact_form.html", record_id, form, contact=None)


@blueprint.route("/contacts/<int:record_id>", methods=["GET", "POST"])
@require(VIEW)
def show_contact(record_id: int) -> Answer:
    """Show everything about a contact, with what happened to it, and take what is added there."""
    with reading() as session:
        contact = readable(session, [find(session, Contact, record_id)])[0]
        positions = positions_of_contact(session, record_id, today())
        own = own_facts_of(session, CONTACT, [contact])[0]
    return stream_page(
        RecordRef(CONTACT, record_id),
        lambda stream: _render_tab(
            "crm_clients/contact.html", contact.client_id, contact=contact, positions=positions, own=own, stream=stream
        ),
    )


@blueprint.route("/contacts/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
@takes_files(LARGEST_FORM)
def edit_contact(record_id: int) -> Answer:
    """Change a contact; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    form = ContactForm.open_form()
    with reading() as session:
        contact = find(session, Contact, record_id)
    form.fill(contact)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Contact changed"),
            lambda session: service.change_contact(session, record_id, form.values(), form.version_number),
            contact.version,
        )
        if saved is not None:
            return _back(saved.client_id, form, _("%(name)s is saved.", name=saved.name))
    return _show_form("crm_clients/contact_form.html", contact.client_id, form, contact=contact)


@blueprint.post("/contacts/<int:record_id>/archive")
@require(EDIT)
def archive_contact(record_id: int) -> Answer:
    """Put a contact away."""
    with transaction(_("Contact archived")) as session:
        contact = service.archive_contact(session, record_id)
    undo = url_for("crm_clients.restore_contact", record_id=record_id)
    toast(_("%(name)s is archived.", name=contact.name), undo=undo)
    return redirect(_tab_url(contact.client_id))


@blueprint.post("/contacts/<int:record_id>/restore")
@require(EDIT)
def restore_contact(record_id: int) -> Answer:
    """Take a contact out of the archive."""
    with transaction(_("Contact restored")) as session:
        contact = service.restore_contact(session, record_id)
    toast(_("%(name)s is back.", name=contact.name))
    return redirect(_tab_url(contact.client_id))


@blueprint.route("/clients/<int:record_id>/addresses/new", methods=["GET", "POST"])
@require(EDIT)
@takes_files(LARGEST_FORM)
def new_address(record_id: int) -> Answer:
    """Add an address to a client; ``kind`` in the address of the page chooses the kind beforehand."""
    form = AddressForm.open_form()
    with reading() as session:
        client = find(session, Client, record_id)
    kind = request.args.get("kind", "")
    form.fill({"kind": kind if kind in ADDRESS_KINDS else ADDRESS_KINDS[0], "country": client.country})
    if form.validate_on_submit():
        saved = save_form(
            form, _("Address added"), lambda session: service.add_address(session, record_id, form.values())
        )
        if saved is not None:
            return _back(record_id, form, _("The address is saved."))
    places = _places(form.values())
    return _show_form("crm_clients/address_form.html", record_id, form, address=None, places=places)


@blueprint.get("/addresses/<int:record_id>")
@require(VIEW)
def show_address(record_id: int) -> Answer:
    """Lead to the address among those of its client."""
    with reading() as session:
        address = find(session, Address, record_id)
    archived = {"archived": 1} if address.state == RecordState.ARCHIVED else {}
    return redirect(_tab_url(address.client_id, _anchor=f"address-{record_id}", **archived))


@blueprint.route("/addresses/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
@takes_files(LARGEST_FORM)
def edit_address(record_id: int) -> Answer:
    """Change an address; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    form = AddressForm.open_form()
    with reading() as session:
        address = find(session, Address, record_id)
    form.fill(address)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Address changed"),
            lambda session: service.change_address(session, record_id, form.values(), form.version_number),
            address.version,
        )
        if saved is not None:
            return _back(saved.client_id, form, _("The address is saved."))
    places = _places(form.values())
    return _show_form("crm_clients/address_form.html", address.client_id, form, address=address, places=places)


@blueprint.get("/addresses/places")
@require(EDIT)
def offer_places() -> Answer:
    """Offer regions, districts and cities that lie within what was chosen so far; a fragment for the form."""
    chosen = {name: request.args.get(name, "")[:200] for name in ("country", "region", "district")}
    return render_part("crm_clients/places.html", places=_places(chosen))


@blueprint.post("/addresses/<int:record_id>/archive")
@require(EDIT)
def archive_address(record_id: int) -> Answer:
    """Put an address away."""
    with transaction(_("Address archived")) as session:
        address = service.archive_address(session, record_id)
    toast(_("The address is archived."), undo=url_for("crm_clients.restore_address", record_id=record_id))
    return redirect(_tab_url(address.client_id))


@blueprint.post("/addresses/<int:record_id>/restore")
@require(EDIT)
def restore_address(record_id: int) -> Answer:
    """Take an address out of the archive."""
    with transaction(_("Address restored")) as session:
        address = service.restore_address(session, record_id)
    toast(_("The address is back."))
    return redirect(_tab_url(address.client_id))


def _places(chosen: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return the names that each part of an address is chosen from, with what they mean to the reader."""
    parts = {name: clean_line(str(value or "")) for name, value in chosen.items()}
    with reading() as session:
        places = Places(session, parts.get("country", ""))
    return {level: places.offer(level, parts) for level in LEVELS}


def _back(client_id: int, form: Any, message: Message) -> Response:
    toast(message)
    for field in form.unusual:
        toast(_("%(field)s: %(warning)s", field=field.label.text, warning=field.warnings[0]), "warning")
    return redirect(_tab_url(client_id))


def _show_form(template: str, client_id: int, form: Any, **context: Any) -> Answer:
    page = _render_tab(template, client_id, form=form, cancel_url=_tab_url(client_id), **context)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422


def _render_tab(template: str, client_id: int, **context: Any) -> str:
    return render_card(
        template,
        client_id,
        tab=TAB,
        role_titles=ROLE_TITLES,
        kind_titles=KIND_TITLES,
        kind_icons=KIND_ICONS,
        country_name=country_name,
        reads_contact=read_names(Contact),
        reads_address=read_names(Address),
        **context,
    )


def _tab_url(client_id: int, **values: Any) -> str:
    return url_for("crm_clients.show_client_contacts", record_id=client_id, **values)
